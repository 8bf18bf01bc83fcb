import { LIMITS } from "../../base/limits.ts";
import { EXIT } from "../../model/exit-code.ts";
import { clusterPaths } from "../../model/paths.ts";
import type { NodeStatus } from "../../node/interface/client.ts";
import type { CollectScope } from "../../node/interface/errand.ts";
import { cibadmin } from "../cib/cibadmin.ts";
import { crmVerify } from "../cib/crm-verify.ts";
import { askStatus, crmNode } from "../cluster/crm-node.ts";
import { stonithAdmin } from "../fencing/stonith-admin.ts";
import { runTool, type SystemPorts, type Tool, type ToolPorts } from "../frame/tool.ts";
import { crmMon } from "../monitor/crm-mon.ts";
import { historyLog, isEvent } from "./history-words.ts";
import { DEFAULT_MASKS, Mask, maskHaCf } from "./mask.ts";
import { type CollectedLog, collectLogs } from "./node-logs.ts";
import { drbdFacts, permissions, systemFacts, systemStatistics } from "./system-facts.ts";

const PROGRAM_MS = 60_000;

/** What a report holds of one node, beside its folder's name. */
export interface CollectedNode {
  /** Name of the node in the cluster, which its folder has too. */
  readonly node: string;
  /** Sentences for people about what could not be collected. */
  readonly remarks: readonly string[];
}

/**
 * Collects what a report says of this node into a folder, everything masked already. File names are those of
 * crm_report of Pacemaker 3.0.2, by which crmsh's `history` finds its way. Throws an Error when the folder cannot be
 * written, a SyntaxError for a pattern that is none.
 */
export async function collectNode(scope: CollectScope, folder: string, ports: ToolPorts): Promise<CollectedNode> {
  const { version } = ports;
  const root = ports.environment("KODOU_ROOT") ?? "";
  const paths = clusterPaths(root);
  const mask = new Mask([...DEFAULT_MASKS, ...scope.masks]);
  const remarks: string[] = [];
  const status = await statusHere(ports);
  const node = status?.node ?? ports.hostName().toLowerCase();
  const put = (name: string, text: string): void => {
    if (text === "") return;
    const problem = ports.writeFile(`${folder}/${name}`, mask.apply(text), { areFoldersMade: true });
    if (problem !== undefined) throw new Error(problem);
  };
  const printed = async (tool: Tool, ...argv: string[]): Promise<string> => {
    const { stdout, stderr } = await runTool(tool, argv, withoutFile(ports), version);
    return stdout + stderr;
  };
  for (const value of await storedSecrets(ports, paths.secretsFolder)) mask.addValue(value);

  const stored = ports.readFile(`${paths.cibFolder}/cib.xml`);
  const live = status ? await runTool(cibadmin, ["-Q"], withoutFile(ports), version) : undefined;
  const cib = live?.exitCode === EXIT.ok ? live.stdout : "text" in stored ? stored.text : "";
  if (cib === "") remarks.push("no CIB was found");
  mask.learn(cib);
  put("cib.xml", cib);
  put("cib.xml.stored", "text" in stored ? stored.text : "");
  put(status ? "RUNNING" : "STOPPED", `${node}\n`);
  if (status) {
    put("members.txt", await printed(crmNode, "-p"));
    put("crm_mon.txt", (await printed(crmMon, "-1", "-rnfA")).replace(/^ *\* Last updated:.*\n/m, ""));
    put("fencing.txt", await printed(stonithAdmin, "--history", "*", "--verbose"));
    put("status.json", `${JSON.stringify(status, undefined, 2)}\n`);
    if (status.dc === node) put("DC", `${node}\n`);
  }
  if (cib !== "") await readableCib(folder, ports, version, put);
  for (const name of ["ha.cf", "kodou.conf", "haresources"]) {
    const read = ports.readFile(`${paths.configFolder}/${name}`);
    if ("text" in read) put(name, maskHaCf(read.text));
  }
  put("sysinfo.txt", await systemFacts(ports, version));
  put("sysstats.txt", await systemStatistics(ports));
  put("drbd_info.txt", await drbdFacts(ports));
  put("permissions.txt", await permissions(ports, [paths.cibFolder, paths.planFolder, paths.stateFolder, paths.configFolder]));
  remarks.push(...(await planInputs(scope, folder, ports, paths.planFolder, mask)));
  putLogs(scope, node, await collectLogs(scope, ports, root), put);
  return { node, remarks };
}

