import { runConformance } from "../../test/conformance/run.ts";

const result = runConformance(process.argv.slice(2), Math.floor(Date.now() / 1000));
process.stdout.write(result.text);
process.exitCode = result.exitCode;
