import { writeSync } from "node:fs";
import { launchDetached } from "../drivers/launch.ts";
import { holdPidFile } from "../drivers/pid-file.ts";
import { OsTerminal } from "../drivers/terminal.ts";
import { crmMon } from "../tools/monitor/crm-mon.ts";
import { monitorMode } from "../tools/monitor/monitor-mode.ts";
import { runMonitor } from "../tools/monitor/run-monitor.ts";
import { systemPorts, toolMain } from "./run-tool.ts";
import { kodouVersion } from "./version.ts";

/** Set for the process that goes on in the background. */
const IN_BACKGROUND = "KODOU_CRM_MON_IN_BACKGROUND";

async function monitor(): Promise<void> {
  const argv = process.argv.slice(2);
  const usesFile = [process.env["CIB_file"], process.env["CIB_shadow"]].some((file) => (file ?? "") !== "");
  const mode = monitorMode(argv, { isTerminal: process.stdout.isTTY, usesFile });
  if (mode.kind === "once") {
    toolMain(crmMon);
    return;
  }
  if (mode.isDaemon && process.env[IN_BACKGROUND] === undefined) {
    process.env[IN_BACKGROUND] = "yes";
    launchDetached([process.execPath, __filename, ...argv], "/dev/null", process.cwd());
    return;
  }
  const terminal = mode.kind === "screen" ? new OsTerminal() : undefined;
  if (!terminal) for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(0));
  if (mode.pidFile !== undefined) holdPidFile(mode.pidFile);
  const screen = terminal && ((): OsTerminal => terminal);
  try {
    process.exitCode = await runMonitor(mode, { system: systemPorts(), version: kodouVersion, screen, print });
  } finally {
    terminal?.close();
  }
  process.exit();
}

/** A reader that is gone ends a watch. */
function print(text: string): boolean {
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return false;
    throw error;
  }
}

void monitor();
