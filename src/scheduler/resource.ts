import { addScores, INFINITY_SCORE } from "../score/score.ts";
import type { XmlElement } from "../xml/element.ts";
import type { SchedulerNode } from "./node.ts";

/** What a resource does somewhere, from nothing to most. */
export type Role = "Stopped" | "Started" | "Unpromoted" | "Promoted";

/** How a failed operation is answered, from mildest to hardest. */
export const ON_FAIL = [
  "ignore",
  "demote",
  "restart",
  "reset-remote",
  "restart-container",
  "ban",
  "block",
  "stop",
  "standby",
  "fence",
] as const;
export type OnFail = (typeof ON_FAIL)[number];

/** An operation as configured. */
export interface ConfiguredOperation {
  readonly name: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  readonly role: Role | undefined;
  readonly onFail: OnFail | undefined;
  readonly isEnabled: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly meta: ReadonlyMap<string, string>;
}

/** A failed operation in the history. */
export interface FailedOperation {
  readonly resourceId: string;
  readonly node: string;
  readonly key: string;
  readonly operation: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly operationStatus: number;
  readonly exitReason: string;
  readonly callId: number;
  readonly changedAtEpochSeconds: number;
  readonly executionMs: number;
  readonly queueMs: number;
}

/** One contribution to a score, kept when asked for: who added what, and why. */
export interface ScoreEntry {
  readonly resource: string;
  readonly node: string;
  readonly score: number;
  /** Id of the constraint, or the rule of the scheduler that speaks. */
  readonly source: string;
}

/** What is done with a resource found active on more than one node. */
export type MultipleActive = "stop_start" | "stop_only" | "block" | "stop_unexpected";

/** One replica of a bundle: the container, its address, the connection into it and the instance inside. */
export interface Replica {
  readonly container: Resource;
  readonly address: Resource | undefined;
  readonly connection: Resource | undefined;
  readonly child: Resource | undefined;
  /** The node the container is for the cluster. */
  readonly node: SchedulerNode | undefined;
}

/** How a bundle multiplies its container. */
export interface BundleSettings {
  readonly replicas: readonly Replica[];
  /** The clone of what runs inside; undefined for a bundle of containers alone. */
  readonly inner: Resource | undefined;
  readonly perNode: number;
}

/** How a clone multiplies what it holds. */
export interface CloneSettings {
  readonly max: number;
  readonly nodeMax: number;
  readonly isUnique: boolean;
  readonly isPromotable: boolean;
  readonly promotedMax: number;
  readonly promotedNodeMax: number;
  readonly isInterleaved: boolean;
  readonly isOrdered: boolean;
  readonly notifies: boolean;
}

/** A resource of the configuration, or one known from the history only. */
export class Resource {
  readonly id: string;
  readonly kind: "primitive" | "group" | "clone" | "bundle";
  readonly xml: XmlElement;
  readonly parent: Resource | undefined;
  readonly children: Resource[] = [];
  readonly meta: ReadonlyMap<string, string>;
  readonly agentClass: string;
  readonly provider: string;
  readonly type: string;
  readonly operations: readonly ConfiguredOperation[];
  readonly priority: number;
  readonly stickiness: number;
  readonly migrationThreshold: number;
  readonly failureTimeoutMs: number;
  isRemoved: boolean;
  /** Its score on each node; meaningful where `isAllowed`. */
  readonly scores: Int32Array;
  readonly isAllowedOn: Uint8Array;
  /** Name its history is kept under: its id, or for instances that cannot be told apart what the history says. */
  historyName: string;
  /** Id in the configuration: for instances that cannot be told apart without the number. */
  agentId: string;
  /** What has to be certain before it may start: nothing, quorum, or that lost nodes are fenced. */
  requires: "nothing" | "quorum" | "fencing" = "quorum";
  isCritical = true;
  /** It needs its node to have been unfenced (`requires` is fencing then). */
  needsUnfencing = false;
  multipleActive: MultipleActive = "stop_start";
  /** Set on clones only. */
  clone: CloneSettings | undefined;
  /** Set on bundles only. */
  bundle: BundleSettings | undefined;
  /** Members of a group start and stop in sequence. */
  isOrderedGroup = true;
  /** Members of a group live on one node. */
  isColocatedGroup = true;
  /** It can be moved live. */
  isMigratable = false;
  /** It is the connection to a remote or guest node. */
  isRemoteConnection = false;
  /** A connection that may live on a remote node (that of a bundle). */
  isNestingAllowed = false;
  /** Time until a failed connection is tried again, 0 for at once. */
  remoteReconnectMs = 0;
  /** What has to run for this one to exist: the virtual machine or container it lives in. */
  launcher: Resource | undefined;
  /** What exists only while this one runs. */
  readonly launched: Resource[] = [];
  /** Set while a live migration is under way. */
  partialMigrationSource: SchedulerNode | undefined;
  partialMigrationTarget: SchedulerNode | undefined;
  /** Nodes a live migration left it on: it has to be stopped there. */
  readonly danglingMigrationSources: SchedulerNode[] = [];
  /** Node it is kept for while that one is shut down. */
  lockNode: SchedulerNode | undefined;
  lockEpochSeconds = 0;
  /** Its number among a clone's instances; set on instances only. */
  instanceNumber: number | undefined;
  /** How much an instance of a promotable clone deserves the promoted role. */
  promotionScore = -1;
  isManaged: boolean;
  isInMaintenance = false;
  /** It was unmanaged when its history was read: it stays where it is. */
  isPinned = false;
  isBlocked = false;
  isFailed = false;
  /** Its failure asks for a stop; otherwise demoting it is enough. */
  isStoppedIfFailed = true;
  /** A failure whose answer is stop: it stays down. */
  isStoppedByFailure = false;
  targetRole: Role | undefined;
  role: Role = "Stopped";
  nextRole: Role | undefined;
  readonly activeOn: SchedulerNode[] = [];
  /** Nodes on which its state is known. */
  readonly probedOn = new Set<number>();
  /** Nodes with a history of it. */
  readonly seenOn = new Set<number>();
  assigned: SchedulerNode | undefined;
  isAssigned = false;
  isBeingAssigned = false;
  /** Nodes with a start under way. */
  readonly startPendingOn = new Set<number>();
  /** The definition changed since it was started. */
  needsRestart = false;
  /** Only reloadable parameters changed since it was started. */
  needsReload = false;

