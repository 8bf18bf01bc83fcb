import type { TransitionGraph } from "../model/transition-graph.ts";
import type { XmlElement } from "../xml/element.ts";
import { actionsFromHistory, fencingFromConstraints, fencingFromStatus, forgetUnlocked } from "./act/actions-from-history.ts";
import { changedFailures, clearLateFailures, clearRemovedFailures } from "./act/clear-failures.ts";
import { createActions } from "./act/collective-actions.ts";
import { applyDefinitionChanges, applyLateDefinitionChanges } from "./act/definition-changes.ts";
import { Histories } from "./act/histories.ts";
import { NotificationPoints } from "./act/notification-points.ts";
import { probeActions } from "./act/probes.ts";
import { remoteOrders } from "./act/remote-actions.ts";
import { type Assigned, assign, prepare } from "./assign/assign.ts";
import { ScoreLedger } from "./cluster/ledger.ts";
import { primitivesOf } from "./cluster/resource-state.ts";
import { type Constrained, constrain } from "./constrain/constraints.ts";
import { updateMaintenance } from "./fence/maintenance-updates.ts";
import { nodeActions } from "./fence/node-actions.ts";
import { dropInvalidOrders } from "./graph/break-circles.ts";
import { type Graph, makeGraph } from "./graph/graph.ts";
import { graphAction } from "./graph/graph-action.ts";
import { graphXml } from "./graph/graph-xml.ts";
import { constraintOrders } from "./order/constraint-orders.ts";
import { internalOrders } from "./order/internal-orders.ts";
import { probeOrders } from "./order/probe-orders.ts";
import { resolveOrders } from "./order/resolve-orders.ts";
import { Settlement } from "./order/settle.ts";
import { stopActions } from "./order/unassign.ts";
import { readConfigurations } from "./plan/configured-actions.ts";
import { hasLateAddress } from "./plan/operation-digest.ts";
import { OperationReader } from "./plan/operation-meta.ts";
import { Plan } from "./plan/plan.ts";
import { blockedActions } from "./report/blocked.ts";
import { dotGraph } from "./report/dot-graph.ts";
import { configuredAnswers, findingsOf } from "./report/findings.ts";
import { obstaclesOf } from "./report/obstacles.ts";
import type { ScheduleResult } from "./report/schedule-result.ts";
import { type Decision, decisions, summaryLines } from "./report/summary.ts";
import { unkeptOrderText, warningsOf } from "./report/warnings.ts";
import { type Unpacked, unpack } from "./unpack/unpack.ts";

/** What the scheduler is asked with. */
export interface ScheduleOptions {
  readonly nowEpochSeconds: number;
  /**
   * The CIB is a running cluster's own, with its secrets: a secret that differs from what an operation ran with is a change.
   * In a document of another time secrets may be masked, as in reports.
   */
  readonly isLive?: boolean;
  /** Keep who added what to which score. */
  readonly isLedgerKept?: boolean;
  /** Keep the scores, and what is used of nodes, as they were when places were given out; they are, unless this is false. */
  readonly areScoresKept?: boolean;
  /** The CIB as it was read before, without a ledger and at the same time. It is used up: what the plan decides is written into it. */
  readonly unpacked?: Unpacked | undefined;
}

/**
 * Decides where everything runs and how to get there. Pure: the same CIB and time give the same result. The phases
 * follow one another: unpack, constrain, assign, act, order, fence, graph.
 */
export function schedule(cib: XmlElement, options: ScheduleOptions): ScheduleResult {
  const { plan, graph, decided, cluster, ledger, recheckAtEpochSeconds, appliedRelationCount } = completablePlan(cib, options);
  const unkeptOrders = graph.opened.dropped.map(unkeptOrderText);
  let transition: TransitionGraph | undefined;
  let lines: readonly string[] | undefined;
  // Each in the form that is asked for: few ask for all.
  return {
    cluster,
    get graph() {
      transition ??= { actions: graph.synapses.map(graphAction), batchLimit: cluster.options.batchLimit };
      return transition;
    },
    decisions: decided,
    get summary() {
      lines ??= summaryLines(decided);
      return lines;
    },
    get scores() {
      return cluster.scoreLines();
    },
    get utilization() {
      return cluster.utilizationLines();
    },
    maskedChanges: plan.maskedChanges,
    redefinitions: plan.redefinitions,
    definitionChanges: plan.definitionChanges,
    ledger: ledger?.entries ?? [],
    graphXml: () => graphXml(plan, graph, recheckAtEpochSeconds),
    blocked: () => blockedActions(plan, graph),
    dotGraph: (view) => dotGraph(plan, graph, view),
    isStoppedByHistory: (resource) => plan.stoppedByHistory.has(resource),
    unpairedWith: (resource) => plan.unpaired.get(resource),
    obstacles: (resource) => obstaclesOf(plan, resource),
    findings: () => findingsOf(plan),
    configuredAnswers: () => configuredAnswers(plan),
    unkeptOrders,
    warnings: [...warningsOf(cluster), ...unkeptOrders],
    recheckAtEpochSeconds,
    appliedRelationCount,
  };
}

