import { parameterDigest } from "../../executor/parameter-digest.ts";
import type { ActionResource } from "../../model/transition-graph.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { countFailure } from "./injections.ts";
import type { SimulatedCib } from "./simulated-cib.ts";

/** How a transition is to be played. */
export interface PlayOptions {
  /** Operations that shall fail, as `RSC_TASK_MS@NODE=RC`. */
  readonly failures: readonly string[];
  /** Resources as the scheduler read them: what they know no resource by goes by its long id. */
  readonly resources: readonly Resource[];
  readonly nowEpochSeconds: number;
  /** Called after each action that came to its turn, for what crm_simulate itself leaves undone. */
  readonly afterAction?: (action: XmlElement) => void;
}

/** What happened, in words and for programs. */
export interface PlayReport {
  /** Items of a list, and remarks that stand out among them. */
  readonly lines: readonly string[];
  readonly parts: readonly XmlElement[];
  /** What could not be made to fail, and why. */
  readonly problems: readonly string[];
  /** Every action came to its turn, or a failure stopped what had to be stopped. */
  readonly isComplete: boolean;
}

interface Synapse {
  readonly priority: number;
  readonly action: XmlElement;
  readonly waitsFor: Set<string>;
  isFired: boolean;
}

/**
 * Carries out a transition graph against a CIB: actions in the order in which their inputs allow it, results into the
 * history, fenced nodes down. After a failure only what is as important goes on. Pure but for the CIB it is given.
 */
export function playGraph(graph: XmlElement, simulated: SimulatedCib, options: PlayOptions): PlayReport {
  return new Player(graph, simulated, options).play();
}

class Player {
  readonly #synapses: Synapse[];
  /** By the id of an action those that wait for it. */
  readonly #waiting = new Map<string, Synapse[]>();
  readonly #simulated: SimulatedCib;
  readonly #options: PlayOptions;
  readonly #graph: XmlElement;
  readonly #knownNames: ReadonlySet<string>;
  readonly #lines: string[] = [];
  readonly #parts: XmlElement[] = [];
  readonly #problems: string[] = [];
  #abortPriority = 0;

