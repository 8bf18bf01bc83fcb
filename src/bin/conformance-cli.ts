import { runCliConformance } from "../../test/conformance/cli/run.ts";

void runCliConformance(process.argv.slice(2)).then((result) => {
  process.stdout.write(result.text);
  process.exitCode = result.exitCode;
});
