import { readClusterStatus } from "../../output/status/status-model.ts";
import { readCib } from "../cib/cib-access.ts";
import { fencingHistoryIfAllowed } from "../fencing/fencing-history.ts";
import type { SystemPorts, ToolPorts } from "../frame/tool.ts";
import { eventsBetween, type Observation, observe, type StatusEvent } from "./status-events.ts";

/** What came of a look at the cluster. */
export type Look = { readonly events: readonly StatusEvent[] } | { readonly problem: string };

/** Looks at the cluster again and again, and tells what has happened in between. */
export class Observer {
  readonly #ports: ToolPorts;
  #last: Observation | undefined;

  constructor(system: SystemPorts, version: string) {
    this.#ports = { ...system, version, log: () => undefined };
  }

  async look(): Promise<Look> {
    try {
      const read = await readCib(this.#ports, "crm_mon");
      if ("error" in read) return { problem: read.error.message };
      const status = readClusterStatus(read.cib, { nowEpochSeconds: this.#ports.epochSeconds() });
      const observation = observe(status, (await fencingHistoryIfAllowed(this.#ports)) ?? []);
      const events = eventsBetween(this.#last, observation);
      this.#last = observation;
      return { events };
    } catch (error) {
      if (error instanceof Error && error.name === "DaemonUnreachable") return { problem: error.message };
      throw error;
    }
  }
}

/** Waits until the CIB has another version than `after`, or the time is up; gives the version, undefined without a daemon. */
export async function awaitChange(system: SystemPorts, after: string | undefined, intervalMs: number): Promise<string | undefined> {
  const waitMs = Math.min(intervalMs, 60_000);
  try {
    const request = { op: "await-change", timeoutMs: waitMs, ...(after === undefined ? {} : { after }) } as const;
    const reply = await system.ask(request, waitMs + 10_000);
    const version = (reply.data as { version?: string } | undefined)?.version;
    if (version !== undefined) return version;
  } catch (error) {
    if (!(error instanceof Error && error.name === "DaemonUnreachable")) throw error;
  }
  await system.sleep(Math.min(waitMs, 1000));
  return undefined;
}