  constructor(fields: {
    id: string;
    kind: "primitive" | "group" | "clone" | "bundle";
    xml: XmlElement;
    parent: Resource | undefined;
    meta: ReadonlyMap<string, string>;
    agent: { agentClass: string; provider: string; type: string };
    operations: readonly ConfiguredOperation[];
    priority: number;
    stickiness: number;
    migrationThreshold: number;
    failureTimeoutMs: number;
    isManaged: boolean;
    isRemoved: boolean;
    nodeCount: number;
  }) {
    this.id = fields.id;
    this.historyName = fields.id;
    this.agentId = fields.id;
    this.kind = fields.kind;
    this.xml = fields.xml;
    this.parent = fields.parent;
    this.meta = fields.meta;
    this.agentClass = fields.agent.agentClass;
    this.provider = fields.agent.provider;
    this.type = fields.agent.type;
    this.operations = fields.operations;
    this.priority = fields.priority;
    this.stickiness = fields.stickiness;
    this.migrationThreshold = fields.migrationThreshold;
    this.failureTimeoutMs = fields.failureTimeoutMs;
    this.isManaged = fields.isManaged;
    this.isRemoved = fields.isRemoved;
    this.scores = new Int32Array(fields.nodeCount);
    this.isAllowedOn = new Uint8Array(fields.nodeCount);
  }

  /** Adds to the score on one node, and lets the node in. */
  addScore(nodeIndex: number, score: number): void {
    this.scores[nodeIndex] = addScores(this.scores[nodeIndex] ?? 0, score);
    this.isAllowedOn[nodeIndex] = 1;
  }

  /** Score on a node; a node that is not allowed counts as banned. */
  scoreOn(nodeIndex: number): number {
    return this.isAllowedOn[nodeIndex] === 1 ? (this.scores[nodeIndex] ?? 0) : -INFINITY_SCORE;
  }

  /** True for a fencing device. */
  get isFenceDevice(): boolean {
    return this.agentClass === "stonith";
  }

  /** True for what is, or is part of, an instance of a promotable clone. */
  get isPromotable(): boolean {
    for (let holder: Resource | undefined = this; holder; holder = holder.parent) if (holder.clone) return holder.clone.isPromotable;
    return false;
  }

  /** The clone this resource is an instance of, or part of an instance of. */
  get ownClone(): Resource | undefined {
    for (let holder: Resource | undefined = this.parent; holder; holder = holder.parent) if (holder.clone) return holder;
    return undefined;
  }

  /** This resource and everything below it. */
  withDescendants(): Resource[] {
    return [this, ...this.children.flatMap((child) => child.withDescendants())];
  }

  /** This resource's primitives, itself when it is one. */
  primitives(): Resource[] {
    return this.kind === "primitive" ? [this] : this.children.flatMap((child) => child.primitives());
  }
}
