import { type ChildProcess, spawn } from "node:child_process";
import { LIMITS } from "../base/limits.ts";
import type { LogLine } from "./node-host.ts";

/** Pause after the first and after many unexpected ends, in ms. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A server that ran this long ended by accident. */
const GOOD_RUN_MS = 60_000;

/** Keeps the tool server running beside the cluster daemon. Tools do not need it: they are only faster with it. */
export class ToolServerKeeper {
  readonly #program: string;
  readonly #root: string;
  readonly #log: LogLine;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isClosed = false;

  /** Starts it a moment later: a daemon that starts has more urgent work. */
  constructor(program: string, root: string, log: LogLine) {
    this.#program = program;
    this.#root = root;
    this.#log = log;
    this.#startAfter(FIRST_PAUSE_MS);
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#child?.kill("SIGKILL");
  }

  #startAfter(pauseMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#start(), pauseMs);
    this.#timer.unref();
  }

  #start(): void {
    const startedMs = performance.now();
    const memory = `--max-old-space-size=${LIMITS.toolServerMebibytes}`;
    const words = [memory, this.#program, "--root", this.#root];
    // Its standard input is how it learns that the daemon has ended; its standard output is how it shows that it lives.
    const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"], cwd: "/" });
    this.#child = child;
    const watch = setTimeout(() => child.kill("SIGKILL"), LIMITS.toolServerSilenceMs);
    child.stdout.on("data", () => watch.refresh());
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.#log("warning", `tool server: ${error.message}`));
    child.on("close", (exitCode, signal) => {
      clearTimeout(watch);
      if (this.#isClosed) return;
      this.#pauseMs = performance.now() - startedMs > GOOD_RUN_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
      this.#log("warning", `tool server ended (${signal ?? exitCode}); the tools go on without it; next start in ${this.#pauseMs} ms`);
      this.#startAfter(this.#pauseMs);
    });
  }
}
