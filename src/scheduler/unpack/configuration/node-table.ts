import { compareNumericAware } from "../../../base/names.ts";
import { INFINITY_SCORE, parseScore } from "../../../score/score.ts";
import type { XmlElement } from "../../../xml/element.ts";
import { Amounts } from "../../cluster/amounts.ts";
import { type NodeConnection, type SchedulerNode, UNSEEN } from "../../cluster/node.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import { bundleNodeNames } from "./bundle-names.ts";
import { isConnectionXml } from "./implied-connections.ts";
import { readPairs } from "./pairs.ts";
import type { RuleContext } from "./rules.ts";

/** A node while it is being read. */
export type DraftNode = { -readonly [K in keyof SchedulerNode]: SchedulerNode[K] } & {
  readonly attributes: Map<string, string>;
  readonly isRemote: boolean;
  /** Known from the configuration of nodes, or as a remote or guest node, before resources are read. */
  readonly isEarly: boolean;
  /** Expected to be a member. */
  isExpectedUp: boolean;
  /** Its history has been read. */
  isHistoryRead: boolean;
};

/** What a node recorded of a resource. */
export interface NodeHistoryPart {
  /** `node_state` of the node. */
  readonly state: XmlElement;
  /** `lrm_resource`: its entries about the resource. */
  readonly holder: XmlElement;
}

/** All nodes there are, by name: configured ones, and those that resources, bundles and histories imply. */
export class NodeTable {
  readonly nodes: readonly DraftNode[];
  readonly #byName = new Map<string, DraftNode>();
  readonly #byId = new Map<string, DraftNode>();

  /** `resources` are the elements of the resources section, connections to guests included; `connections` histories of such. */
  constructor(
    cib: XmlElement,
    resources: readonly XmlElement[],
    connections: readonly NodeHistoryPart[],
    options: ClusterOptions,
    context: RuleContext,
  ) {
    const drafts: Omit<DraftNode, "index">[] = [];
    const names = new Set<string>();
    const add = (id: string, name: string, isRemote: boolean, isEarly: boolean): Omit<DraftNode, "index"> => {
      const made = draft(id, name, isRemote, isEarly);
      drafts.push(made);
      names.add(name.toLowerCase());
      return made;
    };
    const isUnseenUnclean = options.isFencingEnabled && options.isStartupFencing;
    for (const xml of cib.descend("configuration", "nodes")?.childrenNamed("node") ?? []) {
      const id = xml.id ?? "";
      const isRemote = xml.get("type")?.toLowerCase() === "remote";
      const node = add(id, xml.get("uname") ?? id, isRemote, true);
      node.baseScore = parseScore(xml.get("score") ?? "0") ?? 0;
      if (!isRemote && isUnseenUnclean) node.uncleanReason = UNSEEN;
      node.isDc = cib.get("dc-uuid") !== undefined && cib.get("dc-uuid") === node.id;
      setNames(node, options);
      readPairs(xml, "instance_attributes", context, node.attributes);
      for (const [key, value] of readPairs(xml, "utilization", context)) node.capacity.read(key, value);
    }
    for (const { id } of resources.flatMap(connectionsIn)) {
      if (id !== undefined && !names.has(id.toLowerCase())) add(id, id, true, true);
    }
    for (const name of resources.flatMap((xml) => (xml.name === "bundle" ? bundleNodeNames(xml, resources) : [])))
      if (!names.has(name.toLowerCase())) add(name, name, true, false).baseScore = -INFINITY_SCORE;
    const isKnown = (state: XmlElement): boolean => {
      const [id, name] = [state.id?.toLowerCase(), state.get("uname")?.toLowerCase()];
      return drafts.some((node) => node.id.toLowerCase() === id) || (name !== undefined && names.has(name));
    };
    for (const xml of removedConnections(connections, resources, isKnown))
      if (xml.id !== undefined && !names.has(xml.id.toLowerCase())) add(xml.id, xml.id, true, false);
    drafts.sort((a, b) => compareNumericAware(a.name, b.name));
    this.nodes = drafts.map((node, index) => Object.assign(node, { index }));
    for (const node of this.nodes) {
      if (!this.#byName.has(node.name.toLowerCase())) this.#byName.set(node.name.toLowerCase(), node);
      if (!this.#byId.has(node.id.toLowerCase())) this.#byId.set(node.id.toLowerCase(), node);
    }
  }

  /** The node of an id, else of a name. */
  find(id: string | undefined, name: string | undefined): DraftNode | undefined {
    return (id === undefined ? undefined : this.#byId.get(id.toLowerCase())) ?? this.named(name);
  }

  /** The node of a name. */
  named(name: string | undefined): DraftNode | undefined {
    return name === undefined ? undefined : this.#byName.get(name.toLowerCase());
  }

  /** Ties a remote or guest node to the resource that connects to it. */
  connect(node: DraftNode, connection: NodeConnection, options: ClusterOptions): void {
    node.connection = connection;
    node.connectionId = connection.id;
    if (connection.launcher) {
      node.isGuest = true;
      node.attributes.set("#kind", "container");
    } else if (options.isFencingEnabled && options.isStartupFencing) node.uncleanReason = UNSEEN;
  }
}

function draft(id: string, name: string, isRemote: boolean, isEarly: boolean): Omit<DraftNode, "index"> {
  return {
    id,
    name,
    attributes: new Map([["#kind", isRemote ? "remote" : "cluster"]]),
    isRemote,
    isEarly,
    isExpectedUp: false,
    isHistoryRead: false,
    isSeen: false,
    isOnline: false,
    isPending: false,
    isShuttingDown: false,
    isMaintenance: false,
    isDc: false,
    isGuest: false,
    isStandby: false,
    uncleanReason: undefined,
    active: [],
    assignedCount: 0,
    baseScore: 0,
    capacity: new Amounts(),
  };
}

/** Attributes of each node that has an entry, or whose state is read. Source: behaviour of Pacemaker 3.0.3. */
export function setNames(node: Omit<DraftNode, "index">, options: ClusterOptions): void {
  node.attributes.set("#uname", node.name);
  node.attributes.set("#id", node.id);
  node.attributes.set("#is_dc", String(node.isDc));
  if (options.clusterName !== undefined) node.attributes.set("#cluster-name", options.clusterName);
}

/** The site of a node, once its attributes are known: what it says itself, else the cluster's name. */
export function setSite(node: DraftNode, options: ClusterOptions): void {
  const site = node.attributes.get("site-name") ?? options.clusterName;
  if (site !== undefined && !node.attributes.has("#site-name")) node.attributes.set("#site-name", site);
}

function connectionsIn(xml: XmlElement): XmlElement[] {
  return isConnectionXml(xml) ? [xml] : [];
}

/** Connections that only the histories of nodes still known tell of: their nodes are still there, too. */
function removedConnections(
  histories: readonly NodeHistoryPart[],
  resources: readonly XmlElement[],
  isKnown: (state: XmlElement) => boolean,
): XmlElement[] {
  const connections = histories.filter(({ state, holder }) => holder.children.length > 0 && isKnown(state)).map(({ holder }) => holder);
  if (connections.length === 0) return connections;
  const known = new Set(resources.flatMap((xml) => [...xml.walk()].map((inner) => inner.id)));
  return connections.filter((xml) => !known.has(xml.id));
}
