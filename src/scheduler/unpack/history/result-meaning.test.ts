import { describe, expect, it } from "vitest";
import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import { element } from "../../../xml/element.ts";
import { HistoryEntry, type OperationRecord } from "./operation-record.ts";
import { meaningOf, type ResultMeaning } from "./result-meaning.ts";

function record(task: string, intervalMs: number, exitCode: number, expected: number, status: number): OperationRecord {
  const read = new HistoryEntry(
    element("lrm_rsc_op", {
      id: "a_last_0",
      operation: task,
      interval: intervalMs,
      "rc-code": exitCode,
      "op-status": status,
      "transition-key": `1:1:${expected}:u`,
    }),
  );
  if (!read.isUsable()) throw new Error("unreadable");
  return read;
}

const { done, error, errorHard, errorFatal, timedOut } = OPERATION_STATUS;

function meaning(task: string, intervalMs: number, exitCode: number, expected = 0, status: number = done): ResultMeaning {
  return meaningOf(record(task, intervalMs, exitCode, expected, status), { isExpired: false, isManaged: true, isBundled: false });
}

describe("the meaning of results", () => {
  it("is not a failure when a probe finds out how things are", () => {
    expect(meaning("monitor", 0, OCF.success, OCF.notRunning).status).toBe(done);
    expect(meaning("monitor", 0, OCF.notRunning, OCF.notRunning)).toMatchObject({ status: done, role: "Stopped", isCleanlyStopped: true });
    expect(meaning("monitor", 0, OCF.runningPromoted, OCF.notRunning)).toMatchObject({ status: done, role: "Promoted" });
    expect(meaning("monitor", 0, OCF.notInstalled, OCF.notRunning)).toMatchObject({ status: done, exitCode: OCF.notRunning });
  });

  it("is a failure when a monitor finds what was not expected", () => {
    expect(meaning("monitor", 10_000, OCF.notRunning).status).toBe(error);
    expect(meaning("monitor", 10_000, OCF.failedPromoted, OCF.runningPromoted)).toMatchObject({ status: error, role: "Promoted" });
    expect(meaning("start", 0, OCF.genericError, OCF.genericError).status).toBe(error);
  });

  it("bans where it is hopeless", () => {
    expect(meaning("start", 0, OCF.insufficientPrivileges).status).toBe(errorHard);
    expect(meaning("start", 0, OCF.notConfigured).status).toBe(errorFatal);
    expect(meaning("stop", 0, OCF.invalidArguments)).toMatchObject({ status: errorHard, isHopelessStop: true });
  });

  it("leaves other statuses as they are, and takes degraded for well", () => {
    expect(meaning("start", 0, OCF.genericError, 0, timedOut).status).toBe(timedOut);
    expect(meaning("monitor", 10_000, OCF.degraded)).toMatchObject({ status: done, exitCode: OCF.success });
  });
});
