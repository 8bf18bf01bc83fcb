import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { Role } from "../resource.ts";
import { isMaskedProbe, isProbe, type OperationRecord } from "./operation-record.ts";

/** What a recorded result means. */
export interface ResultMeaning {
  /** The exit code as it counts. */
  readonly exitCode: number;
  /** The execution status as it counts. */
  readonly status: number;
  /** Role the result proves; undefined when it proves none. */
  readonly role: Role | undefined;
  /** It is down as it should be: earlier failures do not matter any more. */
  readonly isCleanlyStopped: boolean;
  /** A stop that cannot be repeated with success. */
  readonly isHopelessStop: boolean;
}

/** What the meaning of a result depends on beside the record. */
export interface ResultContext {
  readonly isExpired: boolean;
  readonly isManaged: boolean;
  readonly isBundled: boolean;
}

const { done, error, errorHard, errorFatal, notSupported, noFenceDevice, noSecrets } = OPERATION_STATUS;

/** Judges a result by exit code, expectation and kind of operation. Source: Pacemaker, interpretation of results. */
export function meaningOf(record: OperationRecord, context: ResultContext): ResultMeaning {
  const plain = { role: undefined, isCleanlyStopped: false, isHopelessStop: false };
  let exitCode = effectiveExitCode(record.exitCode);
  let { status } = record;
  if (!context.isBundled && isMaskedProbe(record) && (status !== done || exitCode !== OCF.notRunning)) {
    status = done;
    exitCode = OCF.notRunning;
  }
  if (status === noFenceDevice || status === noSecrets) return { ...plain, exitCode, status: errorHard };
  if (status !== done && status !== error) return { ...plain, exitCode, status };
  const judged = exitCode === record.expected ? done : error;
  return { ...plain, exitCode, status: judged, ...byExitCode(record, exitCode, judged, context) };
}

/** Degraded is a kind of well. */
export function effectiveExitCode(exitCode: number): number {
  if (exitCode === OCF.degraded) return OCF.success;
  return exitCode === OCF.degradedPromoted ? OCF.runningPromoted : exitCode;
}

function byExitCode(record: OperationRecord, exitCode: number, status: number, context: ResultContext): Partial<ResultMeaning> {
  const probe = isProbe(record);
  const promoted: Partial<ResultMeaning> = { role: "Promoted" };
  switch (exitCode) {
    case OCF.success:
      return { status: probe && record.expected === OCF.notRunning ? done : status };
    case OCF.notRunning:
      if (!probe && record.expected !== exitCode && context.isManaged) return { status };
      return { status: done, role: "Stopped", isCleanlyStopped: true };
    case OCF.runningPromoted: {
      const counts = !context.isExpired || exitCode === record.expected;
      return { status: probe ? done : status, ...(counts ? promoted : {}) };
    }
    case OCF.failedPromoted:
      return { status: error, ...(context.isExpired ? {} : promoted) };
    case OCF.notConfigured:
      return { status: errorFatal };
    case OCF.unimplemented:
      if (record.intervalMs > 0) return { status: notSupported };
      return { status: errorHard, isHopelessStop: record.task === "stop" && !context.isExpired };
    case OCF.notInstalled:
    case OCF.invalidArguments:
    case OCF.insufficientPrivileges:
      return { status: errorHard, isHopelessStop: record.task === "stop" && !context.isExpired };
    default:
      // Whatever was expected, other codes are failures.
      return { status: error };
  }
}
