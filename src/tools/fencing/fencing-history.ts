import type { FencingRequest } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { FencingEvent } from "../../output/status/fencing-words.ts";
import { RequestRefused } from "../frame/answer.ts";
import type { ToolPorts } from "../frame/tool.ts";

/** What the cluster knows of fencing, newest first; with `isFromDc` as the DC has it, which then tells all members. */
export async function askFencingHistory(ports: ToolPorts, isFromDc = false): Promise<FencingEvent[]> {
  const reply = await ports.ask(isFromDc ? { op: "fence-history", isFromDc } : { op: "fence-history" });
  if (reply.exitCode !== EXIT.ok) throw new RequestRefused(reply.exitCode, reply.message);
  const requests = (reply.data ?? []) as readonly FencingRequest[];
  return requests.map(asEvent).reverse();
}

/** The same; undefined for a user who may not know of it: what else there is can still be shown. */
export async function fencingHistoryIfAllowed(ports: ToolPorts): Promise<FencingEvent[] | undefined> {
  try {
    return await askFencingHistory(ports);
  } catch (error) {
    if (error instanceof RequestRefused && error.exitCode === EXIT.insufficientPrivileges) return undefined;
    throw error;
  }
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
