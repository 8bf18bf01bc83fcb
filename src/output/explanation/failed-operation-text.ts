import { exitText, OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import type { XmlElement } from "../../xml/element.ts";
import { statusText } from "../status/status-words.ts";

/** What of a failed operation is told. */
interface ToldFailure extends Pick<FailedOperation, "operation" | "node" | "operationStatus" | "exitReason"> {
  readonly exitCode: number | undefined;
}

/** What failed where, and with what result: "monitor failed on n1 with 7 (not running)". */
export function failedOperationText({ operation, node, operationStatus: status, exitCode, exitReason = "" }: ToldFailure): string {
  const isResult = status === OPERATION_STATUS.done || status === OPERATION_STATUS.error;
  const meaning = isResult && exitCode !== undefined ? exitText(exitCode) : statusText(status);
  const words = meaning.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  // A success counts as a failure where another result was expected.
  if (isResult && exitCode === OCF.success) return `${operation} on ${node} ended with 0 (${words}), which was not expected`;
  return `${operation} failed on ${node} with ${exitCode ?? "?"} (${words}${exitReason === "" ? "" : `: ${exitReason}`})`;
}

/** The same of a recorded operation in the state of a node. */
export function recordText(record: XmlElement, state: XmlElement): string {
  const code = record.get("rc-code");
  return failedOperationText({
    operation: record.get("operation") ?? "operation",
    node: state.get("uname") ?? "",
    operationStatus: Number(record.get("op-status") ?? OPERATION_STATUS.done),
    exitCode: code === undefined ? undefined : Number(code),
    exitReason: record.get("exit-reason"),
  });
}
