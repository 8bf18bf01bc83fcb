import { writeFileSync } from "node:fs";
import { runConformance } from "../../test/conformance/run.ts";

const result = runConformance(process.argv.slice(2), Math.floor(Date.now() / 1000));
if (result.file) writeFileSync(result.file.path, result.file.text);
process.stdout.write(result.text);
process.exitCode = result.exitCode;
