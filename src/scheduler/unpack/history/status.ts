import { leadingInteger } from "../../../base/leading-integer.ts";
import { parseBoolean } from "../../../cib/document.ts";
import { roundedSeconds } from "../../../time/duration.ts";
import { AttributePicker } from "../../../xml/attribute-picker.ts";
import type { XmlElement } from "../../../xml/element.ts";
import type { FailedOperation } from "../../cluster/failed-operation.ts";
import type { ScoreLedger } from "../../cluster/ledger.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";
import { roleRank } from "../../cluster/role.ts";
import type { DraftNode, NodeTable } from "../configuration/node-table.ts";
import { requestedRole } from "../configuration/requested-role.ts";
import type { ResourceReader } from "../configuration/resources.ts";
import { markActive } from "./active.ts";
import { fenceNode } from "./fence-node.ts";
import {
  type ClearedFailures,
  failureOf,
  type History,
  type HistoryContext,
  type ReadHistory,
  type RecordedFailure,
  type StatusNote,
} from "./history.ts";
import type { HistoryLists } from "./history-lists.ts";
import { HistoryReader, lowerToTarget } from "./history-reader.ts";
import { HistoryTargets } from "./history-target.ts";
import { isShutdownRequested, readNodeState, readTransientAttributes, type StateContext } from "./node-state.ts";
import { type HistoryEntry, HistoryIndex, type OperationRecord } from "./operation-record.ts";
import { isOfAgent, QUIET_PROBE } from "./quiet-probe.ts";
import { type HistoryOutcome, settleHistory } from "./resource-state.ts";
import { ScoreAdder } from "./score-adder.ts";
import { SortedHistories } from "./sorted-histories.ts";
import { isStartedWell, STARTED_WELL } from "./started-well.ts";
import { ToldHistories } from "./told-histories.ts";

const HOLDER = new AttributePicker("id");

/** What the status section is read with. */
export interface StatusContext extends StateContext {
  readonly cib: XmlElement;
  readonly options: ClusterOptions;
  readonly table: NodeTable;
  readonly reader: ResourceReader;
  readonly lists: HistoryLists;
  readonly hasFenceDevice: boolean;
  readonly ledger: ScoreLedger | undefined;
}

/** Reads the states of the nodes, then the histories of the resources, those of remote nodes once their connection is known. */
export function readStatus(context: StatusContext): History {
  const states = context.cib.child("status")?.childrenNamed("node_state") ?? [];
  const unclean = new Set<SchedulerNode>();
  for (const state of states) {
    const node = state.id === undefined ? undefined : context.table.find(state.id, state.get("uname"));
    if (!node) continue;
    if (!node.isRemote) readNodeState(node, state, context);
    else node.isRemoteFenced = leadingInteger(state.get("node_fenced"), 0) !== 0;
    if (!node.isRemote && node.uncleanReason !== undefined) unclean.add(node);
  }
  return new StatusReader(context, unclean).read(states);
}

class StatusReader {
  readonly #context: StatusContext;
  readonly #history: HistoryContext;
  readonly #targets: HistoryTargets;
  readonly #failures: FailedOperation[] = [];
  readonly #notes: StatusNote[] = [];
  readonly #cleared: ClearedFailures[] = [];
  readonly #lastFailures: RecordedFailure[] = [];
  /** Primitives by id of which a result does no more than to tell whether they are running: in no clone or bundle, no connection. */
  readonly #plain = new Map<string, Resource>();
  /** Those by whose present agent histories with a start tag were made, by its number; null where there is none. */
  readonly #plainByTag: (Resource | null)[] = [];
  readonly #told = new ToldHistories();
  /** What has to stop because something in it failed. */
  readonly #stopNeeded: Resource[] = [];
  readonly #nodesRead: SchedulerNode[] = [];
  readonly #unclean: Set<SchedulerNode>;
  readonly #fencedFor = new Map<SchedulerNode, ReadHistory>();

