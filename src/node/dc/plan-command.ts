import { type ExecutorCommand, readTransitionKey, type TransitionKey } from "../../executor/command.ts";
import type { PlannedAction } from "../../transition/plan-runs.ts";
import type { XmlElement } from "../../xml/element.ts";

const DEFAULT_TIMEOUT_MS = 20_000;

/** The order for a planned action; `uuid` names the run of the DC's daemon. Timeouts in ms. */
export function plannedCommand({ plan, action }: PlannedAction, uuid: string): ExecutorCommand {
  const parameters: Record<string, string> = Object.create(null);
  const meta: Record<string, string> = Object.create(null);
  for (const [name, value] of action.attributes) {
    if (name.startsWith("CRM_meta_")) meta[name.slice("CRM_meta_".length)] = value;
    else if (name !== "crm_feature_set") parameters[name] = value;
  }
  const expected = action.attributes.get("CRM_meta_op_target_rc") ?? "0";
  return {
    transitionKey: `${action.id}:${plan}:${expected}:${uuid}`,
    resource: action.resource ?? { id: "", agentClass: "", provider: "", type: "" },
    operation: action.operation,
    intervalMs: Number(meta["interval"] ?? 0),
    timeoutMs: Number(meta["timeout"] ?? DEFAULT_TIMEOUT_MS),
    startDelayMs: Number(meta["start_delay"] ?? 0) || 0,
    parameters,
    meta,
  };
}

/** An order that belongs to no plan, for a resource of a history (`<lrm_resource>`). */
export function unplannedCommand(holder: XmlElement, operation: string, uuid: string): ExecutorCommand {
  return {
    transitionKey: `0:-1:0:${uuid}`,
    resource: {
      id: holder.id ?? "",
      agentClass: holder.get("class") ?? "",
      provider: holder.get("provider") ?? "",
      type: holder.get("type") ?? "",
    },
    operation,
    intervalMs: 0,
    timeoutMs: 0,
    startDelayMs: 0,
    parameters: {},
    meta: {},
  };
}

/** Which plan of the DC's run `uuid` ordered something; undefined for orders of others. */
export function orderedBy(transitionKey: string, uuid: string): TransitionKey | undefined {
  const key = readTransitionKey(transitionKey);
  return key.uuid === uuid ? key : undefined;
}
