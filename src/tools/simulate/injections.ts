import { leadingInteger } from "../../base/leading-integer.ts";
import { OCF } from "../../model/exit-code.ts";
import type { ActionResource } from "../../model/transition-graph.ts";
import { scanNumbers } from "../../time/number-scan.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { SimulatedCib } from "./simulated-cib.ts";

/** Events to be put into the CIB before it is looked at. Source: crm_simulate(8) of Pacemaker 3.0.2. */
export interface Injections {
  readonly nodesUp: readonly string[];
  readonly nodesDown: readonly string[];
  readonly nodesFailed: readonly string[];
  /** As `RSC_TASK_MS@NODE=RC`. */
  readonly operations: readonly string[];
  readonly ticketsGranted: readonly string[];
  readonly ticketsRevoked: readonly string[];
  readonly ticketsStandby: readonly string[];
  readonly ticketsActive: readonly string[];
  readonly quorum: string | undefined;
  readonly watchdog: string | undefined;
}

/** What was changed, in words and for programs, and what could not be. */
export interface InjectionReport {
  readonly items: readonly string[];
  readonly parts: readonly XmlElement[];
  readonly problems: readonly string[];
}

/** What is known of a resource when an operation of it is made up. */
export type FindAgent = (id: string) => ActionResource | undefined;

/** True when anything is to be changed. */
export function hasInjections(injections: Injections): boolean {
  const { quorum: _quorum, watchdog, ...lists } = injections;
  return watchdog !== undefined || Object.values(lists).some((list) => list.length > 0);
}

/** Puts the events into the CIB, in the order that crm_simulate uses. */
export function inject(
  simulated: SimulatedCib,
  injections: Injections,
  options: { readonly findAgent: FindAgent; readonly isStartFailureFatal: boolean; readonly nowEpochSeconds: number },
): InjectionReport {
  const items: string[] = [];
  const parts: XmlElement[] = [];
  const problems: string[] = [];
  const say = (text: string, part: XmlElement): void => {
    items.push(text);
    parts.push(part);
  };
  const { quorum, watchdog } = injections;
  if (quorum !== undefined) {
    items.push(`Setting quorum: ${quorum}`);
    simulated.setRoot("have-quorum", quorum);
  }
  if (watchdog !== undefined) {
    items.push(`Setting watchdog: ${watchdog}`);
    simulated.setOption("have-watchdog", watchdog);
  }
  if (injections.nodesUp.length > 0) simulated.configureNodes();
  for (const node of injections.nodesUp) {
    say(`Bringing node ${node} online`, element("modify_node", { action: "Online", node }));
    simulated.setMembership(simulated.nodeState(node), true);
  }
  for (const node of injections.nodesDown) {
    say(`Taking node ${node} offline`, element("modify_node", { action: "Offline", node }));
    const state = simulated.nodeState(node);
    simulated.setMembership(state, false);
    simulated.forgetHistory(state);
  }
  for (const node of injections.nodesFailed) {
    say(`Failing node ${node}`, element("modify_node", { action: "Failing", node }));
    simulated.setLost(simulated.nodeState(node));
  }
  const tickets = [
    { ids: injections.ticketsGranted, action: "Granting", name: "granted", value: true },
    { ids: injections.ticketsRevoked, action: "Revoking", name: "granted", value: false },
    { ids: injections.ticketsStandby, action: "Standby", name: "standby", value: true },
    { ids: injections.ticketsActive, action: "Activating", name: "standby", value: false },
  ] as const;
  for (const { ids, action, name, value } of tickets) {
    for (const ticket of ids) {
      const text = action === "Standby" ? `Making ticket ${ticket} standby` : `${action} ticket ${ticket}`;
      say(text, element("modify_ticket", { action, ticket }));
      simulated.setTicket(ticket, name, value);
    }
  }
  for (const spec of injections.operations) {
    say(`Injecting ${spec} into the configuration`, element("inject_spec", { spec }));
    const problem = injectOperation(simulated, spec, { ...options, say });
    if (problem !== undefined) problems.push(problem);
  }
  return { items, parts: [element("modifications", { quorum, watchdog }, parts)], problems };
}

