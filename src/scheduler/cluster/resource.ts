import type { XmlElement } from "../../xml/element.ts";
import { Amounts, type FixedAmounts } from "./amounts.ts";
import type { ConfiguredOperation } from "./configured-operation.ts";
import type { SchedulerNode } from "./node.ts";
import { NodeSet } from "./node-set.ts";
import { operationKey } from "./operation-key.ts";
import { type Role, roleRank } from "./role.ts";
import { ScoreTable } from "./score-table.ts";

/** How the state of a resource is looked for on a node; the later one wins. */
export const PROBE_MODE = { always: 0, never: 1, exclusive: 2 } as const;

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
  /** More than one replica may be on a node as configured, even if its network forbids it; only shown. */
  readonly isUnique: boolean;
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
}

const NO_UTILIZATION: FixedAmounts = new Amounts();

/** A resource of the configuration, or one known from the history only. */
export class Resource extends ScoreTable {
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
  /** 0 when failures do not expire. */
  failureTimeoutMs: number;
  isRemoved: boolean;
  /** A connection known from the history only, to something that lived in another resource. */
  isRemovedLaunched = false;
  /** Per node one of PROBE_MODE. */
  readonly probeModeOn: Uint8Array;
  /** It may run and be probed only where a constraint says so. */
  isExclusive = false;
  #instanceCountOn: Int32Array | undefined;
  readonly #keys = new Map<string, string>();
  /** Capacity it takes, by name of the utilization attribute. */
  utilization: FixedAmounts = NO_UTILIZATION;
  /** Its priority while places are given out: an instance's promotion score counts there too. */
  placementPriority: number;
  /** A failure of it was ignored. */
  isFailureIgnored = false;
  /** Nodes on which it has to be stopped, or demoted, whatever its next role. */
  readonly mustStopOn = new NodeSet();
  /** Nodes on which it would have to be stopped had it not been found inactive there. */
  readonly mayStopOn = new NodeSet();
  readonly mustDemoteOn = new NodeSet();
  /** Nodes whose history of it is to be deleted: it was kept for them, and is no more. */
  readonly forgottenOn = new NodeSet();
  /** The one of these nodes on which it is forgotten for being active already, although it was to wait for the node. */
  unlockedFrom: SchedulerNode | undefined;
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
  targetRole: Role | undefined;
  role: Role = "Stopped";
  nextRole: Role | undefined;
  readonly activeOn: SchedulerNode[] = [];
  /** Nodes on which its state is known. */
  readonly probedOn = new NodeSet();
  /** Nodes with a history of it. */
  readonly seenOn = new NodeSet();
  assigned: SchedulerNode | undefined;
  /** Its score on the node it was assigned to, at that moment. */
  assignedScore = 0;
  isAssigned = false;
  /** It was left without a place for good at some point, which its actions show even if it stays where it is, as nobody may move it. */
  hasLackedPlace = false;
  isBeingAssigned = false;
  /** Operation under way, and where. */
  pendingTask: string | undefined;
  pendingNode: SchedulerNode | undefined;
  /** Nodes with a start under way. */
  readonly startPendingOn = new NodeSet();
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
    super(fields.nodeCount);
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
    this.probeModeOn = new Uint8Array(fields.nodeCount);
    this.placementPriority = fields.priority;
  }

  /** Key of its operation for a task that is not repeated: one text for all that ask. */
  keyOf(task: string): string {
    let key = this.#keys.get(task);
    if (key === undefined) this.#keys.set(task, (key = operationKey(this.id, task)));
    return key;
  }

  /** Per node: instances of this clone or bundle placed, or promoted, there. */
  get instanceCountOn(): Int32Array {
    this.#instanceCountOn ??= new Int32Array(this.scores.length);
    return this.#instanceCountOn;
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

  /** The instances this clone or bundle is made of, the containers in case of a bundle. */
  get instances(): readonly Resource[] {
    return this.bundle ? this.bundle.replicas.map((replica) => replica.container) : this.children;
  }

  /** Most instances on one node. */
  get maxPerNode(): number {
    return this.clone?.nodeMax ?? this.bundle?.perNode ?? 1;
  }

  /** The outermost resource this one is part of; what a bundle makes or holds has its top inside the bundle. */
  get top(): Resource {
    let holder: Resource = this;
    while (holder.parent && holder.parent.kind !== "bundle") holder = holder.parent;
    return holder;
  }

  /** The bundle this resource is part of, itself when it is one. */
  get ownBundle(): Resource | undefined {
    for (let holder: Resource | undefined = this; holder; holder = holder.parent) if (holder.kind === "bundle") return holder;
    return undefined;
  }

  /** True when its instances, or it as an instance, can be told apart. What is in no clone always can. */
  get isUnique(): boolean {
    const { top } = this;
    return top.clone === undefined || top.clone.isUnique;
  }

  /** The node it, or of a bundle a container, is active on; during a live migration the source, and a clean one where that is enough. */
  get currentNode(): SchedulerNode | undefined {
    let found: SchedulerNode | undefined;
    const nodes = this.bundle ? this.instances.flatMap((container) => container.activeOn) : this.activeOn;
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at] as SchedulerNode;
      const isClean = node.isOnline && node.uncleanReason === undefined;
      if (this.partialMigrationSource) {
        if (node === this.partialMigrationSource) return node;
      } else if (this.requires === "fencing") return node;
      else if (isClean) return node;
      found ??= node;
    }
    return found;
  }

  /** Highest role of what it is made of, now or, once that is known, afterwards. */
  roleOf(when: "now" | "next"): Role | undefined {
    if (this.children.length === 0) return when === "now" ? this.role : this.nextRole;
    let highest: Role | undefined;
    for (const child of this.children) {
      const role = child.roleOf(when);
      if (roleRank(role) > roleRank(highest)) highest = role;
    }
    return highest;
  }

  /** The one node all of it is assigned to; undefined when there is none, or more than one. */
  get home(): SchedulerNode | undefined {
    if (this.children.length === 0) return this.assigned;
    const { homes } = this;
    return homes.length === 1 ? homes[0] : undefined;
  }

  /** The nodes its primitives are assigned to. */
  get homes(): readonly SchedulerNode[] {
    const found: SchedulerNode[] = [];
    const collect = (resource: Resource): void => {
      if (resource.children.length > 0) resource.children.forEach(collect);
      else if (resource.assigned && !found.includes(resource.assigned)) found.push(resource.assigned);
    };
    collect(this);
    return found;
  }

  /** True when it or anything below it has the property. */
  someBelow(test: (resource: Resource) => boolean): boolean {
    return test(this) || this.children.some((child) => child.someBelow(test));
  }

  /** This resource and everything below it. */
  withDescendants(): Resource[] {
    return [this, ...this.children.flatMap((child) => child.withDescendants())];
  }

  /** This resource's primitives, itself when it is one, after others. */
  primitives(found: Resource[] = []): Resource[] {
    if (this.kind === "primitive") found.push(this);
    else for (let at = 0; at < this.children.length; at += 1) this.children[at]?.primitives(found);
    return found;
  }
}
