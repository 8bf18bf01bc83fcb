import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { ProgramCall } from "../frame/tool.ts";
import type { StatusEvent } from "./status-events.ts";

const AGENT_MS = 60_000;

/** Whom to tell about what. */
export interface AgentSettings {
  readonly program: string;
  readonly recipient: string | undefined;
  readonly watchesFencing: boolean;
}

/**
 * The call by which a program learns of an event; undefined for what it is not told of: states, probes that find
 * nothing as expected, and fencing unless that is wanted. Source: Pacemaker Administration 3.0.2, crm_mon(8).
 */
export function agentCall(event: StatusEvent, settings: AgentSettings): ProgramCall | undefined {
  const notice = noticeOf(event, settings.watchesFencing);
  if (!notice) return undefined;
  const environment = { CRM_notify_recipient: settings.recipient ?? "", ...notice };
  return { argv: [settings.program], environment, timeoutMs: AGENT_MS };
}

function noticeOf(event: StatusEvent, watchesFencing: boolean): Record<string, string> | undefined {
  if (event.event === "operation") {
    const isAsExpected = event.operationStatus === OPERATION_STATUS.done && event.exitCode === event.expectedExitCode;
    if (isAsExpected && event.exitCode === OCF.notRunning) return undefined;
    return {
      CRM_notify_node: event.node,
      CRM_notify_rsc: event.resource,
      CRM_notify_task: event.operation,
      CRM_notify_desc: event.description,
      CRM_notify_rc: String(event.exitCode),
      CRM_notify_target_rc: String(event.expectedExitCode),
      CRM_notify_status: String(event.operationStatus),
    };
  }
  if (event.event !== "fencing" || !watchesFencing || event.state === "pending") return undefined;
  const by = event.delegate ?? "<no-one>";
  const outcome = event.state === "success" ? "OK" : "Error occurred";
  return {
    CRM_notify_node: event.origin,
    CRM_notify_task: event.action,
    CRM_notify_desc: `Operation ${event.action} of ${event.target} by ${by} for ${event.client}@${event.origin}: ${outcome}`,
    CRM_notify_rc: event.state === "success" ? "0" : "1",
    CRM_notify_target_rc: "0",
    CRM_notify_status: "0",
  };
}
