import type { FenceResult } from "../../ports/fence-runner.ts";
import { plainFenceResult } from "./fence-result.ts";
import type { RunningFencing } from "./plugin.ts";

/**
 * Looks every `everyMs` for the outcome of something done elsewhere, until `timeoutMs` have passed. `look` may throw:
 * that ends in "failed". `end` runs once, whatever the outcome.
 */
export function pollForResult(of: {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly look: () => FenceResult | undefined;
  readonly end: () => void;
}): RunningFencing {
  const startedMs = performance.now();
  let cancel = (): void => undefined;
  const done = new Promise<FenceResult>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: FenceResult): void => {
      clearTimeout(timer);
      cancel = () => undefined;
      of.end();
      resolve({ ...result, elapsedMs: performance.now() - startedMs });
    };
    cancel = () => finish(plainFenceResult("failed", "cancelled"));
    const turn = (): void => {
      try {
        const result = of.look();
        if (result !== undefined) finish(result);
        else if (performance.now() - startedMs >= of.timeoutMs) finish(plainFenceResult("timed-out", "no answer"));
        else timer = setTimeout(turn, of.everyMs);
      } catch (error) {
        finish(plainFenceResult("failed", String(error)));
      }
    };
    // Not before the caller holds the handle.
    timer = setTimeout(turn, 0);
  });
  return { done, cancel: () => cancel() };
}
