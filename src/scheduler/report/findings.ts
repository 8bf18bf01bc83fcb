import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action } from "../plan/action.ts";
import { actionReasonText } from "../plan/action-reason.ts";
import type { Finding } from "../plan/finding.ts";
import type { Plan } from "../plan/plan.ts";
import type { ConfiguredAnswer } from "./schedule-result.ts";

/** All that a plan came upon. Source: Pacemaker 3.0.2's log. */
export function findingsOf(plan: Plan): Finding[] {
  const { all } = plan.book;
  return [
    ...plan.cluster.top.flatMap((top) => top.primitives().flatMap((resource) => tieOf(plan, resource))),
    ...plan.findings,
    ...all.flatMap(announcedOf),
    ...all.flatMap(unstoppableOf),
  ];
}

/** What is configured as the answer to a failure of each action of the plan, in the order in which they were made. */
export function configuredAnswers({ book, operations }: Plan): ConfiguredAnswer[] {
  return book.all.flatMap(({ resource, task, intervalMs }): ConfiguredAnswer[] => {
    const answer = resource && operations.configuredAnswer(resource, task, intervalMs);
    if (!resource || answer === undefined) return [];
    return [{ resource, task, answer, operation: operations.find(resource, task, intervalMs) }];
  });
}

function tieOf(plan: Plan, resource: Resource): Finding[] {
  const { assigned, currentNode, scores, isAllowedOn, isManaged, activeOn } = resource;
  // Where it starts, one place is as good as the other.
  if (!assigned || !isManaged || !currentNode || !isAvailable(currentNode) || scores[assigned.index] !== INFINITY_SCORE) return [];
  // Instances that can be told apart have all nodes to choose from, others stay where they are.
  const { clone } = resource.top;
  if (clone?.isUnique === true || ((clone ?? resource.ownBundle) && activeOn.includes(assigned))) return [];
  const nodes = plan.cluster.nodes.filter(
    (node) => isAllowedOn[node.index] === 1 && scores[node.index] === INFINITY_SCORE && isAvailable(node),
  );
  return nodes.length > 1 ? [{ kind: "tie", resource, node: assigned, nodeCount: nodes.length }] : [];
}

/** What is done beside the resources' own starts and stops, which the decisions tell of. */
function announcedOf({ task, node, resource, key, reason }: Action): Finding[] {
  if (!node) return [];
  if (task === "do_shutdown") return [{ kind: "shutdown", node }];
  if (!resource) return [];
  if (task === "delete") return [{ kind: "cleanup", resource, node }];
  return task === "clear_failcount" && reason !== undefined
    ? [{ kind: "forgotten failures", resource, node, key, reason: actionReasonText(reason) }]
    : [];
}

function unstoppableOf({ task, node, inputs }: Action): Finding[] {
  if (task !== "do_shutdown" || !node) return [];
  return inputs.flatMap(({ first: { resource, isRunnable, key } }): Finding[] =>
    resource?.isBlocked && !isRunnable ? [{ kind: "unstoppable", node, resource, key }] : [],
  );
}
