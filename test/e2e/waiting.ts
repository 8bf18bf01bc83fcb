/** Time for one step of a cluster, on a busy machine too. */
const STEP_MS = 30_000;

/** Waits until `condition` gives something; fails with `what` and `detail` after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs: number,
  detail: () => string = () => "",
): Promise<T> {
  const since = performance.now();
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - since > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}\n${detail()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Repeats a question until its answer is as wanted; says what it was at the end. */
export async function untilAnswer(what: string, ask: () => Promise<string>, isWanted: (answer: string) => boolean): Promise<string> {
  const end = performance.now() + STEP_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > end) throw new Error(`waited ${STEP_MS / 1000} s for ${what}; last answer: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
