import { timeMs } from "../../scheduler/cluster/options.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import { isPromotedMonitor, NOT_FOR_STOP } from "../../scheduler/plan/operation-meta.ts";
import type { ConfiguredAnswer } from "../../scheduler/report/schedule-result.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseInstant } from "../../time/wall-time-parse.ts";
import type { XmlElement } from "../../xml/element.ts";
import { failure, type Problem } from "./problem.ts";

const CANNOT_RECUR = new Set(["stop", "start", "demote", "promote", "reload-agent", "migrate_to", "migrate_from"]);
const ON_FAIL = ["ignore", "block", "stop", "restart", "standby", "fence", "restart-container", "demote", "nothing", "migrate"];

/** A cluster that was planned for. */
type Cluster = Pick<Unpacked, "top" | "options" | "nowEpochSeconds">;

/**
 * Operations that cannot be carried out as they are defined, for each instance of what was planned; `configured` are
 * the answers to failures of the actions that were made. Source: Pacemaker 3.0.3, recurring operations and meta-attributes of operations.
 */
export function operationProblems(cluster: Cluster, configured: readonly ConfiguredAnswer[]): Problem[] {
  const answers = configured.flatMap((one) => answerProblems(one, cluster));
  const recurring = cluster.top.flatMap((top) =>
    top.primitives().flatMap((resource): Problem[] => {
      const list = resource.isRemoved ? [] : (resource.xml.child("operations")?.childrenNamed("op") ?? []);
      const recurs = !resource.isInMaintenance && !resource.isBlocked;
      const all = (): Problem[] => (recurs ? list.flatMap((operation) => recurringProblems(operation, list)) : []);
      // Of what can be promoted they are looked at when roles change, too.
      const again = resource.isPromotable ? all() : [];
      return [...all(), ...again, ...list.flatMap((operation) => originProblems(operation, cluster))];
    }),
  );
  return [...answers, ...recurring];
}

const intervalMs = (operation: XmlElement): number => timeMs(operation.get("interval"), 0);

function recurringProblems(operation: XmlElement, all: readonly XmlElement[]): Problem[] {
  const interval = intervalMs(operation);
  if (interval === 0) return [];
  const name = operation.get("name") ?? "";
  if (CANNOT_RECUR.has(name))
    return [failure("is_recurring_history", `Ignoring ${operation.id} because ${name} action cannot be recurring`)];
  const same = all.filter((other) => other.get("name") === name && intervalMs(other) === interval);
  if (same.length > 1) {
    const hint = "(do not use same name and interval combination more than once per resource)";
    return [failure("is_op_dup", `Operation ${same[1]?.id} is duplicate of ${same[0]?.id} ${hint}`)];
  }
  const role = operation.get("role");
  if (role === undefined || readRole(role) !== undefined) return [];
  return [failure("is_recurring_history", `Ignoring ${operation.id} role because ${role} is not a valid role`)];
}

/** An answer to a failure that cannot be. */
export function answerProblems({ resource, task, answer, operation }: ConfiguredAnswer, { options }: Pick<Unpacked, "options">): Problem[] {
  const word = answer.toLowerCase();
  if (task === "lrm_delete") return [];
  const dropped = `Resetting 'on-fail' for ${resource.id} ${task} action to default value because`;
  if (task === "stop" && NOT_FOR_STOP.has(word)) return [failure("validate_on_fail", `${dropped} '${answer}' is not allowed for stop`)];
  if (word === "demote") {
    const isOfPromoted = operation?.get("name") === "promote" || (operation !== undefined && isPromotedMonitor(operation));
    return isOfPromoted ? [] : [failure("validate_on_fail", `${dropped} 'demote' is not allowed for it`)];
  }
  if (word === "fence" && !options.isFencingEnabled) {
    const why = "because 'fence' is not valid when fencing is disabled";
    return [failure("pcmk__parse_on_fail", `Resetting 'on-fail' for ${task} of ${resource.id} to 'stop' ${why}`)];
  }
  if (ON_FAIL.includes(word)) return [];
  return [failure("pcmk__parse_on_fail", `Using default 'on-fail' for ${task} of ${resource.id} because '${answer}' is not valid`)];
}

function originProblems(operation: XmlElement, { nowEpochSeconds }: Cluster): Problem[] {
  const origin = operation.get("interval-origin");
  if (origin === undefined || intervalMs(operation) === 0 || parseInstant(origin, nowEpochSeconds) !== undefined) return [];
  return [failure("unpack_interval_origin", `Ignoring 'interval-origin' for operation '${operation.id}' because '${origin}' is not valid`)];
}
