import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import type { ProcessResult } from "../ports/process-runner.ts";
import { serveFencing } from "./fence-server.ts";
import { attempt, LAB_ENVIRONMENT, must, until } from "./host-commands.ts";
import { makeLabBase } from "./lab-base.ts";
import {
  isLabNodeName,
  isLabTag,
  LAB_NETWORKS,
  LAB_NODES_MAX,
  LABS_FOLDER,
  type LabDescription,
  LabLayout,
  labFolder,
  namespacePrefix,
  readLab,
} from "./lab-layout.ts";
import { LabNode } from "./lab-node.ts";
import { identify, isAlive, namespaceOf, signal } from "./lab-processes.ts";
import { missingForLab } from "./lab-requirements.ts";
import { type CutTarget, LabWiring } from "./lab-wiring.ts";

/** How a new lab is to be. */
export interface LabOptions {
  /** One to 16 lower-case letters and digits; every name the lab makes carries it. */
  readonly tag: string;
  readonly nodes: readonly string[];
  /** Host paths under /run or /tmp that the nodes are to see too (they have their own /run and /tmp). */
  readonly binds?: readonly string[];
  /** Host folders that nodes see laid over /usr, the uppermost first: other programs than the host's in the same places. */
  readonly usrLayers?: readonly string[];
}

/** One line of a lab's status. */
export interface LabNodeStatus {
  readonly name: string;
  readonly power: "on" | "off" | "frozen";
  readonly pid: number | undefined;
  readonly cuts: readonly CutTarget[];
}

/** Several machines on this one: nodes made of namespaces, joined by bridges and serial lines, with a client. */
export class Lab {
  readonly #layout: LabLayout;
  readonly #wiring: LabWiring;
  readonly #nodes: ReadonlyMap<string, LabNode>;

  private constructor(description: LabDescription) {
    this.#layout = new LabLayout(description);
    this.#wiring = new LabWiring(this.#layout);
    this.#nodes = new Map(description.nodes.map((name) => [name, new LabNode(this.#layout, this.#wiring, name)]));
  }