/** What the phases make of a CIB. */
interface Planned {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly decided: readonly Decision[];
  readonly cluster: Assigned;
  readonly ledger: ScoreLedger | undefined;
  readonly recheckAtEpochSeconds: number | undefined;
  readonly appliedRelationCount: number;
}

/** Plans again without the live migrations that would wait for themselves: what they wait for needs the resource to be stopped. */
function completablePlan(cib: XmlElement, options: ScheduleOptions): Planned {
  const unmigratable = new Set<string>();
  for (;;) {
    const isFirst = unmigratable.size === 0;
    const planned = makePlan(cib, isFirst ? options : { ...options, unpacked: undefined }, unmigratable);
    const { migrations } = planned.graph.opened;
    if (migrations.every(({ id }) => unmigratable.has(id))) return planned;
    for (const { id } of migrations) unmigratable.add(id);
  }
}

function makePlan(cib: XmlElement, options: ScheduleOptions, unmigratable: ReadonlySet<string>): Planned {
  const ledger = options.isLedgerKept ? new ScoreLedger() : undefined;
  const constrained = withChangedFailures(constrain(options.unpacked ?? unpack(cib, options.nowEpochSeconds, ledger)));
  if (unmigratable.size > 0) forbidMigrations(constrained, unmigratable);
  const placement = prepare(constrained, { ledger, areScoresKept: options.areScoresKept !== false });
  const plan = new Plan(placement.cluster, options.isLive === true);
  actionsBeforeAssignment(plan);
  const cluster = assign(placement);
  plan.cluster = cluster;
  for (const { instance, node } of placement.foreignNodes) plan.findings.push({ kind: "foreign node", instance, node });
  const points = new NotificationPoints(plan);
  makeActions(plan, points);
  remoteOrders(plan);
  nodeActions(plan);
  const appliedRelationCount = applyOrders(plan);
  const decided = decisions(plan);
  updateMaintenance(plan);
  if (cluster.hasOperationRules) readConfigurations(plan.book.all);
  // What is read for the graph alone does not count.
  const recheckAtEpochSeconds = recheckTime(cluster);
  return { plan, graph: makeGraph(plan, points), decided, cluster, ledger, recheckAtEpochSeconds, appliedRelationCount };
}

function forbidMigrations({ resources }: Constrained, unmigratable: ReadonlySet<string>): void {
  for (const resource of primitivesOf(resources.top)) if (unmigratable.has(resource.id)) resource.isMigratable = false;
}

/** What failed with other parameters than those configured now has not failed as far as placement is concerned. */
function withChangedFailures(cluster: Constrained): Constrained {
  const scene = { operations: new OperationReader(cluster.cib, cluster.nowEpochSeconds), cluster };
  // Where a connection leads that has its container's host for an address is known after placement only.
  const changed = changedFailures(scene).filter(({ resource }) => !hasLateAddress(scene, resource));
  if (changed.length === 0) return cluster;
  return { ...cluster, history: { ...cluster.history, expired: [...cluster.history.expired, ...changed] } };
}

/** Makes what follows from history and configuration alone, wherever resources will be. */
function actionsBeforeAssignment(plan: Plan): void {
  fencingFromStatus(plan);
  const histories = new Histories(plan.cluster);
  actionsFromHistory(plan, histories);
  fencingFromConstraints(plan);
  constraintOrders(plan);
  forgetUnlocked(plan);
  for (const resource of plan.cluster.top) internalOrders(plan, resource);
  applyDefinitionChanges(plan, histories);
}

/** Makes all actions of resources. */
function makeActions(plan: Plan, points: NotificationPoints): void {
  const { top } = plan.cluster;
  for (const resource of primitivesOf(top)) if (resource.hasLackedPlace) stopActions(plan, resource);
  clearLateFailures(plan);
  applyLateDefinitionChanges(plan);
  probeActions(plan);
  clearRemovedFailures(plan);
  for (const resource of top) createActions(plan, resource, points);
}

/** Applies all orders: actions become required, or impossible, because of others. Gives how often relations were applied. */
function applyOrders(plan: Plan): number {
  resolveOrders(plan);
  const settlement = new Settlement(plan);
  settlement.blockColocated();
  probeOrders(plan);
  settlement.settleEach();
  dropInvalidOrders(plan);
  return settlement.appliedCount;
}

/** The first time at which something changes by itself: a rule turns, a failure or lock expires. */
function recheckTime({ turns, nowEpochSeconds }: Assigned): number | undefined {
  const later = [...turns].filter((at) => at > nowEpochSeconds);
  return later.length === 0 ? undefined : Math.min(...later);
}
