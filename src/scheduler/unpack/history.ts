import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../node.ts";
import type { ClusterOptions } from "../options.ts";
import { type FailedOperation, ON_FAIL, type OnFail, type Resource, type Role } from "../resource.ts";
import { failCount } from "./fail-counts.ts";
import { removedResource, type UnpackedResources } from "./resources.ts";

/** A ban that the history imposes: a node, or all of them. */
export interface HistoryBan {
  readonly resource: Resource;
  readonly node: SchedulerNode | undefined;
  readonly reason: string;
}

/** A recurring operation that is active somewhere. */
export interface ActiveMonitor {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  readonly operation: string;
  readonly intervalMs: number;
  readonly xml: XmlElement;
  readonly hasFailed: boolean;
  readonly callId: number;
}

/** The operation a running resource's parameters are judged by. */
export interface StartRecord {
  readonly name: string;
  readonly xml: XmlElement;
}

/** What the history tells. */
export interface History {
  readonly removed: readonly Resource[];
  readonly bans: readonly HistoryBan[];
  readonly failures: readonly FailedOperation[];
  readonly monitors: readonly ActiveMonitor[];
  /** Failure records whose time has passed: to be cleared. */
  readonly expired: readonly { readonly resource: Resource; readonly node: SchedulerNode }[];
  /** The start, or probe, that is in force: resource id, node index. */
  readonly starts: ReadonlyMap<string, StartRecord>;
}

interface Operation {
  readonly name: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly status: number;
  readonly expected: number;
  readonly callId: number;
  readonly changedAt: number;
  readonly xml: XmlElement;
}

interface Collected {
  removed: Resource[];
  bans: HistoryBan[];
  failures: FailedOperation[];
  monitors: ActiveMonitor[];
  expired: { resource: Resource; node: SchedulerNode }[];
  starts: Map<string, StartRecord>;
}

/** Reads the resource history of all nodes; roles, active nodes and failures go into the resources. */
export function unpackHistory(
  cib: XmlElement,
  nodes: readonly SchedulerNode[],
  resources: UnpackedResources,
  options: ClusterOptions,
  nowEpochSeconds: number,
): History {
  const out: Collected = { removed: [], bans: [], failures: [], monitors: [], expired: [], starts: new Map() };
  const removedById = new Map<string, Resource>();
  for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
    const node = nodes.find((candidate) => candidate.id === state.id);
    if (!node) continue;
    // The history of a node that is down for certain tells nothing about the present.
    if (!node.isOnline && node.uncleanReason === undefined) continue;
    for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
      const id = holder.id ?? "";
      if (resources.undecided.has(id) || resources.undecided.has(id.split(":")[0] ?? "")) continue;
      let resource = instanceFor(id, node, resources) ?? removedById.get(id);
      if (!resource) {
        resource = removedResource(holder, options, nodes.length);
        removedById.set(id, resource);
        out.removed.push(resource);
      }
      new HistoryReader(resource, node, options, nowEpochSeconds, out).read(holder);
    }
  }
  return out;
}

/** The resource a history entry is about; for an anonymous clone the instance is chosen. */
function instanceFor(id: string, node: SchedulerNode, resources: UnpackedResources): Resource | undefined {
  const exact = resources.byId.get(id);
  if (exact?.kind === "primitive" && exact.agentId === exact.id) return exact;
  const name = id.replace(/:\d+$/, "");
  const clone = resources.byId.get(`${name}:0`)?.ownClone;
  if (!clone || clone.clone?.isUnique === true) return undefined;
  const member = (instance: Resource): Resource | undefined => instance.primitives().find((p) => p.agentId === name);
  const isActive = (instance: Resource): boolean => instance.primitives().some((p) => p.activeOn.includes(node));
  const isElsewhere = (instance: Resource): boolean =>
    instance
      .primitives()
      .some((p) => p.activeOn.some((other) => other !== node) || p.isBlocked || [...p.startPendingOn].some((i) => i !== node.index));
  const here = clone.children.find(isActive);
  const chosen = here
    ? member(here)?.activeOn.includes(node) === true
      ? undefined
      : here
    : clone.children.find((one) => !isElsewhere(one));
  const resource = member(chosen ?? resources.addExtraInstance(clone));
  if (resource) resource.historyName = id;
  return resource;
}

class HistoryReader {
  readonly #resource: Resource;
  readonly #node: SchedulerNode;
  readonly #options: ClusterOptions;
  readonly #now: number;
  readonly #out: Collected;
  #isActive = false;
  #isKnown = false;
  #role: Role = "Started";
  #onFail: OnFail = "ignore";
  #failureReason = "";

  constructor(resource: Resource, node: SchedulerNode, options: ClusterOptions, now: number, out: Collected) {
    this.#resource = resource;
    this.#node = node;
    this.#options = options;
    this.#now = now;
    this.#out = out;
  }

