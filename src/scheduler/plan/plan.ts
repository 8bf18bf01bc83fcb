import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Constrained } from "../constrain/constraints.ts";
import type { HistoryEntry } from "../unpack/history/operation-record.ts";
import { ActionBook } from "./action-book.ts";
import { ConfiguredActions } from "./configured-actions.ts";
import type { Finding } from "./finding.ts";
import { OperationReader } from "./operation-meta.ts";
import { OrderRequests } from "./order-requests.ts";

/** A recorded operation of which only secret parameters differ from those configured now. */
export interface MaskedChange {
  readonly resource: string;
  readonly node: string;
  readonly task: string;
  readonly intervalMs: number;
  /** The record's `transition-magic`. */
  readonly magic: string;
}

/** What runs with another definition than the one it has now, and how that is answered. */
export interface Redefinition {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  /** The recorded operation it was compared with; undefined when its agent is another one. */
  readonly record: XmlElement | undefined;
  readonly answer: "restart" | "reload";
}

/** A device whose definition is not the one that unfenced a node. */
export interface DefinitionChange {
  readonly device: string;
  readonly node: string;
  /** Only secret parameters differ: the node need not be unfenced again. */
  readonly isSecretOnly: boolean;
  /** What the node would have to remember of the device for it to count as unchanged. */
  readonly wanted: string;
}

/** What actions are made on: the cluster, the actions made so far, the orders wished for. Some are made before assignment. */
export class Plan {
  /** The cluster; its resources are in another order once they are assigned, if that goes by capacity. */
  cluster: Constrained;
  readonly book: ActionBook;
  readonly orders = new OrderRequests();
  readonly operations: OperationReader;
  readonly configuration: ConfiguredActions;
  /** Resources whose parameters changed in a way the agent can take over while running. */
  readonly reloading = new Set<Resource>();
  /** Records of operations to be compared with their definition when it is known where all containers go. */
  readonly lateRecords: { readonly resource: Resource; readonly node: SchedulerNode; readonly entry: HistoryEntry }[] = [];
  readonly maskedChanges: MaskedChange[] = [];
  readonly redefinitions: Redefinition[] = [];
  /** Devices that nodes to be fenced or unfenced knew by another definition. */
  readonly definitionChanges: DefinitionChange[] = [];
  /** Multiply active resources that are stopped everywhere but on the node they stay on. */
  readonly stoppingUnexpected = new Set<Resource>();
  /** Instances that lost their place, with the clone of which none comes before them on their node. */
  readonly unpaired = new Map<Resource, Resource>();
  /** What has stopped by its history, and counts as active all the same. */
  readonly stoppedByHistory = new Set<Resource>();
  /** What was come upon on the way that the log tells of. */
  readonly findings: Finding[] = [];
  readonly #connections = new Map<SchedulerNode, Resource>();

  /** It is for a running cluster, whose CIB has its secrets. */
  readonly isLive: boolean;

  constructor(cluster: Constrained, isLive: boolean) {
    this.cluster = cluster;
    this.isLive = isLive;
    this.book = new ActionBook();
    this.operations = new OperationReader(cluster.cib, cluster.nowEpochSeconds, cluster.onTurn);
    this.configuration = new ConfiguredActions(this.operations);
    for (const node of cluster.nodes) {
      const connection = node.connectionId === undefined ? undefined : cluster.resources.byId.get(node.connectionId);
      if (connection) this.#connections.set(node, connection);
    }
  }

  /** The connection to a remote or guest node; undefined for a cluster node. */
  connectionOf(node: SchedulerNode | undefined): Resource | undefined {
    return node?.connectionId === undefined ? undefined : this.#connections.get(node);
  }

  /** What a guest node lives in; undefined for others. */
  launcherOf(node: SchedulerNode | undefined): Resource | undefined {
    return this.connectionOf(node)?.launcher;
  }

  /** True for a remote or guest node. */
  isRemote(node: SchedulerNode | undefined): boolean {
    return node?.connectionId !== undefined && this.#connections.has(node);
  }

  /** True for a node inside of a virtual machine or container of the cluster. */
  isGuest(node: SchedulerNode | undefined): boolean {
    return node?.connectionId !== undefined && this.launcherOf(node) !== undefined;
  }

  /** The node behind a connection. */
  nodeBehind(connection: Resource): SchedulerNode | undefined {
    return this.cluster.nodes.find((node) => node.connectionId === connection.id);
  }

  /** The guest node a resource makes when it runs, as its connection. */
  guestConnectionOf(launcher: Resource): Resource | undefined {
    return launcher.launched.find((launched) => launched.isRemoteConnection);
  }
}

/** True for a fence device that has to give nodes access before they are used. */
export function isUnfencingDevice(resource: Resource): boolean {
  return resource.isFenceDevice && (resource.needsUnfencing || resource.meta.get("provides")?.toLowerCase() === "unfencing");
}
