import { exitText, OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { FencingEvent } from "../../output/status/fencing-words.ts";
import { type ClusterStatus, primitivesOf } from "../../output/status/status-model.ts";
import { statusText } from "../../output/status/status-words.ts";

/** Version of the lines `crm_mon --watch` prints; their schema is share/schemas/json/crm_mon-watch-1.schema.json. */
export const WATCH_VERSION = 1;

/** State of the cluster as a whole. */
export interface ClusterEvent {
  readonly event: "cluster";
  readonly dc: string | null;
  readonly hasQuorum: boolean;
  readonly isMaintenance: boolean;
}

/** State of a node; `isGone` when the configuration no longer has it. */
export interface NodeEvent {
  readonly event: "node";
  readonly node: string;
  readonly isOnline: boolean;
  readonly isPending: boolean;
  readonly isUnclean: boolean;
  readonly isStandby: boolean;
  readonly isMaintenance: boolean;
  readonly isGone: boolean;
}

/** State of a primitive or of one instance of it. */
export interface ResourceEvent {
  readonly event: "resource";
  readonly resource: string;
  readonly agent: string;
  readonly role: string;
  readonly nodes: readonly string[];
  readonly isFailed: boolean;
  readonly isBlocked: boolean;
  readonly isManaged: boolean;
  readonly pending: string | null;
  readonly isGone: boolean;
}

/** An operation that ended. */
export interface OperationEvent {
  readonly event: "operation";
  readonly node: string;
  readonly resource: string;
  readonly operation: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly expectedExitCode: number;
  readonly operationStatus: number;
  readonly description: string;
}

/** A fencing request, or news of it. */
export interface FencingNews {
  readonly event: "fencing";
  readonly target: string;
  readonly action: string;
  readonly state: string;
  readonly client: string;
  readonly origin: string;
  readonly delegate: string | null;
}

/** Something that people or programs who watch a cluster want to know. */
export type StatusEvent = ClusterEvent | NodeEvent | ResourceEvent | OperationEvent | FencingNews;

/** Everything there is to say of a moment, by what it is about. */
export interface Observation {
  readonly states: ReadonlyMap<string, ClusterEvent | NodeEvent | ResourceEvent>;
  readonly operations: ReadonlyMap<string, OperationEvent>;
  readonly fencing: ReadonlyMap<string, FencingNews>;
}

/** What can be seen of the cluster. */
export function observe(status: ClusterStatus, fencing: readonly FencingEvent[]): Observation {
  const states = new Map<string, ClusterEvent | NodeEvent | ResourceEvent>();
  const { dc, hasQuorum, options } = status;
  states.set("cluster", { event: "cluster", dc: dc?.name ?? null, hasQuorum, isMaintenance: options.isMaintenanceMode });
  for (const node of status.nodes) {
    const { name, isOnline, isPending, isUnclean, isStandby, isMaintenance } = node;
    states.set(`node ${name}`, { event: "node", node: name, isOnline, isPending, isUnclean, isStandby, isMaintenance, isGone: false });
  }
  for (const resource of status.resources.flatMap(primitivesOf)) {
    const { agent, role, nodes, isFailed, isBlocked, isManaged, pendingTask } = resource;
    states.set(`resource ${resource.id}`, {
      event: "resource",
      resource: resource.id,
      agent,
      role,
      nodes: [...nodes].sort(),
      isFailed,
      isBlocked,
      isManaged,
      pending: pendingTask ?? null,
      isGone: false,
    });
  }
  const news = [...fencing].reverse().map(({ target, action, state, client, origin, delegate, completedAtEpochSeconds }) => {
    const made: FencingNews = { event: "fencing", target, action, state, client, origin, delegate: delegate ?? null };
    return [`${target} ${action} ${client} ${origin} ${completedAtEpochSeconds ?? "pending"}`, made] as const;
  });
  return { states, operations: operationsOf(status), fencing: new Map(news) };
}

/** What has happened between two moments; everything there is, when there is no earlier one. */
export function eventsBetween(before: Observation | undefined, after: Observation): StatusEvent[] {
  const events: StatusEvent[] = [];
  for (const [key, state] of after.states) {
    if (JSON.stringify(before?.states.get(key)) !== JSON.stringify(state)) events.push(state);
  }
  for (const [key, state] of before?.states ?? []) {
    if (!after.states.has(key) && state.event !== "cluster") events.push({ ...state, isGone: true });
  }
  // What was over before anybody watched is no event.
  if (before === undefined) return events;
  for (const [key, operation] of after.operations) if (!before.operations.has(key)) events.push(operation);
  for (const [key, news] of after.fencing) {
    if (JSON.stringify(before.fencing.get(key)) !== JSON.stringify(news)) events.push(news);
  }
  return events;
}

/** Operations in the history that are over, by node, place and call. */
function operationsOf(status: ClusterStatus): Map<string, OperationEvent> {
  const operations = new Map<string, OperationEvent>();
  for (const state of status.cib.child("status")?.childrenNamed("node_state") ?? []) {
    const node = state.get("uname") ?? state.id ?? "";
    for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
      for (const entry of holder.childrenNamed("lrm_rsc_op")) {
        const [status = 0, exitCode = 0, callId = 0, intervalMs = 0] = ["op-status", "rc-code", "call-id", "interval"].map((name) =>
          Number(entry.get(name)),
        );
        if (status === OPERATION_STATUS.pending) continue;
        // A failure is kept in a place of its own besides: the same call is one event.
        const key = [node, holder.id, callId, entry.get("operation"), intervalMs, entry.get("last-rc-change"), exitCode].join(" ");
        const expectedExitCode = Number(/^\d+:\d+:(\d+):/.exec(entry.get("transition-key") ?? "")?.[1] ?? OCF.success);
        operations.set(key, {
          event: "operation",
          node,
          resource: holder.id ?? "",
          operation: entry.get("operation") ?? "",
          intervalMs,
          exitCode,
          expectedExitCode,
          operationStatus: status,
          description: descriptionOf(status, exitCode, expectedExitCode),
        });
      }
    }
  }
  return operations;
}

function descriptionOf(status: number, exitCode: number, expected: number): string {
  if (status !== OPERATION_STATUS.done) return statusText(status);
  return exitCode === expected ? "OK" : exitText(exitCode);
}