  read(holder: XmlElement): void {
    const operations = holder.childrenNamed("lrm_rsc_op").map(readOperation);
    operations.sort((a, b) => order(a) - order(b) || a.changedAt - b.changedAt);
    for (const operation of operations) this.#take(operation);
    const resource = this.#resource;
    resource.seenOn.add(this.#node.index);
    if (this.#isKnown) resource.probedOn.add(this.#node.index);
    if (this.#isActive) {
      resource.activeOn.push(this.#node);
      const role = this.#role === "Started" && resource.isPromotable ? "Unpromoted" : this.#role;
      if (resource.role !== "Promoted") resource.role = role;
      this.#monitors(operations);
    }
    this.#answerFailure();
  }

  #take(op: Operation): void {
    if (op.name === "notify" || op.name === "cancel") return;
    if (op.status === OPERATION_STATUS.pending) {
      if (op.name === "start" || op.name === "migrate_from") {
        this.#isKnown = true;
        this.#isActive = true;
        this.#resource.startPendingOn.add(this.#node.index);
      }
      return;
    }
    if (op.status === OPERATION_STATUS.cancelled || op.status === OPERATION_STATUS.invalid) return;
    const isProbe = op.name === "monitor" && op.intervalMs === 0;
    const isDone = op.status === OPERATION_STATUS.done;
    const exitCode = op.exitCode === OCF.degraded ? OCF.success : op.exitCode;
    if (isDone && exitCode === OCF.notRunning && (isProbe || op.expected === OCF.notRunning || !this.#resource.isManaged)) {
      this.#stopped();
      return;
    }
    const isPromoted = exitCode === OCF.runningPromoted || exitCode === OCF.degradedPromoted;
    if (isDone && op.name === "monitor" && isPromoted && (isProbe || op.expected === OCF.runningPromoted)) {
      this.#isKnown = true;
      this.#isActive = true;
      this.#role = "Promoted";
      if (isProbe) this.#rememberDigest(op);
      return;
    }
    if (isDone && (exitCode === OCF.success || exitCode === op.expected)) {
      this.#succeeded(op);
      return;
    }
    this.#failed(op, isProbe);
  }

  #stopped(): void {
    this.#isKnown = true;
    this.#role = "Started";
    this.#isActive = false;
    this.#onFail = "ignore";
  }

  #succeeded(op: Operation): void {
    this.#isKnown = true;
    switch (op.name) {
      case "stop":
        this.#stopped();
        return;
      case "migrate_to":
        this.#isActive = false;
        return;
      case "start":
      case "migrate_from":
        this.#isActive = true;
        this.#forgive();
        this.#rememberDigest(op);
        return;
      case "monitor":
        this.#isActive = true;
        if (op.intervalMs === 0) this.#rememberDigest(op);
        return;
      case "promote":
        this.#isActive = true;
        this.#role = "Promoted";
        this.#forgive();
        return;
      case "demote":
        this.#isActive = true;
        this.#role = "Unpromoted";
        this.#forgive();
        return;
      default:
        this.#isActive = true;
    }
  }

  #rememberDigest(op: Operation): void {
    this.#out.starts.set(`${this.#resource.id} ${this.#node.index}`, { name: op.name === "migrate_from" ? "start" : op.name, xml: op.xml });
  }

