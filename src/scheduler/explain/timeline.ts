import type { GraphAction, TransitionGraph } from "../../model/transition-graph.ts";
import type { XmlElement } from "../../xml/element.ts";

/** How long operations took, as their results in the status say. */
export class MeasuredTimes {
  readonly #byResource = new Map<string, number>();
  readonly #byAgent = new Map<string, number>();

  /** Reads the results of a CIB that are successes; of several for the same operation the slowest counts. */
  constructor(cib: XmlElement) {
    for (const state of cib.child("status")?.childrenNamed("node_state") ?? [])
      for (const history of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [])
        for (const record of history.childrenNamed("lrm_rsc_op")) this.#take(history, record);
  }

  /** Time of an operation of a resource in ms: its own, else that of others with the same agent; undefined when never measured. */
  of(action: GraphAction): number | undefined {
    const { resource, operation } = action;
    if (!resource) return undefined;
    const agent = [resource.agentClass, resource.provider, resource.type].join(":");
    return this.#byResource.get(`${resource.id} ${operation}`) ?? this.#byAgent.get(`${agent} ${operation}`);
  }

  #take(history: XmlElement, record: XmlElement): void {
    const ms = Number(record.get("exec-time") ?? Number.NaN);
    const operation = record.get("operation");
    // A failure may have come at once, or after the whole timeout.
    if (!Number.isFinite(ms) || ms <= 0 || operation === undefined || record.get("rc-code") !== "0") return;
    const agent = [history.get("class") ?? "", history.get("provider") ?? "", history.get("type") ?? ""].join(":");
    const keep = (into: Map<string, number>, key: string): void => void into.set(key, Math.max(ms, into.get(key) ?? 0));
    keep(this.#byResource, `${history.id ?? ""} ${operation}`);
    keep(this.#byAgent, `${agent} ${operation}`);
  }
}

/** When an action begins and ends, in ms from the beginning of the transition. */
export interface ActionTime {
  readonly beginMs: number;
  readonly endMs: number;
  /** Operations on the way to its end that were never measured; they count as taking no time. */
  readonly unmeasured: ReadonlySet<GraphAction>;
}

/** When each action of a graph is carried out if each begins as soon as what it waits for is done. */
export function timeline({ actions }: TransitionGraph, times: MeasuredTimes): ReadonlyMap<number, ActionTime> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const known = new Map<number, ActionTime>();
  const timeOf = (id: number): ActionTime => {
    const made = known.get(id);
    if (made) return made;
    // A graph has no circle; should one come in all the same, it is cut here.
    known.set(id, { beginMs: 0, endMs: 0, unmeasured: new Set() });
    const action = byId.get(id);
    const inputs = (action?.inputs ?? []).map(timeOf);
    const beginMs = Math.max(0, ...inputs.map((input) => input.endMs));
    const unmeasured = new Set(inputs.flatMap((input) => [...input.unmeasured]));
    const ms = action && times.of(action);
    if (action && ms === undefined && takesTime(action)) unmeasured.add(action);
    const time = { beginMs, endMs: beginMs + (ms ?? 0), unmeasured };
    known.set(id, time);
    return time;
  };
  for (const { id } of actions) timeOf(id);
  return known;
}

function takesTime({ kind, operation }: GraphAction): boolean {
  return kind !== "pseudo_event" && LASTING.has(operation);
}

const LASTING: ReadonlySet<string> = new Set(["start", "stop", "promote", "demote", "migrate_to", "migrate_from", "stonith"]);
