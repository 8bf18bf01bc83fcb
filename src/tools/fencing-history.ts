import type { FencingRequest } from "../fencing/fencer.ts";
import type { FencingEvent } from "../output/fencing-words.ts";
import type { ToolPorts } from "./tool.ts";

/** What the cluster knows of fencing, newest first. */
export async function askFencingHistory(ports: ToolPorts): Promise<FencingEvent[]> {
  const reply = await ports.ask({ op: "fence-history" });
  const requests = (reply.data ?? []) as readonly FencingRequest[];
  return requests.map(asEvent).reverse();
}

/** For each target and action only the newest of each outcome, as crm_mon shows it below level 3. */
export function reducedHistory(events: readonly FencingEvent[]): FencingEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const key = [event.target, event.action, event.state, event.client, event.origin].join(" ");
    if (event.state !== "pending" && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function asEvent(request: FencingRequest): FencingEvent {
  const isDone = request.verdict !== "pending";
  return {
    target: request.target,
    action: request.action,
    client: request.client,
    origin: request.origin,
    delegate: request.delegate,
    state: request.verdict === "succeeded" ? "success" : request.verdict === "failed" ? "failed" : "pending",
    exitReason: undefined,
    completedAtEpochSeconds: isDone ? (request.completedAtEpochSeconds ?? 0) : undefined,
  };
}
