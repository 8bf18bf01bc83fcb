import { readdirSync, readFileSync } from "node:fs";
import { nodeHasAddress } from "../address-holders.ts";
import { until } from "../host-commands.ts";
import { Watcher } from "../watcher.ts";
import { BENCH_ADDRESS, type BenchCluster, inNode, processesOf, untilWhole } from "./bench-cluster.ts";

const WHOLE_MS = 90_000;
const TAKEOVER_MS = 60_000;
const START_MS = 120_000;

/** Cost of one node at rest. */
export interface IdleCost {
  /** Percent of one core. */
  readonly cpuPercent: number;
  /** Proportional set size of all daemons. */
  readonly pssMiB: number;
}

/** Power-off of the node that has the address: the outage a client sees, in ms; the node is started again afterwards. */
export async function powerOffOutageMs(cluster: BenchCluster, boots: boolean): Promise<number> {
  const { lab } = cluster;
  await untilWhole(cluster, WHOLE_MS);
  const watcher = new Watcher(lab, { address: BENCH_ADDRESS });
  watcher.start();
  try {
    await watcher.answered(100, WHOLE_MS);
    const holder = lab.nodes.find((name) => holds(cluster, name));
    if (holder === undefined) throw new Error(`${cluster.name}: nobody has ${BENCH_ADDRESS}`);
    const killedMs = Date.now();
    await lab.kill(holder);
    await until(`${cluster.name}: takeover`, () => lab.nodes.some((name) => name !== holder && holds(cluster, name)), TAKEOVER_MS);
    await watcher.answered(50, TAKEOVER_MS);
    const outages = watcher.report().outages.filter((outage) => outage.fromMs > killedMs - 500);
    if (boots) {
      await lab.boot(holder);
      await cluster.start(holder);
    }
    return Math.max(0, ...outages.map((outage) => outage.lengthMs));
  } finally {
    await watcher.stop();
  }
}

/** All daemons stopped, then started at once: ms until the address answers. */
export async function startToRunningMs(cluster: BenchCluster): Promise<number> {
  const { lab } = cluster;
  await untilWhole(cluster, WHOLE_MS);
  await Promise.all(lab.nodes.map((node) => cluster.stop(node)));
  const watcher = new Watcher(lab, { address: BENCH_ADDRESS });
  watcher.start();
  try {
    const startedMs = performance.now();
    await Promise.all(lab.nodes.map((node) => cluster.start(node)));
    await watcher.answered(1, START_MS);
    return performance.now() - startedMs;
  } finally {
    await watcher.stop();
  }
}

/** CPU and memory of each node's daemons over some seconds of rest. */
export async function idleCosts(cluster: BenchCluster, seconds: number): Promise<IdleCost[]> {
  await untilWhole(cluster, WHOLE_MS);
  await pause(3000);
  const before = cluster.lab.nodes.map((node) => runNanoseconds(cluster, node));
  const startedMs = performance.now();
  await pause(seconds * 1000);
  const elapsedMs = performance.now() - startedMs;
  return cluster.lab.nodes.map((node, index) => ({
    cpuPercent: ((runNanoseconds(cluster, node) - (before[index] ?? 0)) / 1e6 / elapsedMs) * 100,
    pssMiB: daemons(cluster, node).reduce((sum, pid) => sum + pssKib(pid), 0) / 1024,
  }));
}

/** No tool needs so long. */
const MAX_TOOL_MS = 5000;

/**
 * Times of one tool as a whole process, run in a node one after the other, ms. One that hangs (Pacemaker's crmadmin now and
 * then spins for ever) is ended and counts with the time it was given.
 */
export async function toolTimesMs(cluster: BenchCluster, command: readonly string[], runs: number): Promise<number[]> {
  const [file = "", ...words] = command;
  const script = `const{spawnSync}=require("child_process");const t=[];for(let i=0;i<${runs};i++){const a=performance.now();const r=spawnSync(${JSON.stringify(file)},${JSON.stringify(words)},{stdio:["ignore","ignore","pipe"],timeout:${MAX_TOOL_MS},killSignal:"SIGKILL"});if(r.status!==0&&r.error?.code!=="ETIMEDOUT"){console.error(String(r.stderr));process.exit(1)}t.push(performance.now()-a)}console.log(JSON.stringify(t))`;
  const quoted = script.replaceAll("'", "'\\''");
  return JSON.parse(await inNode(cluster.lab, cluster.lab.nodes[0] ?? "", `${process.execPath} -e '${quoted}'`)) as number[];
}

/** Middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

function holds(cluster: BenchCluster, node: string): boolean {
  const { pid } = cluster.lab.node(node);
  return pid !== undefined && nodeHasAddress(pid, BENCH_ADDRESS);
}

function daemons(cluster: BenchCluster, node: string): number[] {
  return processesOf(cluster.lab, node).filter((pid) => {
    try {
      return cluster.isDaemon(readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " "));
    } catch {
      return false;
    }
  });
}

/** Time on a processor of all threads of the daemons. Source: proc(5), /proc/PID/task/TID/schedstat. */
function runNanoseconds(cluster: BenchCluster, node: string): number {
  let sum = 0;
  for (const pid of daemons(cluster, node)) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`))
        sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]);
    } catch {
      // The process or thread ended in between.
    }
  }
  return sum;
}

function pssKib(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
