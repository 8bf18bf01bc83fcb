/** A program to run: no shell, a clean environment, bounded time and output. */
export interface ProcessSpec {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the child; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
  /** After this time the process group gets SIGTERM, and SIGKILL after LIMITS.agentKillGraceMs more. */
  readonly timeoutMs: number;
}

/** How a program ended. Output is cut at LIMITS.agentOutputBytes per stream. */
export interface ProcessResult {
  readonly ending:
    | { readonly kind: "exited"; readonly exitCode: number }
    | { readonly kind: "signalled"; readonly signal: string }
    | { readonly kind: "timed-out" }
    | { readonly kind: "cancelled" }
    | { readonly kind: "not-started"; readonly reason: "missing" | "no-permission" | "other"; readonly message: string };
  readonly stdout: string;
  readonly stderr: string;
  readonly isOutputCut: boolean;
  readonly elapsedMs: number;
}

/** A running program. */
export interface RunningProcess {
  readonly done: Promise<ProcessResult>;
  /** Kills the whole process group; `done` then resolves with "cancelled". */
  cancel(): void;
}

/** Runs programs, each in a process group of its own. */
export interface ProcessRunner {
  run(spec: ProcessSpec): RunningProcess;
}
