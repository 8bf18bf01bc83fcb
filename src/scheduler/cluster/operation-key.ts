/** Key of an operation of a resource. */
export function operationKey(resourceId: string, task: string, intervalMs = 0): string {
  return `${resourceId}_${task}_${intervalMs}`;
}
