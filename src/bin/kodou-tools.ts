import { serveTools } from "../daemons/tool-server.ts";
import { SERVED_TOOLS } from "../tools/served-tools.ts";
import { kodouVersion } from "./version.ts";

// Its standard input is a pipe from the cluster daemon: when that ends, so does this.
process.stdin.resume().on("end", () => process.exit(0));
setInterval(() => process.stdout.write("."), 5000);
const at = process.argv.indexOf("--root");
serveTools({ root: at < 0 ? "" : (process.argv[at + 1] ?? ""), version: kodouVersion, tools: SERVED_TOOLS }).catch((error: unknown) => {
  process.stderr.write(`kodou-tools: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
