import { OsProcessRunner } from "../drivers/process-runner.ts";
import type { ProcessResult } from "../ports/process-runner.ts";

/** A clean environment for everything the lab starts, on the host and in nodes. */
export const LAB_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C",
  TERM: process.env["TERM"] ?? "dumb",
};

const TIMEOUT_MS = 30_000;

/** Runs a program of the host to its end. */
export function attempt(command: readonly string[], stdin?: string, timeoutMs = TIMEOUT_MS): Promise<ProcessResult> {
  const [file = "", ...args] = command;
  return new OsProcessRunner().run({ file, args, environment: LAB_ENVIRONMENT, timeoutMs, ...(stdin === undefined ? {} : { stdin }) }).done;
}

/** The same for programs that must succeed; gives their output, and throws with their message otherwise. */
export async function must(command: readonly string[], stdin?: string): Promise<string> {
  const result = await attempt(command, stdin);
  if (result.ending.kind === "exited" && result.ending.exitCode === 0) return result.stdout;
  const how = result.ending.kind === "exited" ? `exit ${result.ending.exitCode}` : JSON.stringify(result.ending);
  throw new Error(`${command.join(" ")}: ${how}: ${(result.stderr || result.stdout).trim()}`);
}

/** Waits until `condition` gives something, looking every few milliseconds; throws with `what` when it takes too long. */
export async function until<T>(what: string, condition: () => T | undefined | false, timeoutMs = 10_000): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  while (true) {
    const value = condition();
    // It would count as something at once, whatever it comes to.
    if (value instanceof Promise) throw new TypeError(`${what}: the condition has to answer at once`);
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
