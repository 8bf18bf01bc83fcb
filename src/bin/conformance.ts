import { writeFileSync } from "node:fs";
import { compareSummaries } from "../../test/conformance/exact-summary.ts";
import { type RunResult, runConformance } from "../../test/conformance/run.ts";

function finish(result: RunResult): void {
  if (result.file) writeFileSync(result.file.path, result.file.text);
  process.stdout.write(result.text);
  process.exitCode = result.exitCode;
}

const words = process.argv.slice(2);
const [first, directory] = words;
const nowEpochSeconds = Math.floor(Date.now() / 1000);
if (first === "--exact" && directory) void compareSummaries(directory, nowEpochSeconds).then(finish);
else finish(runConformance(words, nowEpochSeconds));