  /** A later success takes back the milder answers to an earlier failure. */
  #forgive(): void {
    if (["block", "ignore", "demote", "restart", "restart-container"].includes(this.#onFail)) this.#onFail = "ignore";
  }

  #failed(op: Operation, isProbe: boolean): void {
    const resource = this.#resource;
    const node = this.#node;
    const failure = failureOf(resource, node, op);
    const count = failCount(resource, node, this.#now);
    const timeoutSeconds = resource.failureTimeoutMs / 1000;
    const isOld =
      timeoutSeconds > 0 && op.changedAt > 0 && this.#now > op.changedAt + timeoutSeconds && (count.count === 0 || count.isExpired);
    if (isOld && (op.exitCode !== OCF.notInstalled || isProbe)) {
      if (count.count > 0) this.#out.expired.push({ resource, node });
      if (op.name === "stop") this.#isActive = true;
      return;
    }
    this.#isKnown = true;
    this.#out.failures.push(failure);
    if (
      isProbe &&
      (op.exitCode === OCF.notInstalled || op.exitCode === OCF.invalidArguments || op.status === OPERATION_STATUS.notInstalled)
    ) {
      // It cannot run where it is not installed: that is an answer, not a failure.
      this.#isActive = false;
      this.#out.bans.push({ resource, node, reason: "not installed" });
      return;
    }
    const onFail = this.#configuredAnswer(op);
    if (onFail === "ignore") {
      if (op.name !== "stop") this.#isActive = true;
      return;
    }
    const wasStop = op.name === "stop";
    this.#isActive = true;
    if (
      op.name === "promote" ||
      op.exitCode === OCF.failedPromoted ||
      (op.name === "monitor" && op.expected === OCF.runningPromoted && op.exitCode !== OCF.notRunning)
    )
      this.#role = "Promoted";
    if (op.name === "demote") this.#role = "Unpromoted";
    if (op.name === "demote" && op.exitCode === OCF.notRunning) this.#isActive = false;
    if (op.exitCode === OCF.notConfigured) this.#out.bans.push({ resource, node: undefined, reason: "not configured" });
    const isHard = [OCF.invalidArguments, OCF.insufficientPrivileges, OCF.notInstalled].some((code) => code === op.exitCode);
    if (isHard || (op.exitCode === OCF.unimplemented && op.intervalMs === 0)) this.#out.bans.push({ resource, node, reason: "hard error" });
    if (wasStop) this.#out.bans.push({ resource, node, reason: "failed stop" });
    if (onFail === "ban") this.#out.bans.push({ resource, node, reason: "on-fail=ban" });
    if (ON_FAIL.indexOf(onFail) > ON_FAIL.indexOf(this.#onFail)) {
      this.#onFail = onFail;
      this.#failureReason = `${resource.id} failed there`;
    }
  }

  #configuredAnswer(op: Operation): OnFail {
    const configured = this.#resource.operations.find(
      (candidate) => candidate.name === op.name && candidate.intervalMs === op.intervalMs,
    )?.onFail;
    if (op.name === "stop") {
      if (configured !== undefined && configured !== "standby" && configured !== "demote" && configured !== "stop") return configured;
      return this.#options.isFencingEnabled ? "fence" : "block";
    }
    if (configured === "fence" && !this.#options.isFencingEnabled) return "restart";
    return configured ?? "restart";
  }

  #answerFailure(): void {
    const resource = this.#resource;
    const node = this.#node;
    switch (this.#onFail) {
      case "ignore":
        return;
      case "fence":
        node.uncleanReason ??= this.#failureReason;
        resource.isFailed = true;
        return;
      case "standby":
        node.isStandby = true;
        resource.isFailed = true;
        return;
      case "block":
        resource.isManaged = false;
        resource.isBlocked = true;
        resource.isFailed = true;
        return;
      case "ban":
        this.#out.bans.push({ resource, node, reason: "on-fail=ban" });
        resource.isFailed = true;
        return;
      case "stop":
        resource.isStoppedByFailure = true;
        resource.isFailed = true;
        return;
      default:
        resource.isFailed = true;
    }
  }

  #monitors(operations: readonly Operation[]): void {
    const bringUp = operations.filter((op) => ["start", "migrate_from"].includes(op.name) && op.status !== OPERATION_STATUS.pending);
    const lastStart = Math.max(-1, ...bringUp.map((op) => op.callId));
    for (const op of operations) {
      if (op.intervalMs === 0 || op.callId < lastStart) continue;
      const hasFailed = op.xml.id?.endsWith("_last_failure_0") ?? false;
      const isPending = op.status === OPERATION_STATUS.pending;
      if (op.status === OPERATION_STATUS.cancelled || (isPending && op.callId === -1 && hasFailed)) continue;
      this.#out.monitors.push({
        resource: this.#resource,
        node: this.#node,
        operation: op.name,
        intervalMs: op.intervalMs,
        xml: op.xml,
        hasFailed,
        callId: op.callId,
      });
    }
  }
}

function readOperation(xml: XmlElement): Operation {
  const key = xml.get("transition-key")?.split(":");
  const expected = Number(key?.[2] ?? 0);
  return {
    name: xml.get("operation") ?? "",
    intervalMs: Number(xml.get("interval") ?? 0) || 0,
    exitCode: Number(xml.get("rc-code") ?? OCF.unknown),
    status: Number(xml.get("op-status") ?? 0),
    expected: Number.isInteger(expected) && expected >= 0 ? expected : 0,
    callId: Number(xml.get("call-id") ?? 0),
    changedAt: Number(xml.get("last-rc-change") ?? 0) || 0,
    xml,
  };
}

/** Pending operations come last, the rest by the order of their calls. */
function order(op: Operation): number {
  return op.callId < 0 ? Number.MAX_SAFE_INTEGER : op.callId;
}

function failureOf(resource: Resource, node: SchedulerNode, op: Operation): FailedOperation {
  return {
    resourceId: resource.id,
    node: node.name,
    key: op.xml.get("operation_key") ?? `${resource.id}_${op.name}_${op.intervalMs}`,
    operation: op.name,
    intervalMs: op.intervalMs,
    exitCode: op.exitCode,
    operationStatus: op.status,
    exitReason: op.xml.get("exit-reason") ?? "",
    callId: op.callId,
    changedAtEpochSeconds: op.changedAt,
    executionMs: Number(op.xml.get("exec-time") ?? 0),
    queueMs: Number(op.xml.get("queue-time") ?? 0),
  };
}