  /** Makes a lab and boots its nodes. When that fails half-way, nothing is left of it. */
  static async up(options: LabOptions): Promise<Lab> {
    const complaints = missingForLab();
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    if (!isLabTag(options.tag)) throw new Error(`"${options.tag}" is no tag: one to 16 lower-case letters and digits`);
    const { nodes } = options;
    const wrong = nodes.find((name, index) => !isLabNodeName(name) || nodes.indexOf(name) !== index);
    if (wrong !== undefined) throw new Error(`"${wrong}" is no usable node name, or is given twice`);
    if (nodes.length < 1 || nodes.length > LAB_NODES_MAX) throw new Error(`a lab has 1 to ${LAB_NODES_MAX} nodes`);
    const lab = new Lab({ tag: options.tag, nodes, binds: options.binds ?? [], usrLayers: options.usrLayers ?? [] });
    mkdirSync(LABS_FOLDER, { recursive: true, mode: 0o755 });
    try {
      mkdirSync(labFolder(options.tag));
    } catch {
      throw new Error(`there is a lab ${options.tag} already: take it down first`);
    }
    try {
      lab.#layout.save();
      mkdirSync(lab.#layout.fenceFolder);
      await makeLabBase(lab.#layout.folder);
      await lab.#wiring.build();
      for (const node of lab.#nodes.values()) await node.boot();
    } catch (error) {
      await Lab.down(options.tag);
      throw error;
    }
    return lab;
  }

  /** A lab that is up; throws when there is none. */
  static open(tag: string): Lab {
    const description = readLab(tag);
    if (description === undefined) throw new Error(`there is no lab ${tag}`);
    return new Lab(description);
  }

  /** Removes a lab, whole or half made: processes, namespaces, mounts, control groups and files. */
  static async down(tag: string): Promise<void> {
    if (!isLabTag(tag)) throw new Error(`"${tag}" is no tag`);
    const description = readLab(tag);
    const lab = description === undefined ? undefined : new Lab(description);
    for (const node of lab?.nodes ?? []) await lab?.kill(node);
    for (const namespace of networkNamespaces(tag)) await endNamespace(namespace);
    for (const node of lab?.nodes ?? []) await lab?.node(node).forget();
    rmSync(labFolder(tag), { recursive: true, force: true });
    try {
      rmdirSync(LABS_FOLDER);
    } catch {
      // Other labs are there.
    }
  }

  get tag(): string {
    return this.#layout.description.tag;
  }

  get nodes(): readonly string[] {
    return this.#layout.description.nodes;
  }

  /** The folder of requests to the fence server, on the host; nodes see it as /run/kodou-fence. */
  get fenceFolder(): string {
    return this.#layout.fenceFolder;
  }

  /** The folder of a node's logs and disk on the host. */
  nodeFolder(node: string): string {
    return this.#layout.nodeFolder(node);
  }

  /** Address of a node or of `client` on eth0, eth1 or eth2. */
  addressOf(name: string, device: string): string {
    const network = LAB_NETWORKS.find((candidate) => candidate.device === device);
    if (network === undefined) throw new Error(`no network ${device}`);
    return this.#layout.addressOf(name, network);
  }

  /** The machine of that name; throws when there is none. */
  node(name: string): LabNode {
    this.#layout.numberOf(name);
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  /** The host's command line that runs `command` in a node or in `client`. */
  enter(name: string, command: readonly string[]): readonly string[] {
    if (name === "client") return ["ip", "netns", "exec", this.#layout.namespace("client"), ...command];
    return this.node(name).enter(command);
  }

  /** Runs a command in a node (or `client`) to its end, with a clean environment. */
  exec(name: string, command: readonly string[], options: { stdin?: string; timeoutMs?: number } = {}): Promise<ProcessResult> {
    return attempt(this.enter(name, command), options.stdin, options.timeoutMs ?? 60_000);
  }

  /** Starts a command in a node (or `client`) that goes on by itself; its output goes to a file of the host. */
  spawn(name: string, logFile: string, command: readonly string[]): number {
    const [file = "", ...args] = this.enter(name, command);
    const log = openSync(logFile, "a");
    const child = spawn(file, args, { detached: true, stdio: ["ignore", log, log], env: LAB_ENVIRONMENT, cwd: "/" });
    closeSync(log);
    child.on("error", () => undefined);
    child.unref();
    return child.pid ?? 0;
  }

  async kill(name: string): Promise<void> {
    await this.node(name).kill();
  }

  async boot(name: string): Promise<void> {
    await this.node(name).boot();
  }

  async freeze(name: string): Promise<void> {
    await this.node(name).freeze();
  }

  thaw(name: string): void {
    this.node(name).thaw();
  }

  /** Drops what a node sends and receives on a network or on its serial lines; carriers stay. */
  async cut(name: string, target: CutTarget = "all"): Promise<void> {
    await this.#wiring.cut(name, target);
  }

  async heal(name: string, target: CutTarget = "all"): Promise<void> {
    await this.#wiring.heal(name, target);
  }

  async status(): Promise<readonly LabNodeStatus[]> {
    return Promise.all(
      [...this.#nodes.values()].map(async (node) => {
        const pid = node.pid;
        return {
          name: node.name,
          power: pid === undefined ? "off" : node.isFrozen ? "frozen" : "on",
          pid,
          cuts: await this.#wiring.cutsOf(node.name),
        };
      }),
    );
  }

  /**
   * Answers the fencing requests of the nodes until `abort` fires. After a reboot or an on, `bootCommand` (shell text)
   * runs in the node.
   */
  serveFencing(options: { abort: AbortSignal; bootCommand?: string; log?: (line: string) => void }): Promise<void> {
    return serveFencing(this, options);
  }

  async down(): Promise<void> {
    await Lab.down(this.tag);
  }
}

/** Names of the lab's network namespaces. */
function networkNamespaces(tag: string): readonly string[] {
  if (!existsSync("/run/netns")) return [];
  return readdirSync("/run/netns").filter((name) => name.startsWith(namespacePrefix(tag)));
}

/** Ends what runs in a network namespace of the lab, and removes it. */
async function endNamespace(name: string): Promise<void> {
  const shown = await attempt(["ip", "netns", "pids", name]);
  const own = namespaceOf(process.pid, "net");
  const identities = shown.stdout
    .split("\n")
    .filter((line) => /^\d+$/.test(line))
    .flatMap((line) => identify(Number(line)) ?? [])
    // Never what shares the namespace of this process: then the name is not what it seems.
    .filter((identity) => namespaceOf(identity.pid, "net") !== own);
  for (const identity of identities) signal(identity, "SIGKILL");
  await until(`end of the processes in ${name}`, () => identities.every((identity) => !isAlive(identity)));
  await must(["ip", "netns", "del", name]);
}
