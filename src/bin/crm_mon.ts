import { join } from "node:path";
import { osToolPorts } from "../drivers/tool-ports.ts";
import { clusterPaths } from "../model/paths.ts";
import type { ClientReply, ClientRequest } from "../node/client.ts";
import { crmMon, screenIntervalMs } from "../tools/crm-mon.ts";
import { runTool } from "../tools/tool.ts";
import { toolMain } from "./run-tool.ts";
import { kodouVersion } from "./version.ts";

const CLEAR_SCREEN = "\u001b[H\u001b[2J\u001b[3J";

/** Redraws the screen until interrupted; a cluster that cannot be reached is tried again. */
async function liveScreen(argv: readonly string[], intervalMs: number): Promise<void> {
  const ports = osToolPorts<ClientRequest, ClientReply>(
    clusterPaths(process.env["KODOU_ROOT"] ?? ""),
    join(__dirname, "..", "resource-agents"),
  );
  process.on("SIGINT", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
  for (;;) {
    const result = await runTool(crmMon, argv, ports, kodouVersion);
    process.stdout.write(`${CLEAR_SCREEN}${result.stdout}${result.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

const argv = process.argv.slice(2);
const interval = process.stdout.isTTY && process.env["CIB_file"] === undefined ? screenIntervalMs(argv) : undefined;
if (interval === undefined) toolMain(crmMon);
else void liveScreen(argv, interval);
