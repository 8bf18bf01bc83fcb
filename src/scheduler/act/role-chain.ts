import type { Assigned } from "../assign/assign.ts";
import { canFence, type SchedulerNode } from "../node.ts";
import type { Resource, Role } from "../resource.ts";
import { type Action, type ActionBook, order, RELATION } from "./action.ts";
import { addAction, oneShotOperation } from "./make-action.ts";

const RANK: Readonly<Record<Role, number>> = { Stopped: 0, Started: 1, Unpromoted: 2, Promoted: 3 };

/** Makes what brings a primitive from its role and nodes to the role and node decided for it. */
export function roleChain(cluster: Assigned, book: ActionBook, resource: Resource): void {
  new RoleChain(cluster, book, resource).make();
}

class RoleChain {
  readonly #cluster: Assigned;
  readonly #book: ActionBook;
  readonly #resource: Resource;
  readonly #target: SchedulerNode | undefined;

  constructor(cluster: Assigned, book: ActionBook, resource: Resource) {
    this.#cluster = cluster;
    this.#book = book;
    this.#resource = resource;
    this.#target = resource.nextRole === "Stopped" ? undefined : resource.assigned;
  }

  make(): void {
    const resource = this.#resource;
    const current = this.#currentNode();
    const nextRole = this.#target ? (resource.nextRole ?? "Started") : "Stopped";
    const isMoving = current !== undefined && this.#target !== undefined && current !== this.#target;
    const isDoubled = this.#countedActive() > 1;
    const mustStop = isMoving || isDoubled || resource.isFailed || resource.isBlocked || resource.needsRestart;
    if (resource.activeOn.length > 0) {
      this.#bringDown(mustStop, isDoubled);
      if (RANK[resource.role] <= RANK[nextRole] && !resource.isBlocked) this.#bringUp("Stopped", resource.role, !mustStop);
    }
    let role: Role = resource.activeOn.length > 0 ? resource.role : "Stopped";
    if (RANK[role] < RANK[nextRole]) this.#bringUp(role, nextRole, false);
    while (RANK[role] > RANK[nextRole]) {
      if (role === "Promoted") {
        this.#demote(false);
        role = "Unpromoted";
        continue;
      }
      if (nextRole !== "Stopped") break;
      this.#stop(false, isDoubled);
      role = "Stopped";
    }
    if (resource.needsReload && !mustStop && role !== "Stopped" && current) this.#reload(current);
    this.#orderOwn();
  }

  #reload(node: SchedulerNode): void {
    if (!this.#resource.isManaged || this.#resource.startPendingOn.size > 0) return;
    const reload = addAction(
      this.#cluster,
      this.#book,
      this.#resource,
      "reload-agent",
      node,
      false,
      oneShotOperation(this.#resource, "reload-agent"),
    );
    for (const action of this.#book.all) if (action.resource === this.#resource && action.intervalMs > 0) order(reload, action);
  }

  #currentNode(): SchedulerNode | undefined {
    const { activeOn, requires } = this.#resource;
    if (requires !== "fencing") return activeOn.find((node) => node.isOnline && node.uncleanReason === undefined) ?? activeOn[0];
    return activeOn[0];
  }

  #countedActive(): number {
    const { activeOn, requires } = this.#resource;
    return requires === "fencing" ? activeOn.length : activeOn.filter((node) => node.isOnline && node.uncleanReason === undefined).length;
  }

  #bringDown(isRequired: boolean, isDoubled: boolean): void {
    if (this.#resource.role === "Promoted") this.#demote(!isRequired);
    this.#stop(!isRequired, isDoubled);
  }

  #bringUp(from: Role, to: Role, isOptional: boolean): void {
    if (from === "Stopped") this.#start(isOptional);
    if (to === "Promoted") this.#promote(isOptional);
  }

  #stop(isOptional: boolean, isDoubled: boolean): void {
    const resource = this.#resource;
    for (const node of resource.activeOn) {
      const stop = addAction(this.#cluster, this.#book, resource, "stop", node, isOptional);
      if (!this.#target) stop.reason = "node availability";
      else if (isDoubled) stop.reason = "being multiply active";
      else if (resource.needsRestart) stop.reason = "resource definition change";
      this.#judgeDown(stop, node);
      if (resource.isRemoved && resource.isManaged && node.uncleanReason === undefined) {
        const forget = addAction(this.#cluster, this.#book, resource, "delete", node, false);
        order(stop, forget, RELATION.unrunnableFirstBlocks);
      }
    }
  }

  #demote(isOptional: boolean): void {
    for (const node of this.#resource.activeOn) {
      const demote = addAction(this.#cluster, this.#book, this.#resource, "demote", node, isOptional);
      this.#judgeDown(demote, node);
    }
  }

  /** What goes down on a node that is going to be fenced is declared done. */
  #judgeDown(action: Action, node: SchedulerNode): void {
    if (!this.#resource.isManaged) {
      action.isRunnable = false;
      return;
    }
    if (node.uncleanReason === undefined) {
      if (!node.isOnline) action.isRunnable = false;
      return;
    }
    action.isPseudo = canFence(this.#cluster, node);
    action.isRunnable = action.isPseudo;
  }

  #start(isOptional: boolean): void {
    const node = this.#target ?? (this.#resource.nextRole === "Stopped" ? undefined : this.#resource.assigned);
    if (!node) return;
    const start = addAction(this.#cluster, this.#book, this.#resource, "start", node, isOptional);
    if (this.#resource.startPendingOn.has(node.index)) start.isAlwaysInGraph = true;
    this.#judgeUp(start, node);
  }

  #promote(isOptional: boolean): void {
    if (!this.#target) return;
    this.#judgeUp(addAction(this.#cluster, this.#book, this.#resource, "promote", this.#target, isOptional), this.#target);
  }

  #judgeUp(action: Action, node: SchedulerNode): void {
    const { options } = this.#cluster;
    const resource = this.#resource;
    if (!node.isOnline || node.uncleanReason !== undefined || node.isPending) action.isRunnable = false;
    if (options.hasQuorum || options.noQuorumPolicy === "ignore" || resource.requires === "nothing") return;
    if (options.noQuorumPolicy === "freeze") {
      const goesOn = resource.activeOn.length > 0 && (action.task !== "promote" || resource.role === "Promoted");
      if (goesOn) return;
      action.isRunnable = false;
      action.reason = "quorum freeze";
      return;
    }
    if (options.noQuorumPolicy === "demote" && resource.isPromotable && action.task === "start") return;
    action.isRunnable = false;
    action.reason = "no quorum";
  }

  #orderOwn(): void {
    const resource = this.#resource;
    const { firstImpliesThen, restart, unrunnableFirstBlocks, thenImpliesFirst } = RELATION;
    const of = (task: string): readonly Action[] => this.#book.of(resource, task);
    for (const stop of of("stop")) {
      for (const start of of("start")) order(stop, start, firstImpliesThen | restart | unrunnableFirstBlocks);
      for (const demote of of("demote")) if (demote.node === stop.node) order(demote, stop, thenImpliesFirst);
    }
    for (const promote of of("promote")) {
      for (const start of of("start")) order(start, promote, firstImpliesThen | unrunnableFirstBlocks);
      for (const demote of of("demote")) order(demote, promote, restart | firstImpliesThen);
    }
  }
}
