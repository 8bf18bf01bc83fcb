import { Lab } from "../lab.ts";
import { bindsFor } from "../lab-cluster.ts";
import { missingForLab } from "../lab-requirements.ts";
import { type BenchCluster, inNode, untilWhole } from "./bench-cluster.ts";
import { readNumbers } from "./bench-options.ts";
import { KodouBenchCluster } from "./kodou-bench-cluster.ts";
import { median, toolTimesMs } from "./measurements.ts";
import { hasPacemaker, PacemakerBenchCluster } from "./pacemaker-bench-cluster.ts";

const USAGE = `npm run bench:tools -- [--rounds N] [--changes N] [--json]

Three nodes each, one address: kodou, and Debian's pacemaker + corosync where they are installed. Times each tool as a
whole process, the two in turn, five calls a round, on the cluster and on a file (CIB_file), and a start of Node.js alone;
then changes of the configuration one after the other, each by a cibadmin or crm_attribute of its own, and how many there
were in a second. Prints medians (smallest-largest), in ms.
`;

const NODES = ["n1", "n2", "n3"];
const WHOLE_MS = 90_000;
const CALLS_A_ROUND = 5;

/** Tools and the questions they are timed with. */
const TOOLS: readonly (readonly [name: string, ...words: string[]])[] = [
  ["cibadmin", "-Q"],
  ["crm_mon", "-1"],
  ["crm_resource", "--locate", "-r", "vip"],
  ["crm_attribute", "-t", "crm_config", "-n", "stonith-enabled", "-G"],
  ["crm_attribute", "-t", "crm_config", "-n", "bench", "-v", "1"],
  ["crm_node", "-l"],
  ["attrd_updater", "-n", "bench", "-U", "1"],
  ["attrd_updater", "-n", "bench", "-Q"],
  ["crmadmin", "-D"],
  ["crm_standby", "-G", "-N", "n2"],
];

const CIB_FILE = "/tmp/bench-cib.xml";

/** Of these, those that are timed on a file too: the ones people use before there is a cluster. */
const FILE_TOOLS: readonly (readonly [name: string, ...words: string[]])[] = [
  ["cibadmin", "-Q"],
  ["crm_mon", "-1"],
  ["crm_attribute", "-t", "crm_config", "-n", "stonith-enabled", "-G"],
  ["crm_verify", "-x", CIB_FILE],
];
const NODE_ALONE = "Node.js with nothing to do";

interface Candidate {
  readonly cluster: BenchCluster;
  readonly timesMs: Map<string, number[]>;
  changesPerSecond: number;
}

/** `npm run bench:tools`. `programs`: folder of the built programs. Returns the exit code. */
export async function toolsBenchCommand(argv: readonly string[], programs: string): Promise<number> {
  const numbers = readNumbers(argv, ["--rounds", "--changes"]);
  const value = (name: string, otherwise: number): number => numbers?.get(name) ?? otherwise;
  const [rounds, changes] = [value("--rounds", 10), value("--changes", 200)];
  if (!numbers || !(rounds >= 1) || !(changes >= 1)) {
    process.stderr.write(USAGE);
    return 64;
  }
  const missing = missingForLab();
  if (missing.length > 0) {
    process.stderr.write(`bench:tools: ${missing.join("\n")}\n`);
    return 69;
  }
  const tag = `t${process.pid.toString(36)}`;
  const labs: Lab[] = [];
  const up = async (suffix: string): Promise<Lab> => {
    const lab = await Lab.up({ tag: `${tag}${suffix}`, nodes: NODES, binds: bindsFor(programs) });
    labs.push(lab);
    return lab;
  };
  try {
    const clusters: BenchCluster[] = [new KodouBenchCluster("kodou", await up("k"), programs, false)];
    if (hasPacemaker()) clusters.push(new PacemakerBenchCluster(await up("p")));
    else process.stderr.write("pacemaker is not installed: kodou is measured alone\n");
    const candidates = clusters.map((cluster): Candidate => ({ cluster, timesMs: new Map(), changesPerSecond: Number.NaN }));
    for (const { cluster } of candidates) {
      await cluster.prepare();
      await untilWhole(cluster, WHOLE_MS);
    }
    for (const { cluster } of candidates) {
      const query = cluster.tool("cibadmin", ["-Q"]).join(" ");
      await inNode(cluster.lab, NODES[0] ?? "", `${query} >${CIB_FILE}`);
    }
    for (let round = 0; round < rounds; round += 1) await timeTools(candidates);
    for (const candidate of candidates) candidate.changesPerSecond = await changeRate(candidate.cluster, changes);
    process.stdout.write(table(candidates));
    if (argv.includes("--json")) {
      const figures = candidates.map((one) => [
        one.cluster.name,
        { ...Object.fromEntries(one.timesMs), changesPerSecond: one.changesPerSecond },
      ]);
      process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
    }
    return 0;
  } finally {
    for (const lab of labs) await lab.down();
  }
}

