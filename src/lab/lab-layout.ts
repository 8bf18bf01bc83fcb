import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One bridge of the lab and the interface that nodes have on it. */
export interface LabNetwork {
  readonly device: string;
  /** First three bytes of its addresses; the network is a /24. */
  readonly prefix: string;
  readonly hasClient: boolean;
}

/** The networks of every lab: two that clients use, and one for heartbeats. */
export const LAB_NETWORKS: readonly LabNetwork[] = [
  { device: "eth0", prefix: "192.168.0", hasClient: true },
  { device: "eth1", prefix: "192.168.3", hasClient: true },
  { device: "eth2", prefix: "192.168.1", hasClient: false },
];

/** Last byte of the client's addresses. */
const CLIENT_HOST = 250;
/** Most nodes of one lab: their last address bytes end well below the service addresses people use. */
export const LAB_NODES_MAX = 64;

/** A serial line between two nodes: two UDP ports of the switch, which stand for the ends of the cable. */
export interface LabSerialEnd {
  /** Path inside the node. */
  readonly device: string;
  readonly peer: string;
  readonly port: number;
  readonly peerPort: number;
}

/** What a lab consists of; fixed when it is made. */
export interface LabDescription {
  readonly tag: string;
  /** Names by number: the first has the address .1. */
  readonly nodes: readonly string[];
  /** Host folders that nodes see at the same place although they lie under /run or /tmp. */
  readonly binds: readonly string[];
  /** Host folders that lie over /usr in the nodes, the uppermost first. */
  readonly usrLayers: readonly string[];
}

export const LABS_FOLDER = "/run/kodou-lab";

/** Names and paths of one lab. Everything it makes carries its tag. */
export class LabLayout {
  readonly description: LabDescription;

  constructor(description: LabDescription) {
    this.description = description;
  }

  get folder(): string {
    return labFolder(this.description.tag);
  }

  get fenceFolder(): string {
    return join(this.folder, "fence");
  }

  nodeFolder(node: string): string {
    return join(this.folder, "nodes", node);
  }

  /** Name of a network namespace: of a node, of `client`, or of `switch`. */
  namespace(of: string): string {
    return `${namespacePrefix(this.description.tag)}${of}`;
  }

  /** Number of a node, from 1; throws for a name that is none. */
  numberOf(node: string): number {
    const index = this.description.nodes.indexOf(node);
    if (index < 0) throw new Error(`no node ${node} in the lab ${this.description.tag}: there are ${this.description.nodes.join(", ")}`);
    return index + 1;
  }

  /** Address of a node or of the client on a network. */
  addressOf(name: string, network: LabNetwork): string {
    return `${network.prefix}.${name === "client" ? CLIENT_HOST : this.numberOf(name)}`;
  }

  /** A card keeps its hardware address over a power cycle: neighbours remember it. */
  hardwareAddressOf(name: string, network: LabNetwork): string {
    const bytes = this.addressOf(name, network)
      .split(".")
      .map((part) => Number(part).toString(16).padStart(2, "0"));
    return `02:00:${bytes.join(":")}`;
  }

  /** The switch's end of a node's cable. */
  port(node: string, networkIndex: number): string {
    return node === "client" ? `pc-${networkIndex}` : `p${this.numberOf(node)}-${networkIndex}`;
  }

  /**
   * Serial ends of a node. Lines join each node to the next one and, with three or more, the last to the first, as
   * heartbeat wants them: a ring.
   */
  serialEnds(node: string): readonly LabSerialEnd[] {
    const { nodes } = this.description;
    const lineCount = nodes.length < 2 ? 0 : nodes.length === 2 ? 1 : nodes.length;
    const ends: { peer: string; port: number; peerPort: number }[] = [];
    for (let line = 0; line < lineCount; line += 1) {
      const [left, right] = [nodes[line], nodes[(line + 1) % nodes.length]];
      if (left === undefined || right === undefined) continue;
      const [leftPort, rightPort] = [20_000 + 2 * line, 20_001 + 2 * line];
      if (left === node) ends.push({ peer: right, port: leftPort, peerPort: rightPort });
      if (right === node) ends.push({ peer: left, port: rightPort, peerPort: leftPort });
    }
    return ends.map((end, index) => ({ device: `/dev/ttyHB${index}`, ...end }));
  }

  /** Writes the description; a reader sees all of it or nothing. */
  save(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o755 });
    const file = join(this.folder, "state.json");
    writeFileSync(`${file}.new`, `${JSON.stringify(this.description, undefined, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** Whether a tag may become part of names; no dash, so that no tag's names begin with another's. */
export function isLabTag(tag: string): boolean {
  return /^[a-z0-9]{1,16}$/.test(tag);
}

/** Whether a node's name is a host name. */
export function isLabNodeName(name: string): boolean {
  return (
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(name) &&
    name.length <= 63 &&
    !["client", "switch"].includes(name)
  );
}

export const labFolder = (tag: string): string => join(LABS_FOLDER, tag);
export const namespacePrefix = (tag: string): string => `kodou-${tag}-`;

/** The description of a lab that is up, or undefined. */
export function readLab(tag: string): LabDescription | undefined {
  const file = join(labFolder(tag), "state.json");
  if (!isLabTag(tag) || !existsSync(file)) return undefined;
  const value: Partial<LabDescription> = JSON.parse(readFileSync(file, "utf8"));
  return { tag, nodes: value.nodes ?? [], binds: value.binds ?? [], usrLayers: value.usrLayers ?? [] };
}

/** Tags of all labs on this machine. */
export function labTags(): readonly string[] {
  try {
    return readdirSync(LABS_FOLDER).filter(isLabTag).sort();
  } catch {
    return [];
  }
}