interface OperationOptions {
  readonly findAgent: FindAgent;
  readonly isStartFailureFatal: boolean;
  readonly nowEpochSeconds: number;
  readonly say: (text: string, part: XmlElement) => void;
}

function injectOperation(simulated: SimulatedCib, spec: string, options: OperationOptions): string | undefined {
  const read = parseOperationSpec(spec);
  // As Pacemaker's tool says it of a key that is none.
  if (read === "no key") return "Invalid resource name: (null)";
  if (typeof read === "number") return `Invalid operation spec: ${spec}.  Only found ${read} fields`;
  const { resource, task, intervalMs, node, exitCode } = read;
  const agent = options.findAgent(resource);
  if (!agent) return `Invalid resource name: ${resource}`;
  const state = simulated.nodeState(node);
  const isInfinite = task === "stop" || (task === "start" && options.isStartFailureFatal);
  for (const note of countFailure(simulated, state, { resource, task, intervalMs, exitCode, isInfinite, now: options.nowEpochSeconds }))
    options.say(note.text, note.part);
  const history = simulated.resourceHistory(state, { ...agent, id: resource });
  simulated.record(history, node, history.id ?? resource, {
    operation: task,
    intervalMs,
    exitCode,
    expectedExitCode: OCF.success,
    nowEpochSeconds: options.nowEpochSeconds,
    exitReason: "Simulated action result",
  });
  return undefined;
}

/** An operation and its result, as users spell it. */
export interface OperationSpec {
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly node: string;
  readonly exitCode: number;
}

/** Names of operations may have underbars, as names of resources may: those that do are looked for first. */
const TASK_WITH_UNDERBAR = /^(.+?)_(migrate_from|migrate_to|(?:confirmed-)?(?:pre|post)_notify_[^_]+)_([^_]+)$/;

/**
 * Reads `RSC_TASK_MS@NODE=RC`; the number of fields that could be read when it is none, "no key" when the first is none. An
 * interval that is no number is none.
 */
export function parseOperationSpec(spec: string): OperationSpec | number | "no key" {
  // As sscanf(3) counts.
  if (spec === "") return -1;
  const match = /^([^@]+)(?:@([^=]+)(?:=(-?\d+))?)?/.exec(spec);
  const fields = match?.slice(1).filter((field) => field !== undefined).length ?? 0;
  const [, key = "", node = "", code] = match ?? [];
  if (code === undefined) return fields;
  const parts = TASK_WITH_UNDERBAR.exec(key) ?? /^(.+)_([^_]+)_([^_]+)$/.exec(key);
  if (!parts) return "no key";
  const [, resource = "", task = "", interval = ""] = parts;
  return { resource, task, intervalMs: scanNumbers(interval, [0])[0] ?? 0, node, exitCode: Number(code) };
}

/** Raises the fail count of an operation, unless its result is none. Returns what was written. */
export function countFailure(
  simulated: SimulatedCib,
  state: XmlElement,
  failure: { resource: string; task: string; intervalMs: number; exitCode: number; isInfinite: boolean; now: number },
): { text: string; part: XmlElement }[] {
  const { resource, task, intervalMs, exitCode, isInfinite, now } = failure;
  if (exitCode === OCF.success || (exitCode === OCF.notRunning && intervalMs === 0)) return [];
  const suffix = `${resource}#${task}_${intervalMs}`;
  const known = simulated.transientAttributes(state, `fail-count-${suffix}`);
  // What is no number counts for nothing, INFINITY included, and so do several.
  const old = known.length === 1 ? leadingInteger(known[0], 0) : 0;
  const count = isInfinite ? "INFINITY" : String(old + 1);
  const notes = [
    [`fail-count-${suffix}`, count],
    [`last-failure-${suffix}`, String(now)],
  ] as const;
  return notes.map(([name, value]) => {
    simulated.setTransientAttribute(state, name, value);
    return {
      text: `Injecting attribute ${name}=${value} into /node_state '${state.id}'`,
      part: element("inject_attr", { name, value, node_path: "/node_state", cib_node: state.id }),
    };
  });
}