async function timeTools(candidates: readonly Candidate[]): Promise<void> {
  const time = async ({ cluster, timesMs }: Candidate, label: string, command: readonly string[]): Promise<void> => {
    const times = await toolTimesMs(cluster, command, CALLS_A_ROUND);
    timesMs.set(label, [...(timesMs.get(label) ?? []), ...times]);
  };
  for (const [name, ...words] of TOOLS) {
    for (const one of candidates) await time(one, [name, ...words].join(" "), one.cluster.tool(name, words));
  }
  for (const [name, ...words] of FILE_TOOLS) {
    for (const one of candidates) {
      await time(one, `CIB_file: ${[name, ...words].join(" ")}`, ["env", `CIB_file=${CIB_FILE}`, ...one.cluster.tool(name, words)]);
    }
  }
  const [ours] = candidates;
  if (ours) await time(ours, NODE_ALONE, [process.execPath, "-e", "0"]);
}

/** Changes a second when each waits for the one before: half by cibadmin, half by crm_attribute, each with a new value. */
async function changeRate(cluster: BenchCluster, count: number): Promise<number> {
  const attribute = cluster.tool("crm_attribute", ["-t", "crm_config", "-n", "bench-rate", "-v"]);
  const modify = cluster.tool("cibadmin", ["-M", "-c", "-o", "crm_config", "-X"]);
  const set = (value: string): string =>
    `<cluster_property_set id="cib-bootstrap-options"><nvpair id="bench-rate-2" name="bench-rate-2" value="${value}"/></cluster_property_set>`;
  const calls = Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? [...attribute, String(index)] : [...modify, set(String(index))],
  );
  const script = `const{spawnSync}=require("child_process");const calls=JSON.parse(require("fs").readFileSync(0,"utf8"));const a=performance.now();for(const[f,...w]of calls){const r=spawnSync(f,w,{stdio:["ignore","ignore","pipe"]});if(r.status!==0){console.error(String(r.stderr));process.exit(1)}}console.log((performance.now()-a)/1000)`;
  const seconds = Number(
    await inNode(cluster.lab, cluster.lab.nodes[0] ?? "", `${process.execPath} -e '${script}'`, JSON.stringify(calls)),
  );
  return count / seconds;
}

function table(candidates: readonly Candidate[]): string {
  const [ours, peer] = candidates;
  const row = (label: string, cells: readonly string[]): string =>
    `${label.slice(0, 58).padEnd(60)}${cells.map((cell) => cell.padEnd(28)).join("")}`.trimEnd();
  const lines = [
    row(
      "median (smallest-largest), ms",
      candidates.map(({ cluster }) => cluster.name),
    ),
  ];
  for (const label of ours?.timesMs.keys() ?? []) {
    const times = candidates.map(({ timesMs }) => timesMs.get(label) ?? []);
    const cells = times.map((values) =>
      values.length === 0 ? "" : `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}-${Math.max(...values).toFixed(1)})`,
    );
    if (peer?.timesMs.has(label)) cells.push((median(times[0] ?? []) / median(times[1] ?? [])).toFixed(2));
    lines.push(row(label, cells));
  }
  lines.push(
    row(
      "configuration changes a second",
      candidates.map((candidate) => candidate.changesPerSecond.toFixed(1)),
    ),
  );
  return `${lines.join("\n")}\n`;
}
