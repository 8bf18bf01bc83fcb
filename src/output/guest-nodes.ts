import { parseBoolean } from "../cib/document.ts";
import { element, type XmlElement } from "../xml/element.ts";

/** Elements of a bundle that name its container technology. */
const CONTAINER_TYPES = ["docker", "podman", "rkt"] as const;

/** The parts of one replica of a bundle, by the ids of the resources they stand for. */
export interface ReplicaParts {
  readonly offset: number;
  readonly address: string | undefined;
  readonly ip: string | undefined;
  readonly child: string | undefined;
  readonly container: string;
  readonly remote: string | undefined;
}

/** A bundle and what it consists of. */
export interface BundleParts {
  readonly id: string;
  readonly type: string;
  readonly image: string;
  readonly isUnique: boolean;
  /** Id of the resource inside, as configured. */
  readonly childId: string | undefined;
  readonly xml: XmlElement;
  readonly replicas: readonly ReplicaParts[];
}

/** A node that lives behind a connection resource. */
export interface RemoteNode {
  readonly name: string;
  /** Id of the connection resource: the node's name. */
  readonly connection: string;
  /** Id of the resource it lives in; undefined for a remote node, which is a machine of its own. */
  readonly container: string | undefined;
  /** True for the node inside a bundle's replica: nothing else runs there. */
  readonly isInBundle: boolean;
}

/** A copy of the CIB in which bundles are the plain resources they stand for, and what that was made of. */
export interface ExpandedCib {
  readonly cib: XmlElement;
  readonly bundles: readonly BundleParts[];
  readonly remoteNodes: readonly RemoteNode[];
  /** Nodes that are in maintenance only because their connection is. */
  readonly impliedMaintenance: Set<string>;
}

/**
 * Replaces every bundle by its implicit resources, and adds connection resources and nodes for guests and remotes, so
 * that the history can be read like any other. Source: Pacemaker Explained, "Bundles", "Guest nodes".
 */
export function expandGuests(source: XmlElement): ExpandedCib {
  const cib = source.clone();
  const section = cib.descend("configuration", "resources");
  const bundles: BundleParts[] = [];
  const remoteNodes: RemoteNode[] = [];
  const impliedMaintenance = new Set<string>();
  if (!section) return { cib, bundles, remoteNodes, impliedMaintenance };
  const children = section.children.splice(0);
  for (const child of children) if (child.name !== "bundle") section.children.push(child);
  for (const primitive of [...section.walk()].filter((node) => node.name === "primitive")) addConnection(primitive, section, remoteNodes);
  const members = cib
    .descend("configuration", "nodes")
    ?.children.filter((node) => !remoteNodes.some(({ name }) => name === node.get("uname")));
  for (const child of children) {
    if (child.name === "bundle") section.children.push(...expandBundle(child, bundles, remoteNodes));
    else if (child.name === "clone" || child.name === "master") limitInstances(child, (members?.length ?? 0) + remoteNodes.length);
  }
  const nodes = cib.childOrCreate("configuration").childOrCreate("nodes");
  for (const node of nodes.children) {
    const name = node.get("uname") ?? node.id ?? "";
    const isKnown = node.get("type") !== "remote" || remoteNodes.some((known) => known.name === name);
    if (!isKnown) remoteNodes.push({ name, connection: name, container: undefined, isInBundle: false });
  }
  for (const { name, container } of remoteNodes) {
    const isListed = nodes.children.some((node) => (node.get("uname") ?? node.id) === name);
    if (!isListed) nodes.children.push(element("node", { id: name, uname: name, type: container === undefined ? "remote" : "guest" }));
  }
  renameReplicaHistories(cib, bundles);
  return { cib, bundles, remoteNodes, impliedMaintenance };
}

/** Without a limit a clone gets as many instances as nodes are known where the document has it: later bundles do not count. */
function limitInstances(clone: XmlElement, nodeCount: number): void {
  const pair = element("nvpair", { id: `${clone.id}-implied-clone-max`, name: "clone-max", value: Math.max(1, nodeCount) });
  // Of equal sets the later one counts: what is configured wins.
  clone.children.unshift(element("meta_attributes", { id: `${clone.id}-implied` }, [pair]));
}

