import { runExplainCheck } from "../../test/explain/run.ts";

const result = runExplainCheck(process.argv.slice(2), Math.floor(Date.now() / 1000));
process.stdout.write(result.text);
process.exitCode = result.exitCode;
