import { Lab } from "../lab.ts";
import { bindsFor } from "../lab-cluster.ts";
import { missingForLab } from "../lab-requirements.ts";
import { type BenchCluster, untilWhole } from "./bench-cluster.ts";
import { readNumbers } from "./bench-options.ts";
import { KodouBenchCluster } from "./kodou-bench-cluster.ts";
import { type IdleCost, idleCosts, median, powerOffOutageMs, startToRunningMs, toolTimesMs } from "./measurements.ts";
import { hasPacemaker, PacemakerBenchCluster } from "./pacemaker-bench-cluster.ts";

const USAGE = `npm run bench -- [--runs N] [--idle SECONDS] [--json]

Three nodes each, one address: kodou (keepalive 50 ms, deadtime 300 ms), kodou with real fencing, and Debian's
pacemaker + corosync (token 300 ms) where they are installed (apt-get install pacemaker corosync
pacemaker-cli-utils), measured in turn by the same client. Prints medians (smallest-largest).
`;

const NODES = ["n1", "n2", "n3"];
const PEER = "pacemaker";
const TOOL_RUNS = 15;

/** Tools and the questions they are timed with. */
const TOOLS: readonly (readonly [name: string, ...words: string[]])[] = [
  ["cibadmin", "-Q"],
  ["crm_mon", "-1"],
  ["crm_resource", "--locate", "-r", "vip"],
  ["crm_attribute", "-t", "crm_config", "-n", "stonith-enabled", "-G"],
  ["crm_node", "-l"],
  ["crm_standby", "-G", "-N", "n2"],
  ["crm_verify", "-L"],
  ["crm_simulate", "-L"],
  ["crmadmin", "-D"],
  ["stonith_admin", "-H", "n1"],
];

/** What was measured of one candidate; times in ms. */
interface Figures {
  readonly outageMs: number[];
  readonly startMs: number[];
  idle: IdleCost[];
  readonly toolsMs: Map<string, number[]>;
}

/** `npm run bench`. `programs`: folder of the built programs. Returns the exit code. */
export async function benchCommand(argv: readonly string[], programs: string): Promise<number> {
  const numbers = readNumbers(argv, ["--runs", "--idle"]);
  const value = (name: string, otherwise: number): number => numbers?.get(name) ?? otherwise;
  const [runs, idleSeconds] = [value("--runs", 5), value("--idle", 20)];
  if (!numbers || !(runs >= 1) || !(idleSeconds >= 1)) {
    process.stderr.write(USAGE);
    return 64;
  }
  const missing = missingForLab();
  if (missing.length > 0) {
    process.stderr.write(`bench: ${missing.join("\n")}\n`);
    return 69;
  }
  const tag = `b${process.pid.toString(36)}`;
  const abort = new AbortController();
  const labs: Lab[] = [];
  const up = async (suffix: string): Promise<Lab> => {
    const lab = await Lab.up({ tag: `${tag}${suffix}`, nodes: NODES, binds: bindsFor(programs) });
    labs.push(lab);
    return lab;
  };
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const candidates: BenchCluster[] = [new KodouBenchCluster("kodou", await up("k"), programs, false)];
    const fencingLab = await up("f");
    const fenced = new KodouBenchCluster("kodou, fencing", fencingLab, programs, true);
    candidates.push(fenced);
    const served = fencingLab.serveFencing({ abort: abort.signal, bootCommand: fenced.bootCommand });
    if (hasPacemaker()) candidates.push(new PacemakerBenchCluster(await up("p")));
    else say("pacemaker is not installed: kodou is measured alone");
    const figures = await measure(candidates, runs, idleSeconds, fenced, say);
    process.stdout.write(table(figures));
    if (argv.includes("--json")) process.stdout.write(`${JSON.stringify(asJson(figures))}\n`);
    abort.abort();
    await served;
    return 0;
  } finally {
    abort.abort();
    for (const lab of labs) await lab.down();
  }
}

