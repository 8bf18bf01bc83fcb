import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeHasAddress } from "./address-holders.ts";
import { until } from "./host-commands.ts";
import { Lab } from "./lab.ts";
import { bindsFor, LabCluster } from "./lab-cluster.ts";
import { missingForLab } from "./lab-requirements.ts";
import { Watcher } from "./watcher.ts";

const FIRST = "h2g.example.com";
const SECOND = "c2g.example.com";
const ADDRESSES = ["192.168.0.181", "192.168.3.181"] as const;
const STEP_LIMIT_MS = 20_000;

/** Figures of one demonstration; times in ms. */
export interface DemoFigures {
  readonly startToRunningMs: number;
  readonly failoverOutageMs: number;
  readonly fencedAfterMs: number;
  readonly failbackOutageMs: number;
  readonly maxHolders: number;
}

/**
 * `kodou demo`: the book's two-node cluster on this machine. Starts it, loads the two-address configuration, cuts the
 * power of the active node, shows the addresses move and the node fenced, lets it come back, shows them return.
 * Returns 0 only when all of that happened.
 */
export async function demoCommand(argv: readonly string[], programs: string): Promise<number> {
  const isKept = argv.includes("--keep");
  const isJson = argv.includes("--json");
  const unknown = argv.find((word) => word !== "--keep" && word !== "--json");
  if (unknown !== undefined) {
    process.stderr.write(`kodou demo: unknown word ${unknown}; usage: kodou demo [--keep] [--json]\n`);
    return 64;
  }
  const missing = missingForLab();
  if (missing.length > 0) {
    process.stderr.write(`kodou demo: ${missing.join("\n")}\n`);
    return 69;
  }
  const tag = `demo${process.pid}`;
  const startedMs = performance.now();
  const say = (text: string): void => {
    process.stdout.write(`${((performance.now() - startedMs) / 1000).toFixed(2).padStart(7)} s  ${text}\n`);
  };
  const fencing = new AbortController();
  let lab: Lab | undefined;
  const interrupted = (): void => {
    void Lab.down(tag).finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupted);
  try {
    say(`two machines, ${FIRST} and ${SECOND}: an application network, a heartbeat network, a serial line, a client`);
    lab = await Lab.up({ tag, nodes: [FIRST, SECOND], binds: bindsFor(programs) });
    const cluster = new LabCluster(lab, programs);
    const served = lab.serveFencing({ abort: fencing.signal, bootCommand: cluster.bootCommand });
    const figures = await play(cluster, join(programs, "..", "examples", "book"), say);
    say("all of it happened");
    if (isKept)
      say(
        `the cluster stays up: kodou lab exec ${FIRST} node ${join(programs, "crm_mon.cjs")} -1 --tag ${tag}; kodou lab down --tag ${tag}`,
      );
    if (isJson) process.stdout.write(`${JSON.stringify(figures)}\n`);
    fencing.abort();
    await served;
    return 0;
  } catch (error) {
    say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    fencing.abort();
    process.removeListener("SIGINT", interrupted);
    if (!isKept) await Lab.down(tag);
  }
}

async function play(cluster: LabCluster, examples: string, say: (text: string) => void): Promise<DemoFigures> {
  const { lab } = cluster;
  await cluster.configure(readFileSync(join(examples, "ha.cf"), "utf8"), randomBytes(32).toString("hex"));
  const startMs = performance.now();
  await Promise.all([cluster.start(FIRST), cluster.start(SECOND)]);
  await untilAsync("both nodes members", async () => (await cluster.tool(SECOND, "crm_node", "-p")).stdout.trim().split(" ").length === 2);
  say(`kodoud runs on both; ${(await cluster.mustTool(FIRST, "crmadmin", "-D")).trim()}`);
  await cluster.cibadmin(FIRST, join(examples, "cib.xml"), "-R");
  await cluster.cibadmin(FIRST, join(examples, "fencing.xml"), "-C", "-o", "resources");
  say("cibadmin -R: the book's configuration, two addresses in a group, score 200 for the first node, 100 for the second");
  const watchers = ADDRESSES.map((address) => new Watcher(lab, { address }));
  for (const watcher of watchers) watcher.start();
  try {
    for (const watcher of watchers) await watcher.answered(1, STEP_LIMIT_MS);
    const startToRunningMs = Math.round(performance.now() - startMs);
    await untilHolder(lab, FIRST);
    say(`both addresses run on ${FIRST}, ${startToRunningMs} ms after the start of the daemons`);

    await quiet(watchers);
    const killedMs = Date.now();
    say(`power off: ${FIRST}`);
    await lab.kill(FIRST);
    const isFenced = untilAsync("the dead node fenced", async () => {
      const history = (await cluster.tool(SECOND, "stonith_admin", "-H", FIRST)).stdout;
      return history.includes("successful") ? { text: history, atMs: Date.now() } : undefined;
    });
    isFenced.catch(() => undefined);
    await untilHolder(lab, SECOND);
    for (const watcher of watchers) await watcher.answered(1, STEP_LIMIT_MS);
    const movedMs = Date.now();
    const failoverOutageMs = longestBetween(watchers, killedMs - 1000, movedMs);
    say(`both addresses answer from ${SECOND}: outage ${failoverOutageMs} ms`);
    const fenced = await isFenced;
    const fencedAfterMs = fenced.atMs - killedMs;
    say(`fenced: ${fenced.text.split("\n")[0]}`);

    await untilHolder(lab, FIRST);
    for (const watcher of watchers) await watcher.answered(5, STEP_LIMIT_MS);
    await quiet(watchers);
    const failbackOutageMs = longestBetween(watchers, movedMs, Date.now());
    say(`${FIRST} came back, and so did both addresses: outage ${failbackOutageMs} ms`);
    const reports = watchers.map((watcher) => watcher.report());
    const maxHolders = Math.max(...reports.map((report) => report.maxHolders));
    say(`most holders of one address at any moment: ${maxHolders}`);
    if (maxHolders > 1) throw new Error("two nodes held one address");
    return { startToRunningMs, failoverOutageMs, fencedAfterMs, failbackOutageMs, maxHolders };
  } finally {
    for (const watcher of watchers) await watcher.stop();
  }
}

/** Waits until one node has all addresses. */
async function untilHolder(lab: Lab, node: string): Promise<void> {
  await until(
    `the addresses on ${node}`,
    () => {
      const pid = lab.node(node).pid;
      return pid !== undefined && ADDRESSES.every((address) => nodeHasAddress(pid, address));
    },
    STEP_LIMIT_MS,
  );
}

/** Waits until the client has had answers for a while, so that what came before is over. */
async function quiet(watchers: readonly Watcher[]): Promise<void> {
  for (const watcher of watchers) await watcher.answered(30, STEP_LIMIT_MS);
}

/** Longest outage that began between two moments, in ms since 1970; 0 when there was none. */
function longestBetween(watchers: readonly Watcher[], fromMs: number, toMs: number): number {
  const outages = watchers.flatMap((watcher) => watcher.report().outages).filter((o) => o.fromMs >= fromMs && o.fromMs < toMs);
  return Math.round(Math.max(0, ...outages.map((outage) => outage.lengthMs)));
}

async function untilAsync<T>(what: string, condition: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + STEP_LIMIT_MS;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${STEP_LIMIT_MS / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
