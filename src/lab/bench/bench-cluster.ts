import type { ProcessResult } from "../../ports/process-runner.ts";
import { attempt } from "../host-commands.ts";
import type { Lab } from "../lab.ts";
import { namespaceOf, processesIn } from "../lab-processes.ts";

/** The service address all candidates run, with the same agent parameters and monitor. */
export const BENCH_ADDRESS = "192.168.0.181";

/** `<configuration>` of one address that stays where it is; `agent` as PROVIDER:TYPE. */
export function benchConfiguration(agent: string, fencing: string): string {
  const [provider, type] = agent.split(":");
  return `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="o-fencing" name="stonith-enabled" value="${fencing !== ""}"/></cluster_property_set></crm_config>
  <nodes/>
  <resources>${fencing}
    <primitive id="vip" class="ocf" provider="${provider}" type="${type}">
      <instance_attributes id="vip-a"><nvpair id="vip-ip" name="ip" value="${BENCH_ADDRESS}"/><nvpair id="vip-m" name="cidr_netmask" value="24"/><nvpair id="vip-n" name="nic" value="eth0"/></instance_attributes>
      <operations><op id="vip-mon" name="monitor" interval="1s" timeout="20s"/></operations>
    </primitive>
  </resources>
  <constraints/>
  <rsc_defaults><meta_attributes id="rd"><nvpair id="rd-s" name="resource-stickiness" value="100"/></meta_attributes></rsc_defaults>
</configuration>`;
}

/** One cluster software on the nodes of a lab, as the benchmark drives it. */
export interface BenchCluster {
  readonly name: string;
  readonly lab: Lab;
  /** Writes files, starts all nodes and loads the configuration. */
  prepare(): Promise<void>;
  /** Starts the daemons of one node. */
  start(node: string): Promise<void>;
  /** Stops the daemons of one node in order. */
  stop(node: string): Promise<void>;
  /** Number of nodes that are online as `node` sees it, 0 while there is no DC. */
  online(node: string): Promise<number>;
  /** True for the command line of a process that belongs to the software. */
  isDaemon(commandLine: string): boolean;
  /** Full command of one of the tools. */
  tool(name: string, words: readonly string[]): readonly string[];
}

/** Waits until all nodes are online. */
export async function untilWhole(cluster: BenchCluster, limitMs: number): Promise<void> {
  const { lab } = cluster;
  const end = performance.now() + limitMs;
  for (;;) {
    const counts = await Promise.all(lab.nodes.map((node) => cluster.online(node)));
    if (counts.every((count) => count === lab.nodes.length)) return;
    if (performance.now() > end) throw new Error(`${cluster.name}: not all nodes online after ${limitMs / 1000} s: ${counts.join(" ")}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Runs a shell text in a node; throws with what it said when it fails. */
export async function inNode(lab: Lab, node: string, text: string, stdin?: string): Promise<string> {
  const result: ProcessResult = await attempt(lab.enter(node, ["sh", "-c", text]), stdin, 120_000);
  if (result.ending.kind === "exited" && result.ending.exitCode === 0) return result.stdout;
  throw new Error(`${node}: ${text.slice(0, 120)}: ${(result.stderr + result.stdout).trim().slice(0, 400)}`);
}

/** The host's numbers of all processes of a node. */
export function processesOf(lab: Lab, node: string): readonly number[] {
  const { pid } = lab.node(node);
  const namespace = pid === undefined ? undefined : namespaceOf(pid, "pid");
  return namespace === undefined ? [] : processesIn(namespace, "pid");
}
