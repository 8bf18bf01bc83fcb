import { FEATURE_SET, setClusterOption } from "../../cib/document.ts";
import { cibVersion, setCibVersion } from "../../cib/version.ts";
import { OCF } from "../../model/exit-code.ts";
import type { ActionResource } from "../../model/transition-graph.ts";
import { element, type XmlElement } from "../../xml/element.ts";

/** Name the simulation signs its entries with. */
const ORIGIN = "crm_simulate";

/** Stands for the id of a transition engine. */
const NO_ENGINE = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

const MIGRATIONS = new Set(["migrate_to", "migrate_from"]);

/** One result to be written into a resource's history. */
export interface SimulatedResult {
  readonly operation: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly expectedExitCode: number;
  readonly nowEpochSeconds: number;
  readonly exitReason?: string;
  readonly notify?: { readonly type: string; readonly operation: string };
  readonly migration?: { readonly source: string | undefined; readonly target: string | undefined };
  readonly digest?: string;
}

/** The CIB that a simulation works on. Each method is one change, and counts as such in the document's version. */
export class SimulatedCib {
  readonly cib: XmlElement;
  #areNodesConfigured = false;
  readonly #histories = new WeakMap<XmlElement, { readonly count: number; readonly byId: Map<string, readonly XmlElement[]> }>();

  /** Works on the document itself. */
  constructor(cib: XmlElement) {
    this.cib = cib;
  }

  /** A cluster-wide value on the document's root. */
  setRoot(name: string, value: string): void {
    if (this.cib.get(name) === value) return;
    this.cib.set(name, value);
    this.#statusChanged();
  }

  /** A cluster option, where it stands or else in the usual set. */
  setOption(name: string, value: string): void {
    const options = this.cib.child("configuration")?.child("crm_config");
    const known = [...(options?.walk() ?? [])].find((one) => one.name === "nvpair" && one.get("name") === name);
    if (known?.get("value") === value) return;
    if (known) known.set("value", value);
    else setClusterOption(this.cib, name, value);
    this.#configurationChanged();
  }

