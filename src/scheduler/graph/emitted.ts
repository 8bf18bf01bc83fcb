import { type Action, RELATION } from "../act/action.ts";

/** True when the action is part of the graph. */
export function isEmitted(action: Action): boolean {
  if (!action.isWanted) return false;
  if (action.kind === "pseudo_event" || action.isPseudo) return true;
  if (action.task === "stonith" || action.task === "do_shutdown" || action.task === "lrm_delete" || action.task === "clear_failcount")
    return true;
  const isWatching = action.task === "monitor" || action.task === "cancel";
  if (!isWatching && action.resource?.isManaged !== true) return false;
  return action.node?.isOnline === true && (action.node.uncleanReason === undefined || action.node.isGuest);
}

/** Actions of the graph that come before this one. */
export function graphInputs(action: Action, emitted: ReadonlySet<Action>): Action[] {
  const out = new Set<Action>();
  for (const { first, flags } of action.inputs) {
    if ((flags & RELATION.silent) !== 0 || !emitted.has(first)) continue;
    if ((flags & RELATION.sameNode) !== 0 && first.node !== action.node) continue;
    out.add(first);
  }
  return [...out];
}

/** Names of the actions that are wanted but cannot be carried out. */
export function blockedActions(actions: readonly Action[]): string[] {
  return actions
    .filter((action) => !action.isOptional && !isEmitted(action) && action.resource?.isManaged !== false)
    .map(
      (action) =>
        `${action.task === "cancel" ? "Cancel " : ""}${keyText(action)}${action.node && !action.isPseudo ? ` ${action.node.name}` : ""}`,
    )
    .sort();
}

function keyText(action: Action): string {
  const { resource } = action;
  return resource && resource.historyName !== resource.id ? action.key.replace(resource.id, resource.historyName) : action.key;
}
