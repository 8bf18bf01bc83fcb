import { isAnyManaged, needsFencing } from "../../scheduler/fence/needs-fencing.ts";
import type { Finding } from "../../scheduler/plan/finding.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { TICKET_LOST } from "../../scheduler/unpack/history/fence-node.ts";
import { FENCING_STEP, fencingProblems } from "../problems/fencing-problems.ts";
import { operationProblems } from "../problems/operation-problems.ts";
import { BAD_INPUT, doubt, type Problem } from "../problems/problem.ts";
import { loggedDecisions } from "../text/decision-columns.ts";
import { type LogEntry, notice, warning } from "../text/log-entry.ts";
import { fencingEntry } from "./state-log.ts";

/** The step in which circles of orders are opened, by the name it has in logs; Pacemaker has none. */
export const CIRCLE_STEP = "open_circles";

type Cluster = ScheduleResult["cluster"];

/** What a plan that was made has to tell: the problems among it, which concern the configuration, and the whole log. */
export interface PlanLog {
  readonly problems: readonly Problem[];
  readonly entries: readonly LogEntry[];
}

/** What is said of a plan that was made. Source: Pacemaker 3.0.2's log. */
export function planLog({ cluster, findings, configuredAnswers, decisions, unkeptOrders }: ScheduleResult): PlanLog {
  const found = findings();
  const operations = operationProblems(cluster, configuredAnswers());
  const invalid = found.flatMap(orderProblem);
  const circular = unkeptOrders.map(circleProblem);
  const unfenced = fencingProblems(cluster);
  const noted = (isTold: (finding: Finding) => boolean): LogEntry[] =>
    found.filter(isTold).flatMap((finding) => entriesOf(finding, cluster));
  return {
    problems: [...operations, ...unfenced, ...invalid, ...circular],
    entries: [
      ...[...scoreLog(cluster), ...ticketLog(cluster), ...operations, ...noted(isEarly), ...unmanagedLog(cluster), ...fencingLog(cluster)],
      ...[...unfenced, ...noted((finding) => !isEarly(finding)), ...heldBackLog(cluster, unfenced), ...invalid, ...circular],
      ...loggedDecisions(decisions).map((text) => notice("log_list_item", `Actions: ${text}`)),
    ],
  };
}

/** The problem with orders that wait for each other, one of which is not kept so that the plan can be carried out. */
function circleProblem(unkept: string): Problem {
  return doubt(CIRCLE_STEP, `Orders wait for each other: ${unkept}`);
}

/** The same for who does not ask for a log. */
export function circleLine(unkept: string): string {
  return `warning: ${circleProblem(unkept).text}`;
}

/** True for what shows before nodes are fenced and shut down. */
function isEarly({ kind }: Finding): boolean {
  return kind !== "implied stop" && kind !== "shutdown";
}

function orderProblem(finding: Finding): Problem[] {
  if (finding.kind !== "invalid order") return [];
  const { inner, launcher } = finding;
  return [doubt("ordering_is_invalid", `Invalid ordering constraint between ${inner.id} and ${launcher.id}`)];
}

function entriesOf(finding: Finding, cluster: Cluster): LogEntry[] {
  switch (finding.kind) {
    case "fencing":
      return [fencingEntry(cluster, finding.node, finding.reason, finding.launcher)];
    case "unfenced": {
      const text = `Stopping ${finding.resource.id} until ${finding.node.name} can be unfenced`;
      return [{ source: "stop_resource", severity: "error", text }];
    }
    case "no completion": {
      const { action, key } = finding;
      const why = `because ${action.resource?.id} does not have remapped action`;
      return [warning("action_for_ordering", `Not remapping ${action.key} to ${key} ${why}`)];
    }
    case "foreign node":
      return [warning("can_run_instance", `${finding.instance.id} cannot run on ${finding.node.name}: node not allowed`)];
    case "unrunnable": {
      const { key, node, isPending } = finding;
      const why = isPending
        ? `Action ${key} on ${node.name} is unrunnable (node is pending)`
        : `${key} on ${node.name} is unrunnable (node is offline)`;
      return [warning("update_resource_action_runnable", why)];
    }
    case "tie": {
      const { resource, node, nodeCount } = finding;
      const text = `Chose ${node.name} for ${resource.id} from ${nodeCount} nodes with score INFINITY`;
      return [warning("assign_best_node", text)];
    }
    case "unstoppable": {
      const { node, resource, key } = finding;
      const state = `${resource.isManaged ? "blocked" : "unmanaged"}${resource.isFailed ? " failed" : ""}`;
      const text = `Cannot shut down ${node.name} because of ${resource.id}: ${state} (${key})`;
      return [{ source: "pcmk__create_graph", severity: "crit", text }];
    }
    case "implied stop": {
      const { resource, node, isAfter } = finding;
      const text = `Stop of failed resource ${resource.id} is implicit ${isAfter ? "after" : "because"} ${node.name} is fenced`;
      return [notice("order_stop_vs_fencing", text)];
    }
    case "shutdown":
      return [notice("node_action", ` * Shutdown ${finding.node.name}`)];
    case "cleanup":
      return [notice("pcmk__schedule_cleanup", `Scheduling clean-up of ${finding.resource.id} on ${finding.node.name}`)];
    case "forgotten failures": {
      const { resource, node, reason, key } = finding;
      return [notice("pe__clear_failcount", `Clearing failure of ${resource.id} on ${node.name} because ${reason} | ${key}`)];
    }
    case "invalid order":
      // That is a problem of the configuration.
      return [];
  }
}

function scoreLog({ locations }: Cluster): LogEntry[] {
  const texts = locations.flatMap(({ id, unreadable = [] }) =>
    unreadable.map(({ node, attribute, value }) => {
      const why = `node attribute ${attribute} value '${value}' is not a valid score: ${BAD_INPUT}`;
      return `Ignoring location ${id} for node ${node.name} because ${why}`;
    }),
  );
  const textual = locations.flatMap(({ textual = [] }) =>
    textual.map(({ kind, actual, wanted }) => {
      const why = `because invalid as ${kind}s`;
      return warning("pcmk__cmp_by_type", `Comparing '${actual}' and '${wanted}' as strings ${why}`);
    }),
  );
  return [...textual, ...[...new Set(texts)].map((text) => warning("generate_location_rule", text))];
}

function ticketLog(cluster: Cluster): LogEntry[] {
  const lost = cluster.nodes.filter(({ uncleanReason }) => uncleanReason === TICKET_LOST);
  return lost.map((node) => fencingEntry(cluster, node, TICKET_LOST, undefined));
}

function unmanagedLog({ top }: Cluster): LogEntry[] {
  return isAnyManaged(top) ? [] : [notice(FENCING_STEP, "No fencing will be done until there are resources to manage")];
}

/** Why nodes are not fenced that could be; `unfenced` are the problems with nodes that are not. */
function heldBackLog({ options }: Cluster, unfenced: readonly Problem[]): LogEntry[] {
  if (unfenced.length === 0 || !options.isFencingEnabled || options.hasQuorum) return [];
  return [notice(FENCING_STEP, "Unclean nodes will not be fenced until quorum is attained or no-quorum-policy is set to ignore")];
}

function fencingLog(cluster: Cluster): LogEntry[] {
  const hasManaged = isAnyManaged(cluster.top);
  const fenced = cluster.nodes.filter((node) => node.connection?.launcher === undefined && needsFencing(cluster, node, hasManaged));
  return fenced.map(({ name }) => warning("schedule_fencing", `Scheduling node ${name} for fencing`));
}
