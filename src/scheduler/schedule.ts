import type { GraphAction, TransitionGraph } from "../model/transition-graph.ts";
import type { XmlElement } from "../xml/element.ts";
import { Action, ActionBook } from "./act/action.ts";
import { notifications } from "./act/notifications.ts";
import { orderProbes } from "./act/probes.ts";
import { resourceActions } from "./act/resource-actions.ts";
import { type Assigned, assign } from "./assign/assign.ts";
import type { ScoreLine } from "./assign/score-line.ts";
import { constrain } from "./constrain/constraints.ts";
import { nodeActions } from "./fence/fencing.ts";
import { blockedActions, graphInputs, isEmitted } from "./graph/emitted.ts";
import { graphXml } from "./graph/graph-xml.ts";
import { constraintOrders } from "./order/constraint-orders.ts";
import { settle } from "./order/settle.ts";
import { type Decision, decisions, summaryLines } from "./report/summary.ts";
import type { ScoreEntry } from "./resource.ts";
import { unpack } from "./unpack/unpack.ts";

/** What the scheduler is asked with. */
export interface ScheduleOptions {
  readonly nowEpochSeconds: number;
  /** Keep who added what to which score. */
  readonly isLedgerKept?: boolean;
}

/** What the scheduler decided, and what it was decided from. */
export interface ScheduleResult {
  readonly cluster: Assigned;
  readonly graph: TransitionGraph;
  readonly decisions: readonly Decision[];
  readonly summary: readonly string[];
  readonly scores: readonly ScoreLine[];
  readonly ledger: readonly ScoreEntry[];
  /** The plan as a `<transition_graph>`. */
  readonly graphXml: () => XmlElement;
  /** Names of the actions that are wanted but cannot be carried out. */
  readonly blocked: () => readonly string[];
  /** Sentences about what could not be decided. */
  readonly warnings: readonly string[];
  readonly recheckAtEpochSeconds: number | undefined;
}

/**
 * Decides where everything runs and how to get there. Pure: the same CIB and time give the same result. The phases
 * follow one another: unpack, constrain, assign, act, order, fence, graph.
 */
export function schedule(cib: XmlElement, options: ScheduleOptions): ScheduleResult {
  const constrained = constrain(unpack(cib, options.nowEpochSeconds));
  const cluster = assign(constrained, options.isLedgerKept ?? false);
  const book = new ActionBook();
  resourceActions(cluster, book);
  constraintOrders(cluster, book);
  orderProbes(book);
  settle(book);
  notifications(cluster, book);
  nodeActions(cluster, book);
  clearFailures(cluster, book);
  settle(book);
  const made = decisions(cluster, book);
  return {
    cluster,
    graph: { actions: graphActions(book), batchLimit: cluster.options.batchLimit },
    decisions: made,
    summary: summaryLines(made),
    scores: cluster.scoreLines,
    ledger: cluster.ledger,
    graphXml: () => graphXml(cluster, book.all),
    blocked: () => blockedActions(book.all),
    warnings: warnings(cluster),
    recheckAtEpochSeconds: recheckTime(cluster),
  };
}

function clearFailures(cluster: Assigned, book: ActionBook): void {
  for (const { resource, node } of cluster.history.expired) {
    const action = new Action({
      key: `${resource.id}_clear_failcount_0`,
      task: "clear_failcount",
      kind: "crm_event",
      resource,
      node,
      isOptional: false,
    });
    action.attributes.set("CRM_meta_op_no_wait", "true");
    action.attributes.set("CRM_meta_on_node", node.name);
    action.attributes.set("CRM_meta_on_node_uuid", node.id);
    action.reason = "it expired";
    if (node.isOnline && node.uncleanReason === undefined) book.add(action);
  }
}

function graphActions(book: ActionBook): GraphAction[] {
  const emitted = new Set(book.all.filter(isEmitted));
  return [...emitted].map((action) => {
    const { resource } = action;
    const isNamed = resource?.kind === "primitive";
    return {
      id: action.id,
      kind: action.isPseudo ? "pseudo_event" : action.kind,
      operation: action.task,
      key: action.key,
      node: action.isPseudo ? undefined : action.node?.name,
      resource: isNamed
        ? { id: resource.agentId, agentClass: resource.agentClass, provider: resource.provider, type: resource.type }
        : undefined,
      attributes: action.attributes,
      priority: Math.max(action.priority, resource?.priority ?? 0),
      inputs: graphInputs(action, emitted).map((first) => first.id),
    };
  });
}

function warnings(cluster: Assigned): string[] {
  const out: string[] = [];
  const { options, resources, hasFenceDevice } = cluster;
  if (resources.undecided.size > 0) out.push(`bundles are left alone: ${[...resources.undecided].join(" ")}`);
  if (options.isFencingEnabled && !hasFenceDevice && resources.top.length > 0) {
    out.push("Resource start-up disabled since no fencing resources have been defined: configure some, or set fencing-enabled=false");
  }
  for (const node of cluster.nodes) {
    if (node.uncleanReason !== undefined && !options.isFencingEnabled)
      out.push(`node ${node.name} is unclean (${node.uncleanReason}) and fencing is disabled`);
  }
  return out;
}

/** Earliest failure to expire. */
function recheckTime(cluster: Assigned): number | undefined {
  let earliest: number | undefined;
  for (const failure of cluster.history.failures) {
    const resource = cluster.resources.byId.get(failure.resourceId);
    if (!resource || resource.failureTimeoutMs === 0) continue;
    const at = failure.changedAtEpochSeconds + resource.failureTimeoutMs / 1000 + 1;
    if (at > cluster.nowEpochSeconds && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}
