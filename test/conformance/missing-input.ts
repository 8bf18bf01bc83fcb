import { existsSync } from "node:fs";
import { join } from "node:path";

/** What a check is asked to read. */
interface WantedInput {
  /** The folder of the suite, and what has to be in it. */
  readonly directory: string;
  readonly content: string;
  /** Files that options name. */
  readonly files?: readonly (string | undefined)[];
}

/** The complaint about what a check cannot read, with the exit code for it; undefined when all is there. */
export function missingInput({
  directory,
  content,
  files = [],
}: WantedInput): { readonly text: string; readonly exitCode: number } | undefined {
  if (!existsSync(join(directory, content)))
    return { text: `${directory}: no ${content} in it: give the folder of a suite\n`, exitCode: 66 };
  const file = files.find((one) => one !== undefined && !existsSync(one));
  return file === undefined ? undefined : { text: `${file}: there is no such file\n`, exitCode: 66 };
}

/** The complaint about cases that are named and not there; undefined when there are all. */
export function missingCases(
  there: readonly { readonly name: string }[],
  wanted: readonly (string | undefined)[],
): { readonly text: string; readonly exitCode: number } | undefined {
  const known = new Set(there.map(({ name }) => name));
  const missing = wanted.filter((name) => name !== undefined && !known.has(name));
  return missing.length === 0 ? undefined : { text: `there is no case ${missing.join(", ")}\n`, exitCode: 66 };
}