  constructor(context: StatusContext, unclean: Set<SchedulerNode>) {
    this.#context = context;
    this.#unclean = unclean;
    const { cib, options, table, reader } = context;
    const scores = new ScoreAdder(table.nodes, context.ledger);
    const connectionOf = (node: SchedulerNode): Resource | undefined =>
      node.connectionId === undefined ? undefined : reader.byId.get(node.connectionId);
    this.#history = {
      cib,
      options,
      scores,
      connectionOf,
      nowEpochSeconds: context.nowEpochSeconds,
      hasFenceDevice: context.hasFenceDevice,
      nodes: table.nodes,
      index: new HistoryIndex(cib),
      entries: new SortedHistories(),
      rescheduled: new Set(),
      named: (name) => table.named(name),
      onTurn: context.onTurn,
      markActive: (resource, node, hasFailed) => markActive(resource, node, scores, hasFailed),
      fence: (node, reason, cause) => {
        const isNew = !this.#unclean.has(node);
        if (fenceNode(node, reason, { connectionOf })) {
          const launcher = connectionOf(node)?.launcher;
          this.#notes.push({ kind: "fencing", node, launcher, reason });
        }
        if (isNew && cause && node.uncleanReason !== undefined) this.#fencedFor.set(node, cause);
        if (node.uncleanReason !== undefined) this.#unclean.add(node);
      },
      note: (note) => void this.#notes.push(note),
      noteFailure: (resource, node, record) => this.#noteFailure(resource, node, record),
      noteLastFailure: (failure) => void this.#lastFailures.push(failure),
      clearFailures: (cleared) => this.#clearFailures(cleared),
      requireStop: (resource, node) => this.#requireStop(resource, node),
      stopLater: (container) => void this.#stopNeeded.push(container),
      forgetName: (resource) => this.#targets.forget(resource),
    };
    for (const [id, resource] of reader.byId) if (isPlain(resource)) this.#plain.set(id, resource);
    this.#targets = new HistoryTargets({
      byId: reader.byId,
      nodeCount: table.nodes.length,
      stopsRemoved: options.stopsRemovedResources,
      scores,
      addInstance: (clone) => reader.addInstance(clone),
      readRemoved: (holder) => reader.readRemoved(holder),
      note: this.#history.note,
    });
  }

  read(states: readonly XmlElement[]): History {
    while (this.#readReady(states, false));
    this.#readReady(states, this.#context.options.isFencingEnabled);
    for (const container of this.#stopNeeded) if (container.currentNode) this.#requireStop(container, container.currentNode);
    for (const node of this.#context.table.nodes) {
      if (!node.isRemote) continue;
      const connection = this.#history.connectionOf(node);
      if (node.isShuttingDown && connection) connection.nextRole = "Stopped";
      if (!node.isHistoryRead) this.#judgeRemote(node);
    }
    return {
      removed: this.#targets.removed,
      failures: this.#failures,
      notes: this.#notes,
      expired: this.#cleared,
      lastFailures: this.#lastFailures,
      rescheduled: this.#history.rescheduled,
      told: this.#told,
      entries: this.#history.entries,
      nodes: this.#nodesRead,
      unclean: this.#unclean,
      fencedFor: this.#fencedFor,
    };
  }

  /** Reads the histories that can be read by now; true when there were any, since others may depend on them. */
  #readReady(states: readonly XmlElement[], readsAll: boolean): boolean {
    let hasRead = false;
    for (const state of states) {
      const node = state.get("uname") === undefined ? undefined : this.#context.table.find(state.id, state.get("uname"));
      if (!node || node.isHistoryRead || (!readsAll && !this.#isReady(node))) continue;
      if (node.isRemote) {
        this.#judgeRemote(node);
        this.#readRemoteAttributes(node, state);
      }
      node.isHistoryRead = true;
      this.#nodesRead.push(node);
      this.#readHistories(node, state);
      hasRead = true;
    }
    return hasRead;
  }

  #isReady(node: DraftNode): boolean {
    const { options } = this.#context;
    const connection = this.#history.connectionOf(node);
    if (connection?.launcher) return connection.role === "Started" && connection.launcher.role === "Started";
    if (node.isRemote) return connection !== undefined && (options.isShutdownLocked || connection.role === "Started");
    return options.isFencingEnabled || options.isShutdownLocked || node.isOnline;
  }

  /** A remote node is online as far as its connection, and what it lives in, are up. */
  #judgeRemote(node: DraftNode): void {
    const connection = this.#history.connectionOf(node);
    if (!connection) {
      node.isOnline = false;
      return;
    }
    const { launcher } = connection;
    const [first, ...others] = connection.activeOn;
    const host = launcher && others.length === 0 ? first : undefined;
    const isStarted = connection.role === "Started";
    if (isStarted) node.isOnline = true;
    if (isStarted && connection.nextRole === "Stopped") node.isShuttingDown = true;
    if (launcher?.isFailed) {
      node.isOnline = false;
      node.isRemoteReset = true;
    } else if (connection.isFailed) node.isOnline = false;
    else if (connection.role === "Stopped" || launcher?.role === "Stopped") {
      node.isOnline = false;
      node.isRemoteReset = false;
    } else if (host && !host.isOnline && host.uncleanReason !== undefined) {
      node.isOnline = false;
      node.isRemoteReset = true;
    }
  }

  #readRemoteAttributes(node: DraftNode, state: XmlElement): void {
    node.isKnownInMaintenance = leadingInteger(state.get("node_in_maintenance"), 0) !== 0;
    const connection = this.#history.connectionOf(node);
    if (node.isRemoteReset !== true) {
      node.uncleanReason = undefined;
      node.isSeen = true;
    }
    readTransientAttributes(node, state, this.#context);
    if (isShutdownRequested(node)) node.isShuttingDown = true;
    if (connection && !connection.isManaged) node.isMaintenance = true;
    const discovery = node.attributes.get("resource-discovery-enabled");
    const isOff = discovery !== undefined && parseBoolean(discovery) !== true;
    if (isOff && (connection?.launcher || this.#context.options.isFencingEnabled)) node.isDiscoveryDisabled = true;
  }

  #readHistories(node: DraftNode, state: XmlElement): void {
    const readsEmpty = this.#context.options.isShutdownLocked;
    this.#told.begin(state, node);
    this.#context.lists.each(
      state,
      (firstTag, end) => (readsEmpty ? firstTag : this.#passOver(firstTag, end, node)),
      (holder) => {
        if (holder.name === "lrm_resource") this.#readHolder(state, node, holder);
      },
    );
    // The container of a removed connection may have been read after it.
    for (const resource of this.#targets.removed)
      if (resource.isRemovedLaunched) this.#context.reader.linkRemoved(resource, (id) => this.#targets.named(id));
  }

  /** Takes note of quiet probes whose start tags have the numbers from one up to another; gives the first one of which that is not enough. */
  #passOver(firstTag: number, end: number, node: DraftNode): number {
    const plain = this.#plainByTag;
    for (let tag = firstTag; tag < end; tag += 1) {
      const resource = plain[tag] ?? this.#plainWith(tag);
      if (resource === undefined || !this.#noteNotRunning(resource, node)) return tag;
    }
    return end;
  }

  /** The plain primitive whose histories have a start tag, if they were made by its present agent. */
  #plainWith(tag: number): Resource | undefined {
    let resource = this.#plainByTag[tag];
    if (resource === undefined) {
      const example = this.#context.lists.example(tag);
      const plain = example?.name === "lrm_resource" ? this.#plain.get(example.id ?? "") : undefined;
      resource = example && plain && isOfAgent(example, plain) ? plain : null;
      this.#plainByTag[tag] = resource;
    }
    return resource ?? undefined;
  }

  #readHolder(state: XmlElement, node: DraftNode, holder: XmlElement): void {
    const readsEmpty = this.#context.options.isShutdownLocked;
    const id = holder.pick(HOLDER, 0);
    const plain = id === undefined || readsEmpty ? undefined : this.#plain.get(id);
    if (plain && holder.fits(QUIET_PROBE) && this.#noteNotRunning(plain, node)) {
      if (!isOfAgent(holder, plain)) this.#told.add(state, holder, undefined);
      return;
    }
    const isRead = id !== undefined && (readsEmpty || holder.child("lrm_rsc_op") !== undefined);
    const resource = isRead ? this.#targets.find(id, holder, node) : undefined;
    this.#told.add(state, holder, resource);
    if (resource) this.#readHistory(resource, node, holder);
  }

  #readHistory(resource: Resource, node: DraftNode, holder: XmlElement): void {
    this.#readLock(resource, node, holder);
    const before = resource.role;
    resource.seenOn.add(node.index);
    const outcome = this.#outcomeOf(resource, node, this.#history.entries.of(holder));
    resource.role = outcome.role ?? "Stopped";
    settleHistory(this.#history, resource, node, outcome);
    lowerToTarget(resource);
    if (roleRank(before) > roleRank(resource.role)) resource.role = before;
  }

  #outcomeOf(resource: Resource, node: DraftNode, entries: readonly HistoryEntry[]): HistoryOutcome {
    if (resource.failureTimeoutMs > 0 || !isStartedWell(entries)) return new HistoryReader(resource, node, this.#history).read(entries);
    resource.nextRole = undefined;
    return STARTED_WELL;
  }

  /**
   * Takes note that a plain primitive is not running on a node, as reading its whole history would; false when that could
   * have other effects.
   */
  #noteNotRunning(resource: Resource, node: DraftNode): boolean {
    if (resource.historyName !== resource.id || resource.partialMigrationTarget !== undefined || resource.mustStopOn.size > 0) return false;
    resource.seenOn.add(node.index);
    resource.probedOn.add(node.index);
    // Asked for nothing, and nothing is what it was: the rule.
    if (resource.targetRole !== undefined || resource.nextRole !== undefined) resource.nextRole = requestedRole(resource);
    return true;
  }

  /** A resource may be kept for a node that was shut down. */
  #readLock(resource: Resource, node: DraftNode, holder: XmlElement): void {
    const { options, nowEpochSeconds } = this.#context;
    if (!options.isShutdownLocked) return;
    const since = leadingInteger(holder.get("shutdown-lock"), 0);
    if (since === 0) return;
    const limitSeconds = roundedSeconds(options.shutdownLockLimitMs);
    if (limitSeconds > 0 && nowEpochSeconds > since + limitSeconds) {
      resource.forgottenOn.add(node.index);
      return;
    }
    resource.lockNode = node;
    resource.lockEpochSeconds = since;
  }

  /**
   * What runs on a node in maintenance is still managed when its history asks for a stop: where that cannot be made, the
   * node is fenced at once, and what is read afterwards sees it so.
   */
  #requireStop(resource: Resource, node: SchedulerNode): void {
    resource.mustStopOn.add(node.index);
    const isGuestUp = this.#history.connectionOf(node)?.launcher !== undefined && node.isRemoteReset !== true;
    if (resource.isManaged && !node.isOnline && !isGuestUp && node.uncleanReason === undefined)
      this.#history.fence(node, "stop is unrunnable");
  }

  #noteFailure(resource: Resource, node: SchedulerNode, record: OperationRecord): void {
    if (!node.isOnline || this.#failures.some((known) => known.key === record.key && known.node === node.name)) return;
    this.#failures.push(failureOf(resource, node, record));
  }

  #clearFailures(cleared: ClearedFailures): void {
    const { resource, node } = cleared;
    if (!this.#cleared.some((known) => known.resource === resource && known.node === node)) this.#cleared.push(cleared);
  }
}

/** A failure timeout asks of each result whether it has expired. */
function isPlain(resource: Resource): boolean {
  if (resource.kind !== "primitive" || resource.isRemoteConnection || resource.failureTimeoutMs > 0) return false;
  return resource.top.clone === undefined && resource.ownBundle === undefined;
}
