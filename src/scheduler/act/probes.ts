import { OCF } from "../../model/exit-code.ts";
import type { Assigned } from "../assign/assign.ts";
import type { SchedulerNode } from "../node.ts";
import type { ConfiguredOperation, Resource } from "../resource.ts";
import { type Action, type ActionBook, order, RELATION } from "./action.ts";
import { addAction, oneShotOperation } from "./make-action.ts";

/** Makes the probes: on every online node each resource whose state there is not known is asked once. */
export function probeActions(cluster: Assigned, book: ActionBook): void {
  const { nodes, options, top } = cluster;
  if (!options.probesAtStartup) return;
  for (const node of nodes) {
    if (!node.isOnline || node.uncleanReason !== undefined || node.isPending) continue;
    for (const resource of top) probe(cluster, book, resource, node);
  }
}

function probe(cluster: Assigned, book: ActionBook, resource: Resource, node: SchedulerNode): void {
  if (resource.kind === "primitive") {
    probePrimitive(cluster, book, resource, node);
    return;
  }
  if (!resource.clone || resource.clone.isUnique) {
    for (const child of resource.children) probe(cluster, book, child, node);
    return;
  }
  // The agent cannot tell anonymous instances apart: one of them stands for all.
  const chosen =
    resource.children.find((child) => child.primitives().every((p) => p.probedOn.has(node.index))) ??
    resource.children.find((child) => child.primitives().some((p) => p.probedOn.has(node.index))) ??
    resource.children.find((child) => child.primitives().some((p) => p.assigned === node)) ??
    resource.children[0];
  if (chosen) probe(cluster, book, chosen, node);
}

function probePrimitive(cluster: Assigned, book: ActionBook, resource: Resource, node: SchedulerNode): void {
  if (resource.isRemoved || resource.probedOn.has(node.index) || resource.startPendingOn.has(node.index)) return;
  if (isUnprobed(cluster, resource, node)) return;
  const recurring = mostFrequentMonitor(resource);
  const own = oneShotOperation(resource, "monitor");
  const made = addAction(cluster, book, resource, "monitor", node, false, own);
  if (!own && recurring) made.attributes.set("CRM_meta_timeout", String(recurring.timeoutMs));
  const isHere = resource.activeOn.includes(node);
  const expected = !isHere ? OCF.notRunning : resource.role === "Promoted" ? OCF.runningPromoted : OCF.success;
  if (expected !== OCF.success) made.attributes.set("CRM_meta_op_target_rc", String(expected));
  const clone = anonymousCloneOf(resource);
  if (clone) for (const start of book.of(clone, "start")) order(made, start, RELATION.unrunnableFirstBlocks);
  else for (const start of book.of(resource, "start")) order(made, start, RELATION.unrunnableFirstBlocks);
}

function isUnprobed(cluster: Assigned, resource: Resource, node: SchedulerNode): boolean {
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    if (cluster.unprobed.has(`${holder.id} ${node.index}`)) return true;
  }
  return false;
}

/** The clone a primitive belongs to; undefined outside of clones. */
function anonymousCloneOf(resource: Resource): Resource | undefined {
  for (let holder = resource.parent; holder; holder = holder.parent) if (holder.clone) return holder;
  return undefined;
}

/** Lets what stops after a stop, and what is restarted, wait for the probes too. */
export function orderProbes(book: ActionBook): void {
  for (const then of book.all) {
    for (const { first, flags } of [...then.inputs]) {
      if (first.task !== "stop" || first.resource === then.resource || !first.resource || !then.resource) continue;
      if ((flags & RELATION.silent) !== 0 && then.kind !== "pseudo_event") continue;
      for (const probed of probesOf(book, first.resource)) order(probed, then, flags & RELATION.sameNode);
    }
  }
}

function probesOf(book: ActionBook, resource: Resource): readonly Action[] {
  return book.of(resource, "monitor");
}

function mostFrequentMonitor(resource: Resource): ConfiguredOperation | undefined {
  const monitors = resource.operations.filter((op) => op.name === "monitor" && op.intervalMs > 0 && op.isEnabled);
  return monitors.sort((a, b) => a.intervalMs - b.intervalMs)[0];
}
