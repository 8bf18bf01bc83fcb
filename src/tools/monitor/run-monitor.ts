import { runTool, type SystemPorts } from "../frame/tool.ts";
import { crmMon } from "./crm-mon.ts";
import { agentCall } from "./external-agent.ts";
import { liveScreen, type ScreenPorts } from "./live-screen.ts";
import type { MonitorMode } from "./monitor-mode.ts";
import { awaitChange, Observer } from "./observer.ts";
import { WATCH_VERSION } from "./status-events.ts";

/** What a monitor that goes on needs besides the tools' world. */
export interface MonitorPorts {
  readonly system: SystemPorts;
  readonly version: string;
  /** Needed for a screen only. */
  readonly screen: (() => ScreenPorts) | undefined;
  /** False when nobody reads any more. */
  print(text: string): boolean;
}

/** Changes that come close together are one. */
const GATHER_MS = 100;

/** Carries a mode other than `once` out until it is ended from outside. Gives the exit code. */
export async function runMonitor(mode: MonitorMode, ports: MonitorPorts): Promise<number> {
  const { system, version } = ports;
  const observer = new Observer(system, version);
  const notify = async (): Promise<void> => {
    if (!mode.agent) return;
    const look = await observer.look();
    if ("problem" in look) return;
    for (const event of look.events) {
      const call = agentCall(event, mode.agent);
      if (call) await system.runProgram(call);
    }
  };
  // What was before is no news to the agent.
  if (mode.kind !== "watch") await notify();
  switch (mode.kind) {
    case "screen": {
      const screen = ports.screen?.();
      if (screen) await liveScreen({ argv: mode.argv, intervalMs: mode.intervalMs, version, onChange: notify }, screen, system);
      return 0;
    }
    case "watch":
      await repeat(mode, system, () => watch(observer, ports));
      return 0;
    case "page":
      await repeat(mode, system, async () => {
        const { exitCode, stderr } = await runTool(crmMon, mode.argv, system, version);
        // A file that cannot be written will not become writable by itself.
        if (exitCode === CANNOT_CREATE) ports.print(stderr);
        await notify();
        return exitCode !== CANNOT_CREATE;
      });
      return CANNOT_CREATE;
    default:
      await repeat(mode, system, async () => {
        await notify();
        return true;
      });
      return 0;
  }
}

const CANNOT_CREATE = 73;

/** Does something now, at each change, and each interval, until it says that it is enough. */
async function repeat(mode: MonitorMode, system: SystemPorts, work: () => Promise<boolean>): Promise<void> {
  let version: string | undefined;
  while (await work()) {
    const seen = await awaitChange(system, version, mode.intervalMs);
    if (seen !== version) await system.sleep(GATHER_MS);
    version = seen;
  }
}

async function watch(observer: Observer, ports: MonitorPorts): Promise<boolean> {
  const look = await observer.look();
  const time = new Date(ports.system.epochSeconds() * 1000).toISOString();
  const line = (event: object): string => `${JSON.stringify({ version: WATCH_VERSION, time, ...event })}\n`;
  if ("problem" in look) return ports.print(line({ event: "connection", isConnected: false, problem: look.problem }));
  return look.events.length === 0 || ports.print(look.events.map(line).join(""));
}
