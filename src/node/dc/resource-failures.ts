import { clearFailCounts, countFailure } from "../../attributes/transient.ts";
import { clusterOption, parseBoolean } from "../../cib/document.ts";
import type { ExecutorCommand } from "../../executor/command.ts";
import type { OperationOutcome } from "../../executor/history.ts";
import { OPERATION_STATUS } from "../../model/exit-code.ts";
import { resourceHistories } from "../status/node-states.ts";
import type { DcContext } from "./dc-context.ts";
import { unplannedCommand } from "./plan-command.ts";

/** Failures of resources as the status has them: counted, reported by somebody, forgotten. */
export class ResourceFailures {
  readonly #context: DcContext;
  readonly #clearOn: (node: string, resourceId: string) => void;

  /** `clearOn` has a node's executor forget the failures of a resource. */
  constructor(context: DcContext, clearOn: (node: string, resourceId: string) => void) {
    this.#context = context;
    this.#clearOn = clearOn;
  }

  /** An operation has failed on a node. */
  count(node: string, command: ExecutorCommand, outcome: OperationOutcome): void {
    if (outcome.operationStatus === OPERATION_STATUS.cancelled || outcome.operationStatus === OPERATION_STATUS.invalid) return;
    const draft = this.#context.draft();
    const state = draft.changeableState(node);
    if (!state) return;
    countFailure(state, {
      resourceId: command.resource.id,
      operation: command.operation,
      intervalMs: command.intervalMs,
      exitCode: outcome.exitCode,
      isIgnored: command.meta["on_fail"] === "ignore",
      isStartFailureFatal: parseBoolean(clusterOption(draft.cib, "start-failure-is-fatal")) ?? true,
      epochSeconds: outcome.changedAtEpochSeconds,
    });
  }

  /** Takes somebody's word that a resource has failed on a node. False when the node does not know the resource. */
  report(resourceId: string, node: string): boolean {
    const { draft, execute, members, uuid } = this.#context;
    const holder = draft().nodeStateNamed(node)?.descend("lrm", "lrm_resources")?.child("lrm_resource", resourceId);
    if (!holder || !members.includes(node)) return false;
    execute(node, unplannedCommand(holder, "asyncmon", uuid));
    return true;
  }

  /** Forgets the failures of a resource on a node. */
  clear(node: string, resourceId: string): void {
    const draft = this.#context.draft();
    const state = draft.changeableState(node);
    if (!state) return;
    clearFailCounts(state, resourceId);
    draft.forget(state, resourceId, `${resourceId}_last_failure_0`);
    this.#clearOn(node, resourceId);
  }

  /**
   * Forgets failures, or with `isRefresh` the whole history, of a resource (of all when undefined) on a node (on all members
   * when undefined), so that they are probed again. Returns what was forgotten, for the operator.
   */
  cleanUp(resource: string | undefined, node: string | undefined, isRefresh: boolean): string[] {
    const { draft, execute, members, requestPlan, uuid } = this.#context;
    const done: string[] = [];
    for (const member of members) {
      if (node !== undefined && member !== node) continue;
      const state = draft().nodeStateNamed(member);
      for (const holder of state ? resourceHistories(state, resource) : []) {
        const id = holder.id ?? "";
        const hasFailure = holder.children.some((entry) => entry.id === `${id}_last_failure_0`);
        if (!isRefresh && !hasFailure) continue;
        this.clear(member, id);
        execute(member, unplannedCommand(holder, "delete", uuid));
        done.push(`${id} on ${member}`);
      }
    }
    requestPlan("clean-up");
    return done;
  }
}
