import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall, AgentResult } from "../../ports/agent-runner.ts";
import { immediateResult } from "./agent-result.ts";

const REASON = "kodou does not connect to remote nodes, guest nodes or bundles";

/**
 * The answer to an operation of `ocf:pacemaker:remote`, the connection to a remote or guest node or into a bundle; undefined for
 * every other agent and for what only asks about it. The file that Pacemaker installs under that name runs nothing: its cluster
 * makes the connection itself (Pacemaker Remote, "ocf:pacemaker:remote"). Here no connection can be made: it is never active, a
 * stop is done at once, and a start says that it cannot be had, on any node.
 */
export function connectionAnswer(call: AgentCall): AgentResult | undefined {
  if (call.agentClass !== "ocf" || call.provider !== "pacemaker" || call.type !== "remote") return undefined;
  switch (call.action) {
    case "meta-data":
    case "validate-all":
      return undefined;
    case "monitor":
      return immediateResult(OCF.notRunning, OPERATION_STATUS.done, "");
    case "start":
    case "migrate_from":
      return immediateResult(OCF.notInstalled, OPERATION_STATUS.notInstalled, REASON);
    default:
      return immediateResult(OCF.success, OPERATION_STATUS.done, "");
  }
}
