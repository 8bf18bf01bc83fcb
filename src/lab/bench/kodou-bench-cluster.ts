import type { Lab } from "../lab.ts";
import { LabCluster } from "../lab-cluster.ts";
import { type BenchCluster, benchConfiguration, inNode } from "./bench-cluster.ts";

const FENCE_DEVICE = '<primitive id="power-switch" class="stonith" type="lab"/>';

/** kodou on the nodes of a lab: keepalive 50 ms, deadtime 300 ms, over the heartbeat network and a serial ring. */
export class KodouBenchCluster implements BenchCluster {
  readonly name: string;
  readonly lab: Lab;
  readonly #cluster: LabCluster;
  readonly #hasFencing: boolean;

  /** `programs`: folder of the built programs. */
  constructor(name: string, lab: Lab, programs: string, hasFencing: boolean) {
    this.name = name;
    this.lab = lab;
    this.#cluster = new LabCluster(lab, programs);
    this.#hasFencing = hasFencing;
  }

  /** The command a node runs when it boots after it was fenced. */
  get bootCommand(): string {
    return this.#cluster.bootCommand;
  }

  async prepare(): Promise<void> {
    const { nodes } = this.lab;
    const haCf = `logfile /var/log/ha-log
keepalive 50ms
deadtime 300ms
warntime 200ms
initdead 10
baud 115200
bcast eth2
serial /dev/ttyHB0 /dev/ttyHB1
node ${nodes.join(" ")}
`;
    await this.#cluster.configure(haCf, "a key of the benchmark");
    await Promise.all(nodes.map((node) => this.start(node)));
    const [first = ""] = nodes;
    const configuration = benchConfiguration("kodou:IPaddr2", this.#hasFencing ? FENCE_DEVICE : "");
    const command = [...this.tool("cibadmin", ["-R", "-o", "configuration", "--xml-pipe"])].join(" ");
    await untilDc(() => this.online(first));
    await inNode(this.lab, first, command, configuration);
  }

  async start(node: string): Promise<void> {
    await this.#cluster.start(node);
  }

  async stop(node: string): Promise<void> {
    await this.#cluster.mustTool(node, "kodou", "stop");
  }

  async online(node: string): Promise<number> {
    const { stdout } = await this.#cluster.tool(node, "crm_node", "-p");
    return stdout.split(/\s+/).filter((word) => word !== "").length;
  }

  isDaemon(commandLine: string): boolean {
    return /kodoud\.cjs|kodou-beat\.cjs|kodou-tools\.cjs/.test(commandLine);
  }

  tool(name: string, words: readonly string[]): readonly string[] {
    return [...this.#cluster.command(name), ...words];
  }
}

async function untilDc(online: () => Promise<number>): Promise<void> {
  for (let tries = 0; tries < 200 && (await online()) < 1; tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
}
