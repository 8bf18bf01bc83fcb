import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One recorded call of a tool and what it printed. Format: `steps.json` of the command-line suite. */
export interface CliStep {
  readonly group: string;
  readonly index: number;
  readonly description: string;
  readonly kind: "plain" | "xml" | "acl";
  readonly tool: string;
  /** The shell line. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly env_unset: readonly string[];
  readonly stdin: { readonly text: string } | null;
  /** Shell lines, or names of functions of the original driver. */
  readonly setup: readonly (string | { readonly function: string })[] | null;
  readonly expected_rc: number;
  /** Null where only the block of the original log is known, which holds both outputs. */
  readonly expected_stdout: string | null;
  readonly expected_stderr: string | null;
  readonly expected_block: string;
  readonly prints_cib_after: boolean;
  /** Names of files in `cibs/`, without their ending. */
  readonly cib_before: string | null;
  readonly cib_after: string | null;
}

/** The suite in a directory. */
export interface CliSuite {
  readonly directory: string;
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly steps: readonly CliStep[];
}

/** Reads `steps.json`. */
export function readSuite(directory: string): CliSuite {
  const content = JSON.parse(readFileSync(join(directory, "steps.json"), "utf8")) as {
    readonly base_env: Readonly<Record<string, string>>;
    readonly steps: readonly CliStep[];
  };
  return { directory, baseEnvironment: content.base_env, steps: content.steps };
}

/** The CIB recorded before or after a step; undefined when the step has none. */
export function recordedCib(suite: CliSuite, name: string | null): string | undefined {
  return name === null ? undefined : readFileSync(join(suite.directory, "cibs", `${name}.xml`), "utf8");
}
