import type { DefinitionChange } from "../../scheduler/plan/plan.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { readableMs } from "../../time/duration.ts";

/** What is said of operations of which only secret parameters changed. */
export function maskedItems(changes: ScheduleResult["maskedChanges"]): string[] {
  return changes.map(
    ({ resource, node, task, intervalMs, magic }) =>
      `Only 'private' parameters to ${readableMs(intervalMs)}-interval ${task} for ${resource} on ${node} changed: ${magic}`,
  );
}

/** What is said of fence devices whose definition is not the one that unfenced a node. */
export function definitionNotes(changes: readonly DefinitionChange[], isLive: boolean): string[] {
  return changes.flatMap(({ device, node, isSecretOnly, wanted }) => {
    if (isSecretOnly) return [`Only 'private' parameters to ${device} for unfencing ${node} changed`];
    // Where secrets may be masked, what they would have to look like is of help.
    const hint = isLive ? [] : [`Parameters to ${device} for unfencing ${node} changed, try '${wanted}'`];
    return [...hint, `notice: Unfencing node ${node} because the definition of ${device} changed`];
  });
}