function expandBundle(xml: XmlElement, bundles: BundleParts[], remoteNodes: RemoteNode[]): XmlElement[] {
  const type = CONTAINER_TYPES.find((name) => xml.child(name)) ?? "docker";
  const container = xml.child(type);
  const network = xml.child("network");
  const inner = xml.child("primitive");
  const id = xml.id ?? "";
  const count = positive(container?.get("replicas")) ?? positive(container?.get("promoted-max") ?? container?.get("masters")) ?? 1;
  let address = network?.get("ip-range-start");
  const replicas: ReplicaParts[] = [];
  const made: XmlElement[] = [];
  const meta = xml.childrenNamed("meta_attributes");
  const add = (memberId: string, agent: string, memberType: string): string => {
    const provider = agent === "remote" ? "pacemaker" : "heartbeat";
    const attributes = { id: memberId, class: "ocf", provider, type: memberType };
    made.push(
      element(
        "primitive",
        attributes,
        meta.map((set) => set.clone()),
      ),
    );
    return memberId;
  };
  for (let offset = 0; offset < count; offset += 1) {
    const node = `${id}-${offset}`;
    const ip = address === undefined ? undefined : add(`${id}-ip-${address}`, "ip", "IPaddr2");
    let child: string | undefined;
    if (inner) {
      const copy = inner.clone().set("id", `${inner.id}:${offset}`);
      copy.children.push(...meta.map((set) => set.clone()));
      made.push(copy);
      child = copy.id;
    }
    const containerId = add(`${id}-${type}-${offset}`, "container", type);
    const remote = inner ? add(node, "remote", "remote") : undefined;
    if (remote !== undefined) remoteNodes.push({ name: node, connection: remote, container: containerId, isInBundle: true });
    replicas.push({ offset, address, ip, child, container: containerId, remote });
    address = address === undefined ? undefined : nextAddress(address);
  }
  const isUnique = (positive(container?.get("replicas-per-host")) ?? 1) > 1;
  bundles.push({ id, type, image: container?.get("image") ?? "", isUnique, childId: inner?.id, xml, replicas });
  return made;
}

/** A remote connection of its own, or one that belongs to a guest. */
function addConnection(primitive: XmlElement, section: XmlElement, remoteNodes: RemoteNode[]): void {
  const id = primitive.id ?? "";
  if (remoteNodes.some((node) => node.connection === id)) return;
  const isRemote = primitive.get("class") === "ocf" && primitive.get("provider") === "pacemaker" && primitive.get("type") === "remote";
  if (isRemote) {
    remoteNodes.push({ name: id, connection: id, container: undefined, isInBundle: false });
    return;
  }
  const pairs = primitive.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
  const name = pairs.find((pair) => pair.get("name") === "remote-node")?.get("value");
  if (name === undefined || name === "") return;
  remoteNodes.push({ name, connection: name, container: id, isInBundle: false });
  section.children.push(element("primitive", { id: name, class: "ocf", provider: "pacemaker", type: "remote" }));
}

/** The history inside a replica is kept under the configured id: it belongs to the instance of that replica. */
function renameReplicaHistories(cib: XmlElement, bundles: readonly BundleParts[]): void {
  const childOf = new Map(
    bundles.flatMap(({ childId, replicas }) =>
      replicas.map((replica) => [replica.remote ?? "", { childId, instance: replica.child }] as const),
    ),
  );
  for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
    const replica = childOf.get(state.get("uname") ?? state.id ?? "");
    for (const history of state.descend("lrm", "lrm_resources")?.children ?? []) {
      if (replica?.childId !== undefined && history.id?.split(":")[0] === replica.childId) history.set("id", replica.instance);
    }
  }
}

/** Says in the status which guests and remotes are up: those whose connection, and container, is active. */
export function markRemoteNodes(
  expanded: ExpandedCib,
  isActive: (resource: string) => boolean,
  isInMaintenance: (resource: string) => boolean,
): void {
  const { cib, remoteNodes } = expanded;
  const status = cib.childOrCreate("status");
  for (const node of remoteNodes) {
    const isUp = isActive(node.connection) && (node.container === undefined || isActive(node.container));
    const entry = cib
      .descend("configuration", "nodes")
      ?.children.find((candidate) => (candidate.get("uname") ?? candidate.id) === node.name);
    const id = entry?.id ?? node.name;
    let state = status.children.find((candidate) => candidate.name === "node_state" && (candidate.id === id || candidate.id === node.name));
    const wasSeen = state !== undefined;
    if (!state) {
      state = element("node_state", { id, uname: node.name });
      status.children.push(state);
    }
    state
      .set("id", id)
      .set("in_ccm", String(isUp))
      .set("crmd", isUp ? "online" : "offline");
    state
      .set("join", isUp ? "member" : "down")
      .set("expected", isUp ? "member" : "down")
      .set("remote_node", undefined);
    if (wasSeen && entry && isInMaintenance(node.connection) && parseBoolean(state.get("node_in_maintenance")) !== false) {
      const pair = element("nvpair", { id: `${id}-maintenance`, name: "maintenance", value: "true" });
      expanded.impliedMaintenance.add(node.name);
      entry.children.unshift(element("instance_attributes", { id: `${id}-implied` }, [pair]));
    }
  }
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** The address that follows, host parts 1 to 254. */
function nextAddress(address: string): string | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  if (d <= 253) return `${a}.${b}.${c}.${d + 1}`;
  return c <= 253 ? `${a}.${b}.${c + 1}.1` : b <= 253 ? `${a}.${b + 1}.1.1` : undefined;
}
