import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import type { Role } from "../../cluster/role.ts";
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
  let exitCode = effectiveExitCode(record.exitCode);
  let { status } = record;
  if (!context.isBundled && isMaskedProbe(record) && (status !== done || exitCode !== OCF.notRunning)) {
    status = done;
    exitCode = OCF.notRunning;
  }
  if (status === noFenceDevice || status === noSecrets) return meaning(exitCode, errorHard);
  if (status !== done && status !== error) return meaning(exitCode, status);
  const judged = exitCode === record.expected ? done : error;
  return byExitCode(record, exitCode, judged, context);
}

/** One shape for all: there is one of these for each entry of the history. */
function meaning(exitCode: number, status: number, role?: Role, isCleanlyStopped = false, isHopelessStop = false): ResultMeaning {
  return { exitCode, status, role, isCleanlyStopped, isHopelessStop };
}

/** Degraded is a kind of well. */
export function effectiveExitCode(exitCode: number): number {
  if (exitCode === OCF.degraded) return OCF.success;
  return exitCode === OCF.degradedPromoted ? OCF.runningPromoted : exitCode;
}

function byExitCode(record: OperationRecord, exitCode: number, status: number, context: ResultContext): ResultMeaning {
  const probe = isProbe(record);
  switch (exitCode) {
    case OCF.success:
      return meaning(exitCode, probe && record.expected === OCF.notRunning ? done : status);
    case OCF.notRunning:
      if (!probe && record.expected !== exitCode && context.isManaged) return meaning(exitCode, status);
      return meaning(exitCode, done, "Stopped", true);
    case OCF.runningPromoted: {
      const counts = !context.isExpired || exitCode === record.expected;
      return meaning(exitCode, probe ? done : status, counts ? "Promoted" : undefined);
    }
    case OCF.failedPromoted:
      return meaning(exitCode, error, context.isExpired ? undefined : "Promoted");
    case OCF.notConfigured:
      return meaning(exitCode, errorFatal);
    case OCF.unimplemented:
      if (record.intervalMs > 0) return meaning(exitCode, notSupported);
      return meaning(exitCode, errorHard, undefined, false, record.task === "stop" && !context.isExpired);
    case OCF.notInstalled:
    case OCF.invalidArguments:
    case OCF.insufficientPrivileges:
      return meaning(exitCode, errorHard, undefined, false, record.task === "stop" && !context.isExpired);
    default:
      // Whatever was expected, other codes are failures.
      return meaning(exitCode, error);
  }
}
