import { OCF } from "../../model/exit-code.ts";
import type { Assigned } from "../assign/assign.ts";
import { parameterDigest } from "../digest.ts";
import type { SchedulerNode } from "../node.ts";
import type { ConfiguredOperation, Resource } from "../resource.ts";
import { readPairs } from "../unpack/pairs.ts";
import { defaultTimeoutMs } from "../unpack/resources.ts";
import { Action, type ActionBook, order, RELATION } from "./action.ts";

/** Makes the actions of every resource: probes, stops, starts, recurring operations, and their order among themselves. */
export function resourceActions(cluster: Assigned, book: ActionBook): void {
  const maker = new ActionMaker(cluster, book);
  for (const resource of cluster.top.flatMap((top) => top.primitives())) maker.make(resource);
}

/** Instance parameters of a resource on a node, groups' included. */
export function instanceParameters(resource: Resource, node: SchedulerNode | undefined, nowEpochSeconds: number): Map<string, string> {
  const out = new Map<string, string>();
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    readPairs(holder.xml, "instance_attributes", { nowEpochSeconds, attributes: node?.attributes }, out);
  }
  return out;
}

class ActionMaker {
  readonly #cluster: Assigned;
  readonly #book: ActionBook;

  constructor(cluster: Assigned, book: ActionBook) {
    this.#cluster = cluster;
    this.#book = book;
  }

  make(resource: Resource): void {
    const probes = this.#probes(resource);
    this.#judgeDefinition(resource);
    const [current] = resource.activeOn;
    const target = resource.nextRole === "Stopped" ? undefined : resource.assigned;
    const isMoving = target !== undefined && current !== undefined && target !== current;
    const isDoubled = resource.activeOn.length > 1;
    const stays = target !== undefined && !isMoving && !isDoubled && !resource.isFailed && !resource.needsRestart;
    const stops = resource.isManaged ? resource.activeOn.map((node) => this.#stop(resource, node, stays, target, isDoubled)) : [];
    const start = resource.isManaged && target ? this.#start(resource, target, stays && current !== undefined) : undefined;
    for (const stop of stops) {
      order(stop, start, RELATION.firstImpliesThen | RELATION.restart | RELATION.unrunnableFirstBlocks);
    }
    for (const probe of probes) order(probe, start, RELATION.unrunnableFirstBlocks);
    this.#recurring(resource, target, start, stops);
    if (resource.isRemoved && resource.isManaged) this.#forget(resource, stops);
  }

  #operation(resource: Resource, name: string): ConfiguredOperation | undefined {
    return resource.operations.find((op) => op.name === name && op.intervalMs === 0);
  }

