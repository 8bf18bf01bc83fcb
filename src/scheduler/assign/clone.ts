import { compareBytes } from "../../base/names.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

/** Assigns one instance with these nodes closed to it, and says where it went. */
type AssignInstance = (instance: Resource, closed: readonly SchedulerNode[]) => SchedulerNode | undefined;

/** Spreads the instances of a clone over the nodes. */
export class CloneAssigner {
  readonly #nodes: readonly SchedulerNode[];
  readonly #clone: Resource;
  readonly #assignInstance: AssignInstance;
  readonly #perNode: Int32Array;
  #placed = 0;

  constructor(nodes: readonly SchedulerNode[], clone: Resource, assignInstance: AssignInstance) {
    this.#nodes = nodes;
    this.#clone = clone;
    this.#assignInstance = assignInstance;
    this.#perNode = new Int32Array(nodes.length);
  }

  /** Active instances that may stay do so, then the rest in order, until there are as many as wanted. */
  assign(): void {
    const settings = this.#clone.clone;
    if (!settings) return;
    const available = this.#nodes.filter((node) => isAvailable(node) && this.#clone.scoreOn(node.index) >= 0);
    const perNode = Math.max(1, Math.floor(settings.max / Math.max(1, available.length)));
    const ordered = [...this.#clone.children].sort((a, b) => this.#compare(a, b));
    const done = new Set<Resource>();
    for (const instance of ordered) {
      const current = activeNodes(instance)[0];
      if (!current || this.#placed >= settings.max || !this.#mayStay(instance, current)) continue;
      if ((this.#perNode[current.index] ?? 0) >= Math.min(perNode, settings.nodeMax)) continue;
      this.#place(
        instance,
        this.#nodes.filter((node) => node !== current && !this.#isBetter(instance, node, current)),
      );
      done.add(instance);
    }
    for (const instance of ordered) {
      if (done.has(instance)) continue;
      this.#place(instance, this.#placed >= settings.max ? this.#nodes : []);
    }
  }

  #place(instance: Resource, closed: readonly SchedulerNode[]): void {
    const nodeMax = this.#clone.clone?.nodeMax ?? 1;
    const full = this.#nodes.filter((node) => (this.#perNode[node.index] ?? 0) >= nodeMax || this.#clone.scoreOn(node.index) < 0);
    const assigned = this.#assignInstance(instance, [...new Set([...closed, ...full])]);
    if (!assigned) return;
    this.#perNode[assigned.index] = (this.#perNode[assigned.index] ?? 0) + 1;
    this.#placed += 1;
  }

  #mayStay(instance: Resource, node: SchedulerNode): boolean {
    if (!isAvailable(node) || instance.primitives().some((p) => p.isFailed || p.isBlocked)) return false;
    return instance.scoreOn(node.index) >= 0;
  }

  #isBetter(instance: Resource, node: SchedulerNode, current: SchedulerNode): boolean {
    return instance.scoreOn(node.index) > instance.scoreOn(current.index);
  }

  #compare(a: Resource, b: Resource): number {
    const [nodeA] = activeNodes(a);
    const [nodeB] = activeNodes(b);
    if (nodeA && nodeB) {
      const byCount = activeNodes(a).length - activeNodes(b).length;
      if (byCount !== 0) return byCount;
    }
    const isForbidden = (node: SchedulerNode | undefined): number => (node && this.#clone.scoreOn(node.index) <= -INFINITY_SCORE ? 1 : 0);
    const canRun = (node: SchedulerNode | undefined): number => (node && isAvailable(node) ? 0 : 1);
    const isFailed = (instance: Resource): number => (instance.primitives().some((p) => p.isFailed) ? 1 : 0);
    return (
      isForbidden(nodeA) - isForbidden(nodeB) ||
      b.priority - a.priority ||
      Number(nodeB !== undefined) - Number(nodeA !== undefined) ||
      (nodeA && nodeB ? canRun(nodeA) - canRun(nodeB) : 0) ||
      isFailed(a) - isFailed(b) ||
      (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0) ||
      compareBytes(a.id, b.id)
    );
  }
}

/** Nodes on which any part of the instance is active. */
export function activeNodes(instance: Resource): readonly SchedulerNode[] {
  return instance.kind === "primitive" ? instance.activeOn : [...new Set(instance.primitives().flatMap((p) => p.activeOn))];
}
