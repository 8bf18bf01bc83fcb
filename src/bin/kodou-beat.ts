import { parseArgs } from "node:util";
import { type BeatOptions, runBeat } from "../daemons/beat.ts";

const text = { type: "string" } as const;

function readOptions(): BeatOptions {
  const { values } = parseArgs({
    options: { root: text, "config-dir": text, "state-dir": text, socket: text, plain: { type: "boolean" } },
  });
  const { root = "", socket, plain } = values;
  const below = (path: string | undefined): string | undefined => (path === undefined ? undefined : `${root}${path}`);
  return {
    root,
    configFolder: below(values["config-dir"]),
    stateFolder: below(values["state-dir"]),
    socket: below(socket),
    isPlain: plain,
  };
}

const fail = (error: unknown): void => {
  process.stderr.write(`kodou-beat: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(6);
};
try {
  runBeat(readOptions()).catch(fail);
} catch (error) {
  fail(error);
}