  #add(
    resource: Resource,
    task: string,
    node: SchedulerNode,
    isOptional: boolean,
    operation: ConfiguredOperation | undefined,
    intervalMs = 0,
  ): Action {
    const { nowEpochSeconds, cib } = this.#cluster;
    const action = this.#book.add(
      new Action({ key: `${resource.id}_${task}_${intervalMs}`, task, kind: "rsc_op", resource, node, intervalMs, isOptional }),
    );
    const set = (name: string, value: string | undefined): void => {
      if (value !== undefined) action.attributes.set(name, value);
    };
    for (const [name, value] of instanceParameters(resource, node, nowEpochSeconds)) set(name, value);
    for (const [name, value] of operation?.parameters ?? []) set(name, value);
    set("OCF_CHECK_LEVEL", operation?.meta.get("OCF_CHECK_LEVEL"));
    set("CRM_meta_on_node", node.name);
    set("CRM_meta_on_node_uuid", node.id);
    set("CRM_meta_timeout", String(operation?.timeoutMs ?? defaultTimeoutMs(cib, task, nowEpochSeconds)));
    if (operation?.onFail !== undefined) set("CRM_meta_on_fail", operation.onFail);
    if (intervalMs > 0) {
      set("CRM_meta_interval", String(intervalMs));
      set("CRM_meta_name", task);
    }
    if (operation && operation.startDelayMs > 0) set("CRM_meta_start_delay", String(operation.startDelayMs));
    return action;
  }

  #probes(resource: Resource): Action[] {
    const { nodes, options, unprobed } = this.#cluster;
    if (!options.probesAtStartup || resource.isRemoved) return [];
    const out: Action[] = [];
    for (const node of nodes) {
      if (!node.isOnline || node.uncleanReason !== undefined || node.isPending) continue;
      if (resource.probedOn.has(node.index) || resource.startPendingOn.has(node.index) || unprobed.has(`${resource.id} ${node.index}`))
        continue;
      const operation = this.#operation(resource, "monitor") ?? mostFrequentMonitor(resource);
      const timing = operation && { ...operation, startDelayMs: 0, onFail: undefined };
      const probe = this.#add(resource, "monitor", node, false, timing);
      probe.attributes.set("CRM_meta_op_target_rc", String(OCF.notRunning));
      out.push(probe);
    }
    return out;
  }

  /** Compares the parameters of the start in force with what is configured now. */
  #judgeDefinition(resource: Resource): void {
    const [node] = resource.activeOn;
    if (!node || resource.isRemoved || !resource.isManaged) return;
    const recorded = this.#cluster.history.startDigests.get(`${resource.id} ${node.index}`);
    if (recorded === undefined) return;
    const parameters = instanceParameters(resource, node, this.#cluster.nowEpochSeconds);
    for (const [name, value] of this.#operation(resource, "start")?.parameters ?? []) parameters.set(name, value);
    if (parameterDigest(parameters, undefined) !== recorded) resource.needsRestart = true;
  }

  #stop(resource: Resource, node: SchedulerNode, stays: boolean, target: SchedulerNode | undefined, isDoubled: boolean): Action {
    const stop = this.#add(resource, "stop", node, stays, this.#operation(resource, "stop"));
    if (!stays) {
      stop.reason = isDoubled
        ? "being multiply active"
        : target === undefined
          ? "node availability"
          : resource.needsRestart
            ? "resource definition change"
            : "";
    }
    if (node.uncleanReason !== undefined) {
      stop.isPseudo = this.#canFence(node);
      stop.isRunnable = stop.isPseudo;
      if (stop.isOptional) stop.isOptional = false;
      stop.reason ||= "node is unclean";
    }
    return stop;
  }

  #start(resource: Resource, node: SchedulerNode, isOptional: boolean): Action {
    const { options } = this.#cluster;
    const start = this.#add(resource, "start", node, isOptional, this.#operation(resource, "start"));
    if (!options.hasQuorum && options.noQuorumPolicy !== "ignore") {
      const isFrozen = options.noQuorumPolicy === "freeze";
      const mayGoOn = isFrozen && resource.activeOn.length > 0;
      if (!mayGoOn) {
        start.isRunnable = false;
        start.reason = isFrozen ? "quorum freeze" : "no quorum";
      }
    }
    return start;
  }

  #canFence(node: SchedulerNode): boolean {
    return canFence(this.#cluster, node);
  }

  #recurring(resource: Resource, target: SchedulerNode | undefined, start: Action | undefined, stops: readonly Action[]): void {
    const node = resource.isManaged ? target : resource.activeOn[0];
    const active = this.#cluster.history.monitors.filter((monitor) => monitor.resource === resource);
    const wanted =
      node && !resource.isInMaintenance && !node.isMaintenance && node.isOnline && node.uncleanReason === undefined
        ? resource.operations
        : [];
    for (const operation of wanted) {
      if (operation.intervalMs === 0 || !node || !operation.isEnabled || (operation.role !== undefined && operation.role !== "Started"))
        continue;
      const known = active.find((m) => m.node === node && m.operation === operation.name && m.intervalMs === operation.intervalMs);
      const parameters = instanceParameters(resource, node, this.#cluster.nowEpochSeconds);
      for (const [name, value] of operation.parameters) parameters.set(name, value);
      const isSame = known?.digest === undefined || known.digest === parameterDigest(parameters, operation.timeoutMs);
      const monitor = this.#add(resource, operation.name, node, known !== undefined && isSame, operation, operation.intervalMs);
      order(start, monitor, RELATION.firstImpliesThen | RELATION.unrunnableFirstBlocks);
    }
    for (const monitor of active) {
      if (!monitor.node.isOnline || monitor.node.uncleanReason !== undefined || monitor.hasFailed) continue;
      const isWanted =
        wanted.some((op) => op.name === monitor.operation && op.intervalMs === monitor.intervalMs && op.isEnabled) && monitor.node === node;
      if (isWanted || stops.some((stop) => stop.node === monitor.node && !stop.isOptional) || resource.isRemoved) continue;
      this.#cancel(resource, monitor.node, monitor.operation, monitor.intervalMs);
    }
  }

  #cancel(resource: Resource, node: SchedulerNode, operation: string, intervalMs: number): void {
    const key = `${resource.id}_${operation}_${intervalMs}`;
    const known = this.#book.all.find((action) => action.key === key && action.node === node);
    if (known) return;
    const cancel = this.#book.add(new Action({ key, task: "cancel", kind: "rsc_op", resource, node, intervalMs, isOptional: false }));
    cancel.attributes.set("CRM_meta_operation", operation);
    cancel.attributes.set("CRM_meta_interval", String(intervalMs));
    cancel.attributes.set("CRM_meta_on_node", node.name);
    cancel.attributes.set("CRM_meta_on_node_uuid", node.id);
  }

  /** A resource that is configured no more leaves no trace. */
  #forget(resource: Resource, stops: readonly Action[]): void {
    for (const stop of stops) {
      if (!stop.node || stop.isPseudo) continue;
      const forget = this.#add(resource, "delete", stop.node, false, undefined);
      order(stop, forget, RELATION.unrunnableFirstBlocks);
    }
  }
}

/** True when the cluster is able and allowed to fence the node. */
export function canFence(cluster: Assigned, node: SchedulerNode): boolean {
  const { options, hasFenceDevice } = cluster;
  if (!options.isFencingEnabled || !hasFenceDevice) return false;
  return options.hasQuorum || options.noQuorumPolicy === "ignore" || node.isOnline;
}

function mostFrequentMonitor(resource: Resource): ConfiguredOperation | undefined {
  return resource.operations.filter((op) => op.name === "monitor" && op.intervalMs > 0).sort((a, b) => a.intervalMs - b.intervalMs)[0];
}
