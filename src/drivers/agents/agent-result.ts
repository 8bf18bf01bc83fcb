import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall, AgentResult } from "../../ports/agent-runner.ts";
import type { ProcessResult } from "../../ports/process-runner.ts";
import { readableMs } from "../../time/duration.ts";

/** What a class makes of a program that ran to its end. */
export interface Judgement {
  /** OCF exit code. */
  readonly exitCode: number;
  readonly exitReason: string;
}

/**
 * Turns the end of an agent's process into the words of the resource history; `judge` sees only programs that exited
 * by themselves. Source: status and reasons as Pacemaker's executor words them.
 */
export function agentResult(call: AgentCall, process: ProcessResult, judge: (exitCode: number) => Judgement): AgentResult {
  const { ending, stdout, stderr, elapsedMs } = process;
  const as = (exitCode: number, operationStatus: number, exitReason: string): AgentResult => ({
    exitCode,
    operationStatus,
    exitReason,
    stdout,
    stderr,
    elapsedMs,
  });
  switch (ending.kind) {
    case "exited": {
      const { exitCode, exitReason } = judge(ending.exitCode);
      return as(exitCode, OPERATION_STATUS.done, exitReason);
    }
    case "signalled":
      return as(OCF.genericError, OPERATION_STATUS.error, `Resource agent interrupted by ${ending.signal} signal`);
    case "timed-out":
      return as(OCF.genericError, OPERATION_STATUS.timedOut, `Resource agent did not complete within ${readableMs(call.timeoutMs)}`);
    case "cancelled":
      return as(OCF.genericError, OPERATION_STATUS.cancelled, "");
    case "not-started":
      if (ending.reason === "missing")
        return as(OCF.notInstalled, OPERATION_STATUS.notInstalled, `${agentName(call)} is not installed here`);
      if (ending.reason === "no-permission")
        return as(OCF.insufficientPrivileges, OPERATION_STATUS.error, `${agentName(call)} may not be run: ${ending.message}`);
      return as(OCF.genericError, OPERATION_STATUS.error, ending.message);
  }
}

function agentName({ agentClass, provider, type }: AgentCall): string {
  return [agentClass, provider, type].filter((part) => part !== "").join(":");
}

/** A result known without running anything. */
export function immediateResult(exitCode: number, operationStatus: number, exitReason: string): AgentResult {
  return { exitCode, operationStatus, exitReason, stdout: "", stderr: "", elapsedMs: 0 };
}
