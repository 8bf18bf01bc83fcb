import { join } from "node:path";
import { runKodoud } from "../daemons/kodoud.ts";
import { schedulerPlanner } from "../node/dc/scheduler-planner.ts";
import { kodouVersion } from "./version.ts";

const at = process.argv.indexOf("--root");
runKodoud({
  root: at < 0 ? (process.env["KODOU_ROOT"] ?? "") : (process.argv[at + 1] ?? ""),
  programs: __dirname,
  ownAgents: join(__dirname, "..", "resource-agents"),
  version: kodouVersion,
  planner: schedulerPlanner,
}).catch((error: unknown) => {
  process.stderr.write(`kodoud: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(6);
});
