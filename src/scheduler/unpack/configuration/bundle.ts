import { parseBoolean } from "../../../cib/document.ts";
import { INFINITY_SCORE } from "../../../score/score.ts";
import { element, type XmlElement } from "../../../xml/element.ts";
import { PROBE_MODE, type Replica, type Resource } from "../../cluster/resource.ts";
import { type BundleNumbers, bundleNodeName, bundleNumbers, isReachable } from "./bundle-names.ts";
import { containerXml, hostOptions } from "./container-xml.ts";
import { connectionXml } from "./implied-connections.ts";
import type { DraftNode, NodeTable } from "./node-table.ts";

const DEFAULT_PORT = "3121";

/** What reading a bundle needs of the reader of resources. */
export interface BundleReader {
  readonly context: { readonly table: NodeTable; readonly elements: readonly XmlElement[] };
  /** Has the resources read from here on know of a node. */
  addKnownNode(node: DraftNode): void;
  /** Resources read before. */
  readonly finished: readonly Resource[];
  read(xml: XmlElement, parent: Resource | undefined): Resource | undefined;
}

/** Makes the resources a bundle consists of; false when it cannot be used. Source: Pacemaker Explained, "Bundles". */
export function readBundle(bundle: Resource, reader: BundleReader): boolean {
  const { xml } = bundle;
  const numbers = bundleNumbers(xml);
  if (!numbers) return false;
  const primitive = xml.child("primitive");
  if (primitive && !isReachable(xml)) return false;
  const inner = primitive && reader.read(innerClone(bundle, primitive, numbers), bundle);
  if (primitive && !inner) return false;
  const addresses = replicaAddresses(xml, numbers.replicas);
  const options = hostOptions(bundle.id, addresses, parseBoolean(xml.child("network")?.get("add-host")) ?? true);
  const replicas: Replica[] = [];
  for (let offset = 0; offset < numbers.replicas; offset += 1) {
    const child = inner?.children[offset];
    if (child) child.isExclusive = true;
    const replica = readReplica(bundle, reader, numbers, { offset, child, address: addresses[offset], options });
    if (!replica) return false;
    replicas.push(replica);
  }
  bundle.bundle = { replicas, inner, perNode: numbers.perHost, isUnique: numbers.isUnique };
  if (inner) bundle.children.push(inner);
  // The clone cannot be configured by itself: it tells its instances what happens if what runs inside asks for that.
  if (inner?.children.some((child) => parseBoolean(child.meta.get("notify")) === true))
    (inner.meta as Map<string, string>).set("notify", "true");
  const target = inner?.children[0]?.meta.get("container-attribute-target");
  if (target !== undefined)
    for (const one of [bundle, inner]) (one?.meta as Map<string, string>)?.set("container-attribute-target", target);
  return true;
}

/** What runs inside, as the clone that Pacemaker makes of it. */
function innerClone(bundle: Resource, primitive: XmlElement, numbers: BundleNumbers): XmlElement {
  const meta: Record<string, string> = {
    ordered: "true",
    "clone-max": String(numbers.replicas),
    "clone-node-max": String(numbers.perHost),
    "globally-unique": String(numbers.perHost > 1),
  };
  if (numbers.promotedMax > 0) Object.assign(meta, { promotable: "true", "promoted-max": String(numbers.promotedMax) });
  const setId = `${bundle.id}-clone-meta`;
  const pairs = Object.entries(meta).map(([name, value]) => element("nvpair", { id: `${setId}-${name}`, name, value }));
  const id = `${bundle.id}-${numbers.promotedMax > 0 ? "master" : "clone"}`;
  return element("clone", { id }, [element("meta_attributes", { id: setId }, pairs), primitive]);
}

