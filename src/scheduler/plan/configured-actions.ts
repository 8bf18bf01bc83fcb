import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action, ActionConfiguration, ActionFields } from "./action.ts";
import type { WrittenOperation } from "./operation-lists.ts";
import type { OperationReader } from "./operation-meta.ts";

/** Reads what is configured for all of these actions, so that it is known when rules about operations turn. */
export function readConfigurations(actions: readonly Action[]): void {
  for (const action of actions) void [action.meta, action.parameters];
}

/** What is configured for the operations of resources that actions are made for. Read when somebody asks: most actions turn out not to be needed. */
export class ConfiguredActions implements ActionConfiguration {
  readonly #operations: OperationReader;

  constructor(operations: OperationReader) {
    this.#operations = operations;
  }

  meta(made: ActionFields): Map<string, string> {
    const { resource, node, task, intervalMs } = made;
    if (!resource) return new Map();
    const operation = this.#operationOf(resource, made);
    return this.#operations.meta(resource, node, task, intervalMs, operation);
  }

  parameters(made: ActionFields, node: SchedulerNode): ReadonlyMap<string, string> {
    const { resource } = made;
    return resource ? this.#operations.operationParameters(resource, this.#operationOf(resource, made), node) : new Map();
  }

  #operationOf(resource: Resource, { key, task, intervalMs }: ActionFields): WrittenOperation | undefined {
    const own = this.#operations.written(resource, task, intervalMs, true);
    return own ?? (key.includes("_notify_") ? this.#operations.written(resource, "notify", 0, true) : undefined);
  }
}
