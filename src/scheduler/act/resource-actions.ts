import type { Assigned } from "../assign/assign.ts";
import type { ActionBook } from "./action.ts";
import { collectiveActions } from "./collective-actions.ts";
import { judgeDefinition } from "./definition.ts";
import { probeActions } from "./probes.ts";
import { recurringActions } from "./recurring.ts";
import { roleChain } from "./role-chain.ts";

/** Makes the actions of every resource, and their order inside each resource. */
export function resourceActions(cluster: Assigned, book: ActionBook): void {
  const primitives = cluster.top.flatMap((top) => top.primitives());
  for (const primitive of primitives) {
    judgeDefinition(cluster, primitive);
    roleChain(cluster, book, primitive);
  }
  for (const top of cluster.top) collectiveActions(top, book);
  for (const primitive of primitives) recurringActions(cluster, book, primitive);
  probeActions(cluster, book);
  for (const action of book.all) {
    if (action.resource?.isManaged === false && action.kind === "rsc_op" && action.intervalMs === 0 && action.task !== "monitor")
      action.isOptional = true;
  }
}
