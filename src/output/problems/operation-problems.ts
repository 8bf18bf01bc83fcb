import { timeMs } from "../../scheduler/cluster/options.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import type { UsedDefinition } from "../../scheduler/report/schedule-result.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseInstant } from "../../time/wall-time-parse.ts";
import type { XmlElement } from "../../xml/element.ts";
import { failure, type Problem } from "./problem.ts";

const CANNOT_RECUR = new Set(["stop", "start", "demote", "promote", "reload-agent", "migrate_to", "migrate_from"]);
const ON_FAIL = ["ignore", "block", "stop", "restart", "standby", "fence", "restart-container", "demote", "nothing", "migrate"];

/** A cluster that was planned for. */
type Cluster = Pick<Unpacked, "top" | "options" | "nowEpochSeconds">;

/**
 * Operations that cannot be carried out as they are defined, for each instance of what was planned; `used` are the
 * definitions that actions were made by. Source: Pacemaker 3.0.3, recurring operations and meta-attributes of operations.
 */
export function operationProblems(cluster: Cluster, used: readonly UsedDefinition[]): Problem[] {
  const answers = used.flatMap(({ resource, operation }) => onFailProblems(resource, operation, cluster));
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

function onFailProblems(resource: Resource, operation: XmlElement, { options }: Cluster): Problem[] {
  const pairs = operation.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
  const value = operation.get("on-fail") ?? pairs.find((pair) => pair.get("name") === "on-fail")?.get("value");
  if (value === undefined) return [];
  const word = value.toLowerCase();
  const name = operation.get("name") ?? "";
  // Of what is not active no stop is ever looked at.
  if (name === "stop" && resource.activeOn.length === 0) return [];
  const reset = `Resetting 'on-fail' for ${resource.id} ${name} action to default value because`;
  if (name === "stop" && ["standby", "demote", "stop"].includes(word))
    return [failure("validate_on_fail", `${reset} '${value}' is not allowed for stop`)];
  if (word === "demote") {
    const isPromotedMonitor = name === "monitor" && intervalMs(operation) > 0 && readRole(operation.get("role")) === "Promoted";
    return name === "promote" || isPromotedMonitor ? [] : [failure("validate_on_fail", `${reset} 'demote' is not allowed for it`)];
  }
  if (word === "fence" && !options.isFencingEnabled) {
    const why = "because 'fence' is not valid when fencing is disabled";
    return [failure("pcmk__parse_on_fail", `Resetting 'on-fail' for ${name} of ${resource.id} to 'stop' ${why}`)];
  }
  if (ON_FAIL.includes(word)) return [];
  return [failure("pcmk__parse_on_fail", `Resource ${resource.id}: Unknown failure type (${value})`)];
}

function originProblems(operation: XmlElement, { nowEpochSeconds }: Cluster): Problem[] {
  const origin = operation.get("interval-origin");
  if (origin === undefined || intervalMs(operation) === 0 || parseInstant(origin, nowEpochSeconds) !== undefined) return [];
  return [failure("unpack_interval_origin", `Ignoring 'interval-origin' for operation '${operation.id}' because '${origin}' is not valid`)];
}
