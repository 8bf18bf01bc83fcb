import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { LIMITS } from "../base/limits.ts";
import type { ProcessResult, ProcessRunner, ProcessSpec, RunningProcess } from "../ports/process-runner.ts";
import { OutputCollector } from "./process-output.ts";

type Ending = ProcessResult["ending"];

/**
 * Runs programs as children of this process, each the leader of a session and process group of its own.
 * The result comes when the main process has ended: a daemon left behind that still holds the output pipes does not
 * delay it beyond LIMITS.processDrainMs.
 */
export class OsProcessRunner implements ProcessRunner {
  run(spec: ProcessSpec): RunningProcess {
    const run = new Run(spec);
    return { done: run.done, cancel: () => run.cancel() };
  }
}

/** One child: spawning, feeding, draining, killing, and the verdict. */
class Run {
  readonly done: Promise<ProcessResult>;
  readonly #startedMs = performance.now();
  readonly #stdout = new OutputCollector(LIMITS.agentOutputBytes);
  readonly #stderr = new OutputCollector(LIMITS.agentOutputBytes);
  readonly #timers = new Set<NodeJS.Timeout>();
  #child: ChildProcess | undefined;
  #settle: (result: ProcessResult) => void = () => undefined;
  #isSettled = false;
  /** The main process is gone; its number may be another's soon. */
  #hasEnded = false;
  /** Set when this side decided the end, before the child obeyed. */
  #decided: { readonly kind: "timed-out" } | { readonly kind: "cancelled" } | undefined;

  constructor(spec: ProcessSpec) {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const problem = startProblem(spec);
    if (problem !== undefined) {
      this.#finish(problem);
      return;
    }
    try {
      this.#start(spec);
    } catch (error) {
      this.#finish(notStarted(error));
    }
  }

  /** Kills the group at once; no effect after the end. */
  cancel(): void {
    if (this.#isSettled || this.#hasEnded || this.#decided?.kind === "cancelled") return;
    this.#decided = { kind: "cancelled" };
    this.#kill("SIGKILL");
    this.#finishIfItStays({ kind: "cancelled" });
  }

  #start(spec: ProcessSpec): void {
    const child = spawn(spec.file, [...spec.args], {
      cwd: spec.cwd ?? "/",
      env: { ...spec.environment },
      // A new session, hence a new process group whose id is the child's pid.
      detached: true,
      stdio: [spec.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    this.#child = child;
    child.on("error", (error) => {
      if (child.pid === undefined) this.#finish(notStarted(error));
    });
    if (child.pid === undefined) return;
    // The reader may have gone away: that is the program's business.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(spec.stdin ?? "");
    const isDrained = Promise.all([drain(child.stdout, this.#stdout), drain(child.stderr, this.#stderr)]);
    child.on("exit", (code, signal) => this.#ended(code, signal, isDrained));
    this.#after(spec.timeoutMs, () => this.#timeOut());
  }

  #timeOut(): void {
    if (this.#decided !== undefined) return;
    this.#decided = { kind: "timed-out" };
    this.#kill("SIGTERM");
    this.#after(LIMITS.agentKillGraceMs, () => {
      this.#kill("SIGKILL");
      this.#finishIfItStays({ kind: "timed-out" });
    });
  }

  /** A process in an uninterruptible wait outlives SIGKILL: its caller must get an answer all the same. */
  #finishIfItStays(ending: Ending): void {
    this.#after(LIMITS.agentKillGraceMs, () => this.#finish(ending));
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, isDrained: Promise<unknown>): void {
    this.#hasEnded = true;
    const decided = this.#decided;
    // What the main process left in its group is not to outlive a forced end.
    if (decided !== undefined) this.#kill("SIGKILL");
    this.#clearTimers();
    const ending: Ending = decided ?? (signal !== null ? { kind: "signalled", signal } : { kind: "exited", exitCode: code ?? 1 });
    const finish = (): void => this.#finish(ending);
    void isDrained.then(finish);
    this.#after(LIMITS.processDrainMs, finish);
  }

  #finish(ending: Ending): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#clearTimers();
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#child?.stdin?.destroy();
    this.#settle({
      ending,
      stdout: this.#stdout.text(),
      stderr: this.#stderr.text(),
      isOutputCut: this.#stdout.isCut || this.#stderr.isCut,
      elapsedMs: performance.now() - this.#startedMs,
    });
  }

  #kill(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is empty already.
    }
  }

  #after(delayMs: number, action: () => void): void {
    const timer = setTimeout(
      () => {
        // After a busy stretch timers come before the events that wait: an end in time must be seen as one, and output
        // that has arrived must be read.
        setImmediate(() => {
          if (this.#timers.delete(timer)) action();
        });
      },
      Math.min(delayMs, 0x7fff_ffff),
    );
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Resolves when the stream has ended; keeps reading after the collector is full. */
function drain(stream: Readable | null, into: OutputCollector): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) {
      resolve();
      return;
    }
    stream.on("data", (chunk: Buffer) => into.add(chunk));
    stream.on("error", () => resolve());
    stream.on("close", () => resolve());
  });
}

/** What can be said about a file with a path before trying: Node reports some of these cases only as a bare code. */
function startProblem(spec: ProcessSpec): Ending | undefined {
  if (!spec.file.includes("/")) return undefined;
  try {
    if (!statSync(spec.file).isFile()) return { kind: "not-started", reason: "no-permission", message: `${spec.file}: not a regular file` };
  } catch (error) {
    return notStarted(error);
  }
  try {
    accessSync(spec.file, constants.X_OK);
  } catch {
    return { kind: "not-started", reason: "no-permission", message: `${spec.file}: not executable` };
  }
  return undefined;
}

function notStarted(error: unknown): Ending {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const reason = code === "ENOENT" || code === "ENOTDIR" ? "missing" : code === "EACCES" || code === "EPERM" ? "no-permission" : "other";
  return { kind: "not-started", reason, message: error instanceof Error ? error.message : String(error) };
}
