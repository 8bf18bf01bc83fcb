import { type ExecutorCommand, readTransitionKey } from "./command.ts";

/** True for a notification of what is about to be done. */
export function isAnnouncement({ operation, meta }: ExecutorCommand): boolean {
  return operation === "notify" && meta["notify_type"] === "pre";
}

/** What an announcement says: two that say the same have the same text. */
export function announcementText({ parameters, meta }: ExecutorCommand): string {
  return JSON.stringify([Object.entries(parameters).sort(), Object.entries(meta).sort()]);
}

/** Whether two commands were ordered by one plan of one DC. */
export function areOfOnePlan(one: ExecutorCommand, other: ExecutorCommand): boolean {
  const [a, b] = [readTransitionKey(one.transitionKey), readTransitionKey(other.transitionKey)];
  return a.plan === b.plan && a.uuid === b.uuid;
}