async function statusHere(ports: ToolPorts): Promise<NodeStatus | undefined> {
  try {
    return await askStatus(ports);
  } catch {
    return undefined;
  }
}

/** A report is about the cluster, whatever shadow its user works on. */
function withoutFile(ports: SystemPorts): SystemPorts {
  return { ...ports, environment: (name) => (name.startsWith("CIB_") ? undefined : ports.environment(name)) };
}

async function storedSecrets(ports: SystemPorts, folder: string): Promise<string[]> {
  return ports.listFolder(folder).flatMap((resource) =>
    ports.listFolder(`${folder}/${resource}`).flatMap((name) => {
      const read = name.endsWith(".sign") ? { problem: "" } : ports.readFile(`${folder}/${resource}/${name}`);
      return "text" in read ? [read.text] : [];
    }),
  );
}

/** The configuration as people read it, and what is wrong with it; of the masked file, so that nothing has to be masked again. */
async function readableCib(folder: string, ports: SystemPorts, version: string, put: (name: string, text: string) => void): Promise<void> {
  const file = `${folder}/cib.xml`;
  const checked = await runTool(crmVerify, ["-V", "-x", file], withoutFile(ports), version);
  put("crm_verify.txt", checked.stdout + checked.stderr);
  const shown = await ports.runProgram({
    argv: ["crm", "configure", "show"],
    environment: { CIB_file: file, CIB_shadow: "" },
    timeoutMs: PROGRAM_MS,
  });
  if (shown.exitCode === 0) put("cib.txt", shown.stdout);
}

/** Inputs of plans made in the period, as `pengine/pe-*.bz2`. */
async function planInputs(scope: CollectScope, folder: string, ports: SystemPorts, from: string, mask: Mask): Promise<string[]> {
  const period = ["-newermt", `@${scope.fromEpochSeconds}`, "!", "-newermt", `@${scope.toEpochSeconds + 1}`];
  const found = await ports.runProgram({
    argv: ["find", from, "-maxdepth", "1", "-type", "f", "-name", "pe-*", ...period, "-printf", "%T@ %f\\n"],
    environment: {},
    timeoutMs: PROGRAM_MS,
  });
  const names = found.stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  const newest = names.slice(-LIMITS.collectedPlanInputs).map((line) => line.slice(line.indexOf(" ") + 1));
  const written: string[] = [];
  for (const name of newest) {
    const read = ports.readFile(`${from}/${name}`);
    if (!("text" in read)) continue;
    // As Pacemaker names them when it packs them: `pe-input-1.bz2`.
    const path = `${folder}/pengine/${name.replace(/\.xml$/, "")}`;
    if (ports.writeFile(path, mask.apply(read.text), { areFoldersMade: true }) === undefined) written.push(path);
  }
  if (written.length === 0) return [];
  const packed = await ports.runProgram({ argv: ["bzip2", "-f", "--", ...written], environment: {}, timeoutMs: PROGRAM_MS });
  return packed.exitCode === 0 ? [] : ["bzip2 is not installed: inputs of plans are not packed, crmsh does not find them"];
}

function putLogs(scope: CollectScope, node: string, logs: readonly CollectedLog[], put: (name: string, text: string) => void): void {
  const patterns = scope.logPatterns.map((pattern) => new RegExp(pattern));
  const matching: string[] = [];
  for (const { path, isDaemons, lines } of logs) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const text = lines.map(({ line }) => `${line}\n`).join("");
    put(path === "journal" ? "journal.log" : `${name}.extract.txt`, text);
    if (!isDaemons) matching.push(...matches(text, patterns));
  }
  const own = logs.filter(({ isDaemons }) => isDaemons).flatMap(({ lines }) => lines);
  const history = historyLog(
    [...own].sort((a, b) => (a.epochMs ?? 0) - (b.epochMs ?? 0)),
    node,
  );
  put("ha-log.txt", history);
  put(
    "events.txt",
    history
      .split("\n")
      .filter(isEvent)
      .map((line) => `${line}\n`)
      .join(""),
  );
  const lines = [...matches(history, patterns), ...matching];
  put("analysis.txt", `Log pattern matches from ${node}:\n${lines.map((line) => `${line}\n`).join("")}`);
}

function matches(text: string, patterns: readonly RegExp[]): string[] {
  return text.split("\n").filter((line) => line !== "" && patterns.some((pattern) => pattern.test(line)));
}