  #configurationChanged(): void {
    const version = cibVersion(this.cib);
    setCibVersion(this.cib, { ...version, epoch: version.epoch + 1, numUpdates: 0 });
  }

  /** From now on what has a state gets an entry among the nodes too, guests included, as when nodes are brought up by name. */
  configureNodes(): void {
    this.#areNodesConfigured = true;
  }

  /** The state entry of a node, made when there is none. */
  nodeState(name: string, knownId?: string): XmlElement {
    const nodes = this.cib.childOrCreate("configuration").childOrCreate("nodes");
    if (this.#areNodesConfigured && !nodes.children.some((node) => node.get("uname") === name)) {
      nodes.children.push(element("node", { id: name, uname: name }));
      this.#configurationChanged();
    }
    const status = this.#status();
    const states = status.childrenNamed("node_state");
    const byName = states.find((candidate) => candidate.get("uname") === name);
    if (byName) return byName;
    const id = knownId ?? nodeId(this.cib, name) ?? name;
    const byId = states.find((candidate) => candidate.id === id);
    if (byId) {
      byId.set("uname", name);
      this.#statusChanged();
      return byId;
    }
    const made = element("node_state", { id, uname: name });
    status.children.push(made);
    this.#statusChanged();
    return made;
  }

  /** Writes membership into a node's state: up, or down for certain. */
  setMembership(state: XmlElement, isUp: boolean, origin: string = ORIGIN): void {
    const join = isUp ? "member" : "down";
    this.#setState(state, { in_ccm: String(isUp), crmd: isUp ? "online" : "offline", join, expected: join, "crm-debug-origin": origin });
  }

  /** The node is lost without having said anything: up as far as others know, but no member. */
  setLost(state: XmlElement): void {
    this.#setState(state, { in_ccm: "false", crmd: "online", join: "member", expected: "member", "crm-debug-origin": ORIGIN });
  }

  /** What changes nothing is no change of the document. */
  #setState(state: XmlElement, values: Readonly<Record<string, string>>): void {
    const before = [...state.attributes].join();
    for (const [name, value] of Object.entries(values)) state.set(name, value);
    if ([...state.attributes].join() !== before) this.#statusChanged();
  }

  /** Forgets what the node did, as after fencing or a clean departure. */
  forgetHistory(state: XmlElement): void {
    for (const name of ["lrm", "transient_attributes"]) {
      const child = state.child(name);
      if (!child) continue;
      state.remove(child);
      this.#statusChanged();
    }
  }

  /** The values a transient attribute of a node has: one, unless it is there more than once. */
  transientAttributes(state: XmlElement, name: string): string[] {
    const sets = state.childrenNamed("transient_attributes").flatMap((holder) => holder.childrenNamed("instance_attributes"));
    return sets.flatMap((set) =>
      set.childrenNamed("nvpair").flatMap((pair) => (pair.get("name") === name ? (pair.get("value") ?? "") : [])),
    );
  }

  /** A transient attribute of a node; counted together with the history entry it comes with. */
  setTransientAttribute(state: XmlElement, name: string, value: string): void {
    const holder = state.childOrCreate("transient_attributes");
    if (holder.id === undefined) holder.set("id", state.id);
    const set = holder.childOrCreate("instance_attributes");
    if (set.id === undefined) set.set("id", state.id);
    const id = `${set.id}-${name}`.replace(/[^A-Za-z0-9_.-]/g, ".");
    // By its id: one of that name under another id stays, and stays what counts.
    const pair = set.children.find((candidate) => candidate.id === id);
    if (pair) pair.set("name", name).set("value", value);
    else set.children.push(element("nvpair", { id, name, value }));
  }

  /**
   * The history of a resource on a node, made when there is none.
   *
   * A member of a clone may have one under its own name; that one is then continued. Where a name stands for more
   * than one history, none of them is.
   */
  resourceHistory(state: XmlElement, resource: ActionResource, memberId: string = resource.id): XmlElement {
    const lrm = state.childOrCreate("lrm");
    if (lrm.id === undefined) lrm.set("id", state.id);
    const list = lrm.childOrCreate("lrm_resources");
    const known = this.#historiesIn(list);
    for (const name of [memberId, resource.id]) {
      const found = known.get(name) ?? [];
      if (found[0] && found.length === 1) return found[0];
    }
    const { id, agentClass, provider, type } = resource;
    const made = element("lrm_resource", { id, class: agentClass, provider: provider === "" ? undefined : provider, type });
    list.children.push(made);
    known.set(id, [...(known.get(id) ?? []), made]);
    this.#histories.set(list, { count: list.children.length, byId: known });
    return made;
  }

  /** The histories of a node by the ids that they have. */
  #historiesIn(list: XmlElement): Map<string, readonly XmlElement[]> {
    const kept = this.#histories.get(list);
    if (kept?.count === list.children.length) return kept.byId;
    const byId = new Map<string, readonly XmlElement[]>();
    for (const history of list.children) byId.set(history.id ?? "", [...(byId.get(history.id ?? "") ?? []), history]);
    this.#histories.set(list, { count: list.children.length, byId });
    return byId;
  }

  /** Writes a result the way the controller would, with a fresh call id. */
  record(history: XmlElement, node: string, resourceId: string, result: SimulatedResult): void {
    const callId = Math.max(0, ...history.children.map((entry) => Number(entry.get("call-id") ?? 0) || 0)) + 1;
    const task = result.operation === "reload" || result.operation === "reload-agent" ? "start" : result.operation;
    const key = `${resourceId}_${task}_${result.intervalMs}`;
    const exitCode = task === "notify" ? OCF.success : result.exitCode;
    const hasFailed = exitCode !== result.expectedExitCode;
    // Of migrations no reason is kept.
    const exitReason = hasFailed && !MIGRATIONS.has(task) ? (result.exitReason ?? "") : "";
    for (const id of entryIds(resourceId, key, task, result, hasFailed)) {
      let entry = history.children.find((candidate) => candidate.id === id);
      if (!entry) {
        entry = element("lrm_rsc_op");
        history.children.push(entry);
      }
      const transition = `${callId}:-1:${result.expectedExitCode}:${NO_ENGINE}`;
      const fields: Record<string, string | number | undefined> = {
        id,
        operation_key: key,
        operation: task,
        "crm-debug-origin": ORIGIN,
        crm_feature_set: FEATURE_SET,
        "transition-key": transition,
        "transition-magic": `0:${exitCode};${transition}`,
        "exit-reason": exitReason,
        on_node: node,
        "call-id": callId,
        "rc-code": exitCode,
        "op-status": 0,
        interval: result.intervalMs,
        "last-rc-change": result.nowEpochSeconds,
        "exec-time": 0,
        "queue-time": 0,
        migrate_source: result.migration?.source,
        migrate_target: result.migration?.target,
        "op-digest": result.digest,
      };
      for (const [name, value] of Object.entries(fields)) if (value !== undefined) entry.set(name, String(value));
    }
    this.#statusChanged();
  }

  /** Grants, revokes, or puts a ticket into standby and back. */
  setTicket(id: string, name: "granted" | "standby", value: boolean): void {
    const tickets = this.#status().childOrCreate("tickets");
    const ticket = tickets.childOrCreate("ticket_state", id);
    if (ticket.get(name) === String(value)) return;
    ticket.set(name, String(value));
    this.#statusChanged();
  }

  #status(): XmlElement {
    return this.cib.childOrCreate("status");
  }

  #statusChanged(): void {
    const version = cibVersion(this.cib);
    setCibVersion(this.cib, { ...version, numUpdates: version.numUpdates + 1 });
  }
}

