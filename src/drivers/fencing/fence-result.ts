import type { FenceResult } from "../../ports/fence-runner.ts";
import type { ProcessResult } from "../../ports/process-runner.ts";

/** A result without a process behind it. */
export function plainFenceResult(verdict: FenceResult["verdict"], output: string, more: Partial<FenceResult> = {}): FenceResult {
  return { verdict, exitCode: verdict === "succeeded" ? 0 : 1, isPlugOn: undefined, plugs: [], output, elapsedMs: 0, ...more };
}

/** Verdict of a fencing program; anything but its own exit 0 is no success. */
export function processFenceResult(process: ProcessResult): FenceResult {
  const { ending, stdout, stderr, elapsedMs } = process;
  const output = [stdout, stderr].filter((text) => text.trim() !== "").join(stdout.endsWith("\n") ? "" : "\n");
  switch (ending.kind) {
    case "exited":
      return plainFenceResult(ending.exitCode === 0 ? "succeeded" : "failed", output, { exitCode: ending.exitCode, elapsedMs });
    case "signalled":
      return plainFenceResult("failed", `${output}ended by ${ending.signal}`, { elapsedMs });
    case "timed-out":
      return plainFenceResult("timed-out", output, { elapsedMs });
    case "cancelled":
      return plainFenceResult("failed", `${output}cancelled`, { elapsedMs });
    case "not-started":
      return plainFenceResult(ending.reason === "missing" ? "no-such-agent" : "failed", ending.message, { elapsedMs });
  }
}
