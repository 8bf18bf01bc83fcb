import { OPERATION_STATUS } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";

/** True for an operation's record in the status whose result is not the one that was expected. */
export function hasFailed(record: XmlElement): boolean {
  const expected = record.get("transition-key")?.split(":")[2];
  return record.id?.endsWith("_last_failure_0") === true || (expected !== undefined && record.get("rc-code") !== expected);
}

/** The same, and for one that could not be carried out at all, or of which nobody knows what was expected: those that a cleanup forgets. */
export function countsAsFailed(record: XmlElement): boolean {
  if (record.name === "lrm_rsc_op" && record.get("transition-key") === undefined)
    return record.get("op-status") !== String(OPERATION_STATUS.pending);
  return hasFailed(record) || NOT_EXECUTED.has(Number(record.get("op-status") ?? OPERATION_STATUS.done));
}

const NOT_EXECUTED: ReadonlySet<number> = new Set([
  OPERATION_STATUS.timedOut,
  OPERATION_STATUS.notSupported,
  OPERATION_STATUS.errorHard,
  OPERATION_STATUS.errorFatal,
  OPERATION_STATUS.notInstalled,
  OPERATION_STATUS.notConnected,
  OPERATION_STATUS.invalid,
  OPERATION_STATUS.noFenceDevice,
  OPERATION_STATUS.noSecrets,
]);
