import { mkdtempSync, rmSync } from "node:fs";
import { expect } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { makeToolLayer } from "../../src/lab/tool-layer.ts";
import { PROGRAMS } from "./programs.ts";
import { eventually } from "./waiting.ts";

/** The nodes of every cluster that the shells' tests make. */
export const NODES = ["n1", "n2", "n3"] as const;

/** Patient: what is tested are the shells, on a machine that may be busy. */
const HA_CF = `logfile /var/log/ha-log
keepalive 500ms
deadtime 30
warntime 15
initdead 60
bcast eth2
node ${NODES.join(" ")}
`;
const COMMAND_MS = 90_000;
const STATE_MS = 180_000;

/** What a command printed and how it ended. */
export interface Said {
  readonly exitCode: number;
  /** Both streams: the shells pass on what tools print on either. */
  readonly text: string;
}

/**
 * Three kodou nodes on which crmsh and pcs find kodou's tools, and its answers for corosync's, in the places where Debian's
 * packages have Pacemaker's and corosync's. The nodes see the host's own shells, agents and data files.
 */
export class ShellCluster {
  readonly lab: Lab;
  readonly cluster: LabCluster;
  readonly #layer: string;
  readonly #fencing = new AbortController();
  #served: Promise<void> = Promise.resolve();

  private constructor(lab: Lab, layer: string) {
    this.lab = lab;
    this.cluster = new LabCluster(lab, PROGRAMS);
    this.#layer = layer;
  }

  /**
   * Makes the lab, starts the cluster, and waits until all nodes are members and know a corosync.conf. `addTo` puts more
   * into the folder that lies over the nodes' /usr.
   */
  static async up(tag: string, addTo?: (layer: string) => void): Promise<ShellCluster> {
    const layer = mkdtempSync("/var/tmp/kodou-layer-");
    const usrLayers = [makeToolLayer(layer, PROGRAMS, { hasCorosyncAnswers: true })];
    addTo?.(layer);
    const made = new ShellCluster(await Lab.up({ tag, nodes: NODES, binds: bindsFor(PROGRAMS), usrLayers }), layer);
    await made.#start();
    return made;
  }

  async down(): Promise<void> {
    this.#fencing.abort();
    await this.#served;
    await this.lab.down();
    rmSync(this.#layer, { recursive: true, force: true });
  }

  /** Runs a command on n1 to its end. */
  async run(command: readonly string[], stdin?: string): Promise<Said> {
    const result = await this.lab.exec("n1", command, { timeoutMs: COMMAND_MS, ...(stdin === undefined ? {} : { stdin }) });
    const { ending } = result;
    return { exitCode: ending.kind === "exited" ? ending.exitCode : -1, text: `${result.stdout}${result.stderr}` };
  }

  /** As `run`, for commands that have to succeed: words of a shell line without quotes. Gives what was printed. */
  async must(line: string): Promise<string> {
    const said = await this.run(line.split(" "));
    expect(said.exitCode, `${line}\n${said.text}`).toBe(0);
    return said.text;
  }

  /** Asks until the answer of a command is as wanted. */
  async until(line: string, isWanted: (text: string) => boolean): Promise<string> {
    let last = "";
    return eventually(
      line,
      async () => {
        last = (await this.run(line.split(" "))).text;
        return isWanted(last) ? (last === "" ? " " : last) : undefined;
      },
      STATE_MS,
      () => last,
    );
  }

  /** As `until`, on every node. */
  async untilOnAll(line: string, isWanted: (text: string) => boolean): Promise<void> {
    for (const node of NODES) {
      await eventually(
        `${line} on ${node}`,
        async () => (isWanted((await this.lab.exec(node, line.split(" "), { timeoutMs: COMMAND_MS })).stdout) ? true : undefined),
        STATE_MS,
      );
    }
  }

  /** Waits until a resource runs on these nodes, as crm_resource has it, and nowhere else. */
  async untilOn(resource: string, ...nodes: readonly string[]): Promise<void> {
    const running = (text: string): string =>
      [...text.matchAll(/is running on: (\S+)/g)]
        .map((match) => match[1])
        .sort()
        .join(" ");
    await this.until(`crm_resource --locate --resource ${resource}`, (text) => running(text) === nodes.join(" "));
  }

  /** Number of elements an XPath selects in the live configuration or status. */
  async count(xpath: string): Promise<number> {
    const said = await this.run(["cibadmin", "-Q", "-e", "-A", xpath]);
    expect([0, 105], `${xpath}\n${said.text}`).toContain(said.exitCode);
    return said.text.split("\n").filter((line) => line.startsWith("/cib")).length;
  }

  async #start(): Promise<void> {
    this.#served = this.lab.serveFencing({ abort: this.#fencing.signal, bootCommand: this.cluster.bootCommand });
    await this.cluster.configure(HA_CF, "a key of the shells' tests");
    await Promise.all(NODES.map((name) => this.cluster.start(name)));
    await this.until("crm_node -p", (text) => text.trim().split(/\s+/).sort().join(" ") === NODES.join(" "));
    const conf = await this.cluster.mustTool("n1", "kodou", "corosync-conf");
    for (const name of NODES)
      await this.lab.exec(name, ["sh", "-c", "mkdir -p /etc/corosync && cat > /etc/corosync/corosync.conf"], { stdin: conf });
  }
}

/** A tag no other lab of this machine has. */
export function shellTag(prefix: string): string {
  return `${prefix}${process.pid.toString(36)}`;
}
