import { OCF } from "../../model/exit-code.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { primitivesOf } from "../../scheduler/cluster/resource-state.ts";
import { failCount } from "../../scheduler/unpack/history/fail-counts.ts";
import { inOrder } from "../../scheduler/unpack/history/operation-record.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../../xml/element.ts";
import { printableIdOf } from "./status-resources.ts";

/** One operation of the history. */
export interface PastOperation {
  readonly callId: number;
  /** Name of the operation; a monitor without interval is a `probe`. */
  readonly task: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly changedAtEpochSeconds: number;
  /** Undefined where it was not recorded. */
  readonly executionMs: number | undefined;
  readonly queueMs: number | undefined;
}

/** What a resource did on a node. */
export interface ResourceHistory {
  /** Its name in the history. */
  readonly id: string;
  readonly printableId: string;
  readonly migrationThreshold: number;
  readonly failCount: number;
  readonly lastFailureEpochSeconds: number | undefined;
  readonly operations: readonly PastOperation[];
}

/** What the resources did on a node. */
export interface NodeHistory {
  readonly node: string;
  readonly resources: readonly ResourceHistory[];
}

/** Nodes that have a state and are online or cannot be trusted. */
export function historyNodes(unpacked: Unpacked): SchedulerNode[] {
  return statesOf(unpacked).map(({ node }) => node);
}

function statesOf(unpacked: Unpacked): { node: SchedulerNode; state: XmlElement }[] {
  return (unpacked.cib.child("status")?.childrenNamed("node_state") ?? []).flatMap((state) => {
    const node = unpacked.nodes.find((candidate) => candidate.id === state.id);
    return node && (node.isOnline || node.uncleanReason !== undefined) ? [{ node, state }] : [];
  });
}

/** Reads operations and fail counts of all nodes that are online or cannot be trusted. */
export function readNodeHistories(unpacked: Unpacked): NodeHistory[] {
  const primitives = primitivesOf(unpacked.top);
  const byId = new Map<string, Resource>();
  for (const resource of primitives) {
    byId.set(resource.id, resource);
    if (!byId.has(resource.agentId)) byId.set(resource.agentId, resource);
  }
  return statesOf(unpacked).map(({ node, state }) => {
    const resources: ResourceHistory[] = [];
    for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
      const resource = byId.get(holder.id ?? "");
      if (!resource) continue;
      // Expired or not: they stand in the status until they are cleared.
      const count = failCount(resource, node, unpacked.nowEpochSeconds);
      resources.push({ ...describe(resource), id: holder.id ?? "", ...readOperations(holder), ...pick(count) });
    }
    return { node: node.name, resources };
  });
}

function describe(resource: Resource): Pick<ResourceHistory, "migrationThreshold" | "printableId"> {
  return { printableId: printableIdOf(resource), migrationThreshold: resource.migrationThreshold };
}

function pick(count: { count: number; lastFailureEpochSeconds: number | undefined }) {
  const hasFailed = count.count > 0 && (count.lastFailureEpochSeconds ?? 0) > 0;
  return { failCount: count.count, lastFailureEpochSeconds: hasFailed ? count.lastFailureEpochSeconds : undefined };
}

/** Notifications and probes that found nothing are left out. */
function readOperations(holder: XmlElement): { operations: PastOperation[] } {
  const operations: PastOperation[] = [];
  for (const xml of inOrder(holder.childrenNamed("lrm_rsc_op"))) {
    const number = (name: string): number => Number(xml.get(name) ?? 0) || 0;
    const name = xml.get("operation") ?? "";
    const intervalMs = number("interval");
    const task = name === "monitor" && intervalMs === 0 ? "probe" : name;
    const exitCode = number("rc-code");
    if (task === "notify" || (task === "probe" && exitCode === OCF.notRunning)) continue;
    operations.push({
      callId: number("call-id"),
      task,
      intervalMs,
      exitCode,
      changedAtEpochSeconds: number("last-rc-change"),
      executionMs: xml.get("exec-time") === undefined ? undefined : number("exec-time"),
      queueMs: xml.get("queue-time") === undefined ? undefined : number("queue-time"),
    });
  }
  return { operations };
}
