import { runBeat } from "../daemons/beat.ts";

const root = process.argv[process.argv.indexOf("--root") + 1] ?? "";
runBeat({ root: process.argv.includes("--root") ? root : "" }).catch((error: unknown) => {
  process.stderr.write(`kodou-beat: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 6;
});