function readReplica(
  bundle: Resource,
  reader: BundleReader,
  numbers: BundleNumbers,
  parts: { offset: number; child: Resource | undefined; address: string | undefined; options: string },
): Replica | undefined {
  const { offset, child, address: ip } = parts;
  const container = reader.read(
    containerXml(bundle.xml, { ...parts, ip, agent: numbers.agent, holdsResource: child !== undefined }),
    bundle,
  );
  if (!container) return undefined;
  bundle.children.push(container);
  const address = ip === undefined ? undefined : reader.read(addressXml(bundle, offset, ip), bundle);
  if (address) bundle.children.push(address);
  if (!child) return { container, address, connection: undefined, child: undefined, node: undefined };
  const name = bundleNodeName(bundle.xml, offset, reader.context.elements);
  const node = reader.context.table.named(name);
  if (!node) return undefined;
  const connection = readConnection(bundle, reader, { name, node, child, container, ip });
  if (!connection) return undefined;
  if (ip !== undefined) (child.meta as Map<string, string>).set("external-ip", ip);
  [container.utilization, child.utilization] = [child.utilization, container.utilization];
  return { container, address, connection, child, node };
}

function readConnection(
  bundle: Resource,
  reader: BundleReader,
  parts: { name: string; node: DraftNode; child: Resource; container: Resource; ip: string | undefined },
): Resource | undefined {
  const { name, node, child, container, ip } = parts;
  // The inside of a container takes nothing but what the bundle puts there.
  node.baseScore = -INFINITY_SCORE;
  node.isBundleNode = true;
  const earlier = bundle.withDescendants().filter((part) => part.isAllowedOn[node.index] === 1);
  if (earlier.length > 0) node.ordinaryTo = new Set(earlier);
  reader.addKnownNode(node);
  for (const other of reader.finished) closeTo(other, node);
  confine(child, node, 500);
  child.parent?.allowOn(node);
  child.parent?.setScore(node.index, -INFINITY_SCORE);
  const port = bundle.xml.child("network")?.get("control-port") ?? DEFAULT_PORT;
  const connection = reader.read(connectionXml({ name, launcherId: container.id, server: ip ?? "#uname", port }), bundle);
  if (!connection) return undefined;
  bundle.children.push(connection);
  for (const other of reader.context.table.nodes)
    if (other.isRemote && connection.isAllowedOn[other.index] === 1) connection.setScore(other.index, -INFINITY_SCORE);
  connection.isNestingAllowed = true;
  return connection;
}

/** Bans what has been read before from a node it took for an ordinary one. */
function closeTo(resource: Resource, node: DraftNode): void {
  for (const child of resource.children) closeTo(child, node);
  if (resource.isAllowedOn[node.index] !== 1) return;
  resource.setScore(node.index, -INFINITY_SCORE);
  resource.probeModeOn[node.index] = PROBE_MODE.never;
}

/** Lets a resource run, and be looked for, on one node only. */
function confine(resource: Resource, node: DraftNode, score: number): void {
  resource.clearTable();
  resource.setTableOn(node.index, score);
  resource.probeModeOn[node.index] = PROBE_MODE.exclusive;
}

function addressXml(bundle: Resource, offset: number, ip: string): XmlElement {
  const network = bundle.xml.child("network");
  const id = `${bundle.id}-ip-${ip}`.replaceAll(":", ".");
  const setId = `${bundle.id}-attributes-${offset}`;
  const pair = (name: string, value: string | undefined): XmlElement[] =>
    value === undefined ? [] : [element("nvpair", { id: `${setId}-${name}`, name, value })];
  const set = element("instance_attributes", { id: setId }, [
    ...pair("ip", ip),
    ...pair("nic", network?.get("host-interface")),
    ...pair("cidr_netmask", network?.get("host-netmask") ?? "32"),
  ]);
  const operations = element("operations", {}, [element("op", { id: `${id}-monitor-60s`, name: "monitor", interval: "60s" })]);
  return element("primitive", { id, class: "ocf", provider: "heartbeat", type: "IPaddr2" }, [set, operations]);
}

/** Addresses of the replicas, counted up from the first one. */
function replicaAddresses(bundle: XmlElement, replicas: number): (string | undefined)[] {
  const out: (string | undefined)[] = [];
  let last = bundle.child("network")?.get("ip-range-start");
  for (let offset = 0; offset < replicas; offset += 1) {
    out.push(last);
    last = last === undefined ? undefined : nextAddress(last);
  }
  return out;
}

function nextAddress(address: string): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  if (!parts) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  if (c > 253) return undefined;
  return d > 253 ? `${a}.${b}.${c + 1}.1` : `${a}.${b}.${c}.${d + 1}`;
}