  constructor(graph: XmlElement, simulated: SimulatedCib, options: PlayOptions) {
    this.#graph = graph;
    this.#simulated = simulated;
    this.#options = options;
    this.#knownNames = new Set(options.resources.flatMap((one) => one.withDescendants()).flatMap((one) => [one.id, one.historyName]));
    this.#synapses = graph.childrenNamed("synapse").flatMap((synapse) => {
      const action = synapse.child("action_set")?.children[0];
      if (!action) return [];
      const inputs = synapse.child("inputs")?.childrenNamed("trigger") ?? [];
      const waitsFor = new Set(inputs.flatMap((trigger) => trigger.children.map((input) => input.id ?? "")));
      return [{ priority: parseScore(synapse.get("priority") ?? "0") ?? 0, action, waitsFor, isFired: false }];
    });
    for (const synapse of this.#synapses) {
      for (const id of synapse.waitsFor) {
        const waiting = this.#waiting.get(id);
        if (waiting) waiting.push(synapse);
        else this.#waiting.set(id, [synapse]);
      }
    }
  }

  play(): PlayReport {
    let skipped = 0;
    let left = this.#synapses;
    for (let hasFired = true; hasFired; left = left.filter((synapse) => !synapse.isFired)) {
      hasFired = false;
      skipped = 0;
      for (const synapse of left) {
        if (synapse.waitsFor.size > 0) continue;
        if (synapse.action.name !== "pseudo_event" && synapse.priority < this.#abortPriority) {
          skipped += 1;
          continue;
        }
        synapse.isFired = true;
        hasFired = true;
        const isSuccess = this.#execute(synapse.action);
        this.#options.afterAction?.(synapse.action);
        this.#confirm(synapse.action.id ?? "", isSuccess);
      }
    }
    const isComplete = left.length === 0 || this.#abortPriority > 0 || skipped > 0;
    return { lines: this.#lines, parts: this.#parts, problems: this.#problems, isComplete };
  }

  /** A failed action lets go on only what must happen in any case. */
  #confirm(id: string, isSuccess: boolean): void {
    for (const synapse of this.#waiting.get(id) ?? []) if (isSuccess || synapse.priority >= INFINITY_SCORE) synapse.waitsFor.delete(id);
  }

  #say(text: string, part: XmlElement): void {
    this.#lines.push(`  * ${text}`);
    this.#parts.push(part);
  }

  /** False when the action was made to fail. */
  #execute(action: XmlElement): boolean {
    const task = action.get("operation") ?? "";
    const node = action.get("on_node");
    if (action.name === "pseudo_event") {
      const key = action.get("operation_key") ?? task;
      this.#say(`Pseudo action:   ${key}${node === undefined ? "" : ` on ${node}`}`, element("pseudo_action", { task: key, node }));
      return true;
    }
    if (action.name === "rsc_op") return this.#resourceAction(action, task, node ?? "");
    if (task === "stonith") return this.#fence(action, node ?? "");
    const resource = action.child("primitive")?.id;
    const subject = resource === undefined ? "" : ` for ${resource}`;
    this.#say(`Cluster action:  ${task}${subject} on ${node}`, element("cluster_action", { task, node, id: resource }));
    return true;
  }

  #resourceAction(action: XmlElement, task: string, node: string): boolean {
    const primitive = action.child("primitive");
    if (task === "probe_complete" || !primitive) return true;
    const configured = primitive.id ?? "";
    const long = primitive.get("long-id");
    const shown = this.#knownNames.has(configured) || long === undefined || !this.#knownNames.has(long) ? configured : long;
    const attributes = attributesOf(action);
    const intervalMs = Number(attributes.get("CRM_meta_interval") ?? 0) || 0;
    const interval = intervalMs > 0 ? `=${intervalMs}` : "";
    const isWritten = task !== "delete" && task !== "meta-data";
    this.#say(
      `Resource action: ${shown.padEnd(15)} ${task}${isWritten ? interval : ""} on ${node}`,
      element("rsc_action", { resource: shown, op: task, node, interval: isWritten && intervalMs > 0 ? intervalMs : undefined }),
    );
    if (!isWritten) return true;
    const agent: ActionResource = {
      id: configured,
      agentClass: primitive.get("class") ?? "",
      provider: primitive.get("provider") ?? "",
      type: primitive.get("type") ?? "",
    };
    const expectedExitCode = Number(attributes.get("CRM_meta_op_target_rc") ?? 0) || 0;
    const uuid = action.get("router_node") === undefined ? action.get("on_node_uuid") : node;
    const state = this.#simulated.nodeState(node, uuid);
    const failure = this.#wantedFailure([shown, configured], task, intervalMs, node);
    if (failure) this.#fail(action, state, failure, task, intervalMs);
    const history = this.#simulated.resourceHistory(state, agent, shown);
    this.#simulated.record(history, node, configured, {
      operation: task,
      intervalMs,
      exitCode: failure?.exitCode ?? expectedExitCode,
      expectedExitCode,
      nowEpochSeconds: this.#options.nowEpochSeconds,
      exitReason: "User-injected result",
      digest: parameterDigest(Object.fromEntries(attributes), intervalMs, Number(attributes.get("CRM_meta_timeout") ?? 0)),
      ...(task === "notify"
        ? {
            notify: {
              type: attributes.get("CRM_meta_notify_type") ?? "",
              operation: attributes.get("CRM_meta_notify_operation") ?? "",
            },
          }
        : {}),
      ...(task === "migrate_to" || task === "migrate_from"
        ? { migration: { source: attributes.get("CRM_meta_migrate_source"), target: attributes.get("CRM_meta_migrate_target") } }
        : {}),
    });
    return failure === undefined;
  }

  #wantedFailure(names: readonly string[], task: string, intervalMs: number, node: string) {
    for (const spec of this.#options.failures) {
      for (const name of names) {
        const prefix = `${name}_${task}_${intervalMs}@${node}=`;
        if (!spec.toLowerCase().startsWith(prefix.toLowerCase())) continue;
        const exitCode = Number.parseInt(spec.slice(prefix.length), 10);
        if (!Number.isNaN(exitCode)) return { resource: name, exitCode };
        this.#problems.push(`Invalid failed operation '${spec}' (result code must be integer)`);
        break;
      }
    }
    return undefined;
  }

  #fail(action: XmlElement, state: XmlElement, failure: { resource: string; exitCode: number }, task: string, intervalMs: number): void {
    this.#lines.push(`Pretending action ${action.id} failed with rc=${failure.exitCode}`);
    this.#abortPriority = INFINITY_SCORE;
    const offset =
      task === "start" ? this.#graph.get("failed-start-offset") : task === "stop" ? this.#graph.get("failed-stop-offset") : "1";
    const isInfinite = (parseScore(offset ?? "INFINITY") ?? 0) >= INFINITY_SCORE;
    const now = this.#options.nowEpochSeconds;
    for (const note of countFailure(this.#simulated, state, { ...failure, task, intervalMs, isInfinite, now }))
      this.#say(note.text, note.part);
  }

  #fence(action: XmlElement, node: string): boolean {
    const kind = action.child("attributes")?.get("CRM_meta_stonith_action") ?? "reboot";
    this.#say(`Fencing ${node} (${kind})`, element("fencing_action", { target: node, op: kind }));
    if (kind === "on") return true;
    const state = this.#simulated.nodeState(node);
    this.#simulated.setMembership(state, false, "simulate_fencing_action");
    this.#simulated.forgetHistory(state);
    return true;
  }
}

/** Attributes of an action: those that are no names in XML stand below it. */
function attributesOf(action: XmlElement): ReadonlyMap<string, string> {
  const xml = action.child("attributes");
  const numbered = (xml?.childrenNamed("param") ?? []).map((one): [string, string] => [one.get("name") ?? "", one.get("value") ?? ""]);
  return new Map([...(xml?.attributes ?? []), ...numbered]);
}