/** Ids of the entries a result goes to: the last one, its own for what recurs, the last failure. */
function entryIds(resourceId: string, key: string, task: string, result: SimulatedResult, hasFailed: boolean): string[] {
  if (task === "notify" && result.notify) return [`${resourceId}_${result.notify.type}_notify_${result.notify.operation}_0`];
  if (MIGRATIONS.has(task)) return [key];
  if (hasFailed) return [`${resourceId}_last_failure_0`, ...(result.intervalMs === 0 ? [`${resourceId}_last_0`] : [])];
  return [result.intervalMs > 0 ? key : `${resourceId}_last_0`];
}

/**
 * Id of the node of a name, in whatever case: of a configured one, a remote node, a guest, or one that was removed. The first in the
 * document's order. Source: query_node_uuid of Pacemaker 3.0.3.
 */
function nodeId(cib: XmlElement, name: string): string | undefined {
  const isName = (text: string | undefined): boolean => text?.toLowerCase() === name.toLowerCase();
  const configuration = cib.child("configuration");
  const node = configuration
    ?.child("nodes")
    ?.childrenNamed("node")
    .find((one) => isName(one.get("uname")));
  if (node) return node.get("type")?.toLowerCase() === "remote" ? node.get("uname") : node.id;
  for (const primitive of configuration?.child("resources")?.childrenNamed("primitive") ?? []) {
    if (isRemoteConnection(primitive) && isName(primitive.id)) return primitive.id;
    const pairs = primitive.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
    const guest = pairs.find((pair) => pair.get("name") === "remote-node" && isName(pair.get("value")));
    if (guest) return guest.get("value");
  }
  const states = cib.child("status")?.childrenNamed("node_state") ?? [];
  return states.find((state) => state.get("remote_node") === "true" && isName(state.id))?.get("uname");
}

function isRemoteConnection(primitive: XmlElement): boolean {
  return primitive.get("class") === "ocf" && primitive.get("provider") === "pacemaker" && primitive.get("type") === "remote";
}
