import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { ActionConfiguration, ActionFields } from "./action.ts";
import type { OperationReader } from "./operation-meta.ts";

/** What is configured for the operations of resources that actions are made for. Read when somebody asks: most actions turn out not to be needed. */
export class ConfiguredActions implements ActionConfiguration {
  readonly #operations: OperationReader;

  constructor(operations: OperationReader) {
    this.#operations = operations;
  }

  meta(made: ActionFields): Map<string, string> {
    const { resource, node, task, intervalMs } = made;
    return resource ? this.#operations.meta(resource, node, task, intervalMs, this.#operationOf(made)) : new Map();
  }

  parameters(made: ActionFields, node: SchedulerNode): ReadonlyMap<string, string> {
    return this.#operations.operationParameters(this.#operationOf(made), node);
  }

  #operationOf({ resource, key, task, intervalMs }: ActionFields): XmlElement | undefined {
    if (!resource) return undefined;
    const own = this.#operations.find(resource, task, intervalMs, true);
    return own ?? (key.includes("_notify_") ? this.#operations.find(resource, "notify", 0, true) : undefined);
  }
}
