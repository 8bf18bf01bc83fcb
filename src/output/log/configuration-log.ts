import { inverseOf } from "../../scheduler/order/order-kind.ts";
import type { XmlElement } from "../../xml/element.ts";
import { planningProblems, readingProblems } from "../problems/configuration-problems.ts";
import { LASTING_FAILURES } from "../problems/history-problems.ts";
import type { ClusterStatus } from "../status/status-model.ts";
import { type LogEntry, notice, warning } from "../text/log-entry.ts";
import { historyLog } from "./history-log.ts";
import { operationLog } from "./operation-log.ts";
import { removedNodesLog, resourceLog, stateLog } from "./state-log.ts";
import { valueLog } from "./value-log.ts";

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
  const unbound: LogEntry[] = options.noQuorumPolicy === "ignore" ? [notice("unpack_config", "On loss of quorum: Ignore")] : [];
  const blind: LogEntry[] =
    options.isFencingEnabled && options.isStartupFencing
      ? []
      : [{ ...warning("unpack_config", "Blind faith: not fencing unseen nodes"), isToldOnce: true }];
  const inquorate =
    options.hasQuorum || options.noQuorumPolicy === "ignore"
      ? []
      : [warning("cluster_status", "Fencing and resource management disabled due to lack of quorum")];
  const lasting = problems.filter(({ source }) => source === LASTING_FAILURES);
  const others = problems.filter((problem) => !lasting.includes(problem));
  // Values of options are looked at before any option is used.
  const values = leading(others, ["cluster_option_value"]);
  const used = leading(others.slice(values.length), ["unpack_config"]);
  return [
    ...values,
    ...unbound,
    ...blind,
    ...used,
    ...inquorate,
    ...others.slice(values.length + used.length),
    ...removedNodesLog(status.cib, status.unpacked.nodes),
    ...stateLog(status.unpacked),
    ...valueLog(status.unpacked),
    ...historyLog(status.unpacked, dateText, lasting),
  ];
}

/** What comes from these steps before anything comes from another one. */
function leading(problems: readonly LogEntry[], sources: readonly string[]): readonly LogEntry[] {
  const first = problems.findIndex(({ source }) => !sources.includes(source));
  return first < 0 ? problems : problems.slice(0, first);
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
