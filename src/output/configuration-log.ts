import { exitText, OCF } from "../model/exit-code.ts";
import { inverseOf } from "../scheduler/order/order-kind.ts";
import type { XmlElement } from "../xml/element.ts";
import type { LogEntry } from "./log-entry.ts";
import { operationLog } from "./operation-log.ts";
import { planningProblems, readingProblems } from "./problems/configuration-problems.ts";
import { nodeLog, resourceLog } from "./state-log.ts";
import { type ClusterStatus, type StatusResource, withMembers } from "./status-model.ts";
import { failureResource } from "./status-words.ts";

/**
 * What reading a configuration and its status complains about, in the order of reading. `dateText` writes a time as ctime(3)
 * does; `problems` is left empty by who tells them otherwise. Source: Pacemaker 3.0.2.
 */
export function configurationLog(
  status: ClusterStatus,
  dateText: (epochSeconds: number) => string,
  problems: readonly LogEntry[] = readingProblems(status.unpacked),
): LogEntry[] {
  const { options } = status.unpacked;
  const blind: LogEntry[] =
    options.isFencingEnabled && options.isStartupFencing
      ? []
      : [{ source: "unpack_config", severity: "warning", text: "Blind faith: not fencing unseen nodes" }];
  // Values of options are looked at before any option is used.
  const first = problems.findIndex(({ source }) => source !== "cluster_option_value");
  const values = first < 0 ? problems : problems.slice(0, first);
  return [
    ...values,
    ...blind,
    ...problems.slice(values.length),
    ...nodeLog(status.unpacked),
    ...unexpectedResults(status, dateText),
    ...hardFailures(status),
  ];
}

/** What making a plan of it complains about beside; `problems` as with `configurationLog`. */
export function planningLog(status: ClusterStatus, problems: readonly LogEntry[] = planningProblems(status.unpacked)): LogEntry[] {
  return [...unknownActions(status.cib), ...problems, ...operationLog(status.unpacked), ...resourceLog(status.unpacked)];
}

/** Actions in orders that nothing undoes. */
function unknownActions(cib: XmlElement): LogEntry[] {
  const orders = cib.descend("configuration", "constraints")?.childrenNamed("rsc_order") ?? [];
  return orders.flatMap((order) => {
    const first = order.get("first-action") ?? "start";
    const then = order.get("then-action") ?? first;
    const isOneWay = order.get("symmetrical") === "false" || order.get("kind") === "Serialize";
    const unknown = isOneWay ? [] : [first, then].filter((action) => inverseOf(action) === undefined);
    return unknown.map(
      (action): LogEntry => ({
        source: "invert_action",
        severity: "warning",
        text: `Unknown action '${action}' specified in order constraint`,
      }),
    );
  });
}

/** Results that were not expected: everything that counts as a failure. Times are told without the day of the week. */
function unexpectedResults({ failures }: ClusterStatus, dateText: (epochSeconds: number) => string): LogEntry[] {
  return failures.map((one) => {
    const reason = one.exitReason ? `: ${one.exitReason}` : "";
    const when = one.changedAtEpochSeconds === 0 ? "unknown_time" : dateText(one.changedAtEpochSeconds).replace(/^\S+ /, "");
    const task = one.operation === "monitor" && one.intervalMs === 0 ? "probe" : one.operation;
    const what = `Unexpected result (${exitText(one.exitCode)}${reason}) was recorded for ${task} of ${one.resourceId} on ${one.node} at ${when}`;
    return { source: "unpack_rsc_op_failure", severity: "warning", text: `${what} | exit-status=${one.exitCode} id=${one.entryId}` };
  });
}

/** Exit codes after which a resource is not tried again on the node, or anywhere. */
const HARD_CODES: ReadonlySet<number> = new Set([
  OCF.notConfigured,
  OCF.notInstalled,
  OCF.unimplemented,
  OCF.insufficientPrivileges,
  OCF.invalidArguments,
]);

function hardFailures(status: ClusterStatus): LogEntry[] {
  return status.failures.flatMap((failure): LogEntry[] => {
    if (!HARD_CODES.has(failure.exitCode) || failure.exitCode === OCF.notInstalled) return [];
    const name = failureResource(failure);
    const top = status.resources.find((candidate) => withMembers(candidate).some((one) => one.id === name || one.printableId === name));
    const shown = top === undefined ? name : bannedName(top, name);
    const where = failure.exitCode === OCF.notConfigured ? "anywhere" : `on ${failure.node}`;
    const kind = failure.exitCode === OCF.notConfigured ? "fatal" : "hard";
    const text = `Preventing ${shown} from restarting ${where} because of ${kind} failure (${exitText(failure.exitCode)}) | ${name}_last_failure_0`;
    return [{ source: "unpack_rsc_op", severity: "error", text }];
  });
}

/** What is kept away: of a clone's instance the whole clone, inside a bundle the clone that it implies. */
function bannedName(top: StatusResource, name: string): string {
  if (top.kind === "clone" && !top.isUnique) return top.id;
  return top.kind === "bundle" &&
    !top.isUnique &&
    top.members.some((replica) => replica.members.some((part) => part.printableId === name && part.id !== name))
    ? `${top.id}-clone`
    : name;
}