/** All candidates stay up; each round measures one after the other. */
async function measure(
  candidates: readonly BenchCluster[],
  runs: number,
  idleSeconds: number,
  fenced: BenchCluster,
  say: (text: string) => void,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const cluster of candidates) {
    say(`${cluster.name}: starts`);
    await cluster.prepare();
    await untilWhole(cluster, 90_000);
    figures.set(cluster.name, { outageMs: [], startMs: [], idle: [], toolsMs: new Map() });
  }
  const each = async (run: (cluster: BenchCluster, into: Figures) => Promise<void>): Promise<void> => {
    for (const cluster of candidates) {
      const into = figures.get(cluster.name);
      if (into) await run(cluster, into);
    }
  };
  await each(async (cluster, into) => {
    say(`${cluster.name}: at rest for ${idleSeconds} s`);
    into.idle = await idleCosts(cluster, idleSeconds);
  });
  await each(async (cluster, into) => {
    if (cluster === fenced) return;
    for (const [name, ...words] of TOOLS) {
      try {
        into.toolsMs.set(name, await toolTimesMs(cluster, cluster.tool(name, words), TOOL_RUNS));
      } catch (error) {
        say(`${cluster.name}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  });
  for (let run = 1; run <= runs; run += 1) {
    await each(async (cluster, into) => {
      const outageMs = await powerOffOutageMs(cluster, cluster !== fenced);
      say(`${cluster.name}: power-off ${run}: ${outageMs.toFixed(0)} ms`);
      into.outageMs.push(outageMs);
    });
  }
  for (let run = 1; run <= Math.min(runs, 3); run += 1) {
    await each(async (cluster, into) => {
      const startMs = await startToRunningMs(cluster);
      say(`${cluster.name}: start ${run}: ${startMs.toFixed(0)} ms`);
      into.startMs.push(startMs);
    });
  }
  return figures;
}

function table(figures: ReadonlyMap<string, Figures>): string {
  const names = [...figures.keys()];
  const rows: [string, (f: Figures) => readonly number[], string][] = [
    ["outage after power-off", (f) => f.outageMs, "ms"],
    ["start to running", (f) => f.startMs, "ms"],
    ["CPU of a node at rest", (f) => f.idle.map((cost) => cost.cpuPercent), "%"],
    ["memory of a node (PSS)", (f) => f.idle.map((cost) => cost.pssMiB), "MiB"],
    ...TOOLS.map(([name, ...words]): [string, (f: Figures) => readonly number[], string] => [
      `${name} ${words[0] ?? ""}`,
      (f) => f.toolsMs.get(name) ?? [],
      "ms",
    ]),
  ];
  const of = (name: string | undefined, pick: (f: Figures) => readonly number[]): readonly number[] => {
    const found = name === undefined ? undefined : figures.get(name);
    return found ? pick(found) : [];
  };
  const lines = rows.map(([label, pick, unit]) => [
    label,
    ...names.map((name) => cell(of(name, pick), unit)),
    ratio(of(names[0], pick), of(PEER, pick)),
  ]);
  const all = [["median (smallest-largest)", ...names, `${names[0]} / ${PEER}`], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return `${all
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

/** How many times the peer's median ours is; empty when one of them was not measured. */
function ratio(ours: readonly number[], peers: readonly number[]): string {
  return ours.length === 0 || peers.length === 0 ? "" : (median(ours) / median(peers)).toFixed(2);
}

function cell(values: readonly number[], unit: string): string {
  if (values.length === 0) return "-";
  const digits = unit === "%" || Math.max(...values) < 20 ? 1 : 0;
  const text = (value: number): string => value.toFixed(digits);
  return `${text(median(values))} ${unit} (${text(Math.min(...values))}-${text(Math.max(...values))}), n ${values.length}`;
}

function asJson(figures: ReadonlyMap<string, Figures>): unknown {
  return Object.fromEntries([...figures].map(([name, f]) => [name, { ...f, toolsMs: Object.fromEntries(f.toolsMs) }]));
}
