import { Action, type ActionBook, order, RELATION } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import { canFence } from "../node.ts";

/** Adds fencing of unclean nodes and the shutdown of nodes that leave, and what waits for them. */
export function nodeActions(cluster: Assigned, book: ActionBook): void {
  const { nodes, options } = cluster;
  const hasManaged = cluster.top.some((top) => top.primitives().some((primitive) => primitive.isManaged));
  const fencings: Action[] = [];
  for (const node of nodes) {
    if (node.uncleanReason === undefined || !canFence(cluster, node) || !hasManaged) continue;
    const fencing = new Action({
      key: `stonith-${node.name}-${options.fencingAction}`,
      task: "stonith",
      kind: "crm_event",
      node,
      isOptional: false,
    });
    fencing.reason = node.uncleanReason;
    fencing.attributes.set("CRM_meta_stonith_action", options.fencingAction);
    fencing.attributes.set("CRM_meta_on_node", node.name);
    fencing.attributes.set("CRM_meta_on_node_uuid", node.id);
    fencings.push(book.add(fencing));
  }
  for (const fencing of fencings) {
    if (fencing.node?.isDc) for (const other of fencings) order(other, fencing);
    for (const action of book.all) {
      if (action.kind !== "rsc_op" || !action.resource) continue;
      const isOnFencedNode = action.node === fencing.node;
      if (!action.resource.isManaged) continue;
      const isDown = action.task === "stop" || action.task === "demote";
      if (isDown && isOnFencedNode && action.resource.requires === "fencing") {
        order(fencing, action);
        if (action.task === "stop")
          for (let above = action.resource.parent; above; above = above.parent)
            for (const own of book.of(above, action.task)) order(fencing, own);
      }
      // Nothing comes up anywhere before the node that may still run it is down.
      const isUp = action.task === "start" || action.task === "promote";
      if (isUp && !isOnFencedNode && action.resource.requires === "fencing") order(fencing, action, RELATION.unrunnableFirstBlocks);
    }
  }
  shutdowns(cluster, book, fencings);
}

function shutdowns(cluster: Assigned, book: ActionBook, fencings: readonly Action[]): void {
  const made: Action[] = [];
  for (const node of cluster.nodes) {
    if (!node.isShuttingDown || !node.isOnline || node.uncleanReason !== undefined) continue;
    const shutdown = new Action({ key: `do_shutdown-${node.name}`, task: "do_shutdown", kind: "crm_event", node, isOptional: false });
    shutdown.attributes.set("CRM_meta_on_node", node.name);
    shutdown.attributes.set("CRM_meta_on_node_uuid", node.id);
    shutdown.attributes.set("CRM_meta_op_no_wait", "true");
    made.push(book.add(shutdown));
    for (const action of book.all)
      if (action.task === "stop" && action.node === node && action.resource?.isManaged)
        order(action, shutdown, RELATION.unrunnableFirstBlocks);
  }
  const own = made.find((shutdown) => shutdown.node?.isDc);
  for (const before of [...made, ...fencings]) if (own && before !== own) order(before, own);
}
