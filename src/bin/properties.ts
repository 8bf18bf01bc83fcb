import { runProperties } from "../../test/conformance/properties/run.ts";

const result = runProperties(process.argv.slice(2), Math.floor(Date.now() / 1000));
process.stdout.write(result.text);
process.exitCode = result.exitCode;
