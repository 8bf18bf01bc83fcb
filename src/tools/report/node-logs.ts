import { LIMITS } from "../../base/limits.ts";
import { parseHaCf } from "../../heartbeat/configuration/ha-cf.ts";
import { clusterPaths } from "../../model/paths.ts";
import type { CollectScope } from "../../node/interface/errand.ts";
import type { SystemPorts } from "../frame/tool.ts";
import { linesBetween, type TimedLine } from "./log-lines.ts";

const PROGRAM_MS = 60_000;

/** A log of this node, its lines of the period. */
export interface CollectedLog {
  readonly path: string;
  readonly isDaemons: boolean;
  readonly lines: readonly TimedLine[];
}

/** Finds the log, and what was rotated away since the beginning of the period; prints the newest bytes of all, oldest first. */
const READ_LOG = `find "$1" -maxdepth 1 -type f \\( -name "$2" -o -name "$2.*" -o -name "$2-*" \\) -newermt "@$3" -printf '%T@ %p\\n' |
  sort -n | cut -d' ' -f2- | while IFS= read -r file; do case $file in *.bz2) bzcat -- "$file";; *.xz) xzcat -- "$file";; *) zcat -f -- "$file";; esac; done |
  tail -c "$4"`;

/** Logs of this node: the daemon's, where its files say it is, those the user names, and the journal. */
export async function collectLogs(scope: CollectScope, ports: SystemPorts, root: string): Promise<CollectedLog[]> {
  const own = scope.searchesLogs ? daemonLogs(ports, root) : [];
  const wanted = [
    ...own.map((path) => ({ path, isDaemons: true })),
    ...scope.extraLogs.filter((path) => !own.includes(path)).map((path) => ({ path, isDaemons: false })),
  ];
  const logs: CollectedLog[] = [];
  for (const { path, isDaemons } of wanted) {
    if (isPrivate(path)) continue;
    const at = path.lastIndexOf("/");
    const folder = path.slice(0, at) || "/";
    // A file changed before the period has nothing of it.
    const words = [folder, path.slice(at + 1), String(scope.fromEpochSeconds), String(LIMITS.collectedLogBytes)];
    const read = await ports.runProgram({ argv: ["sh", "-c", READ_LOG, "sh", ...words], environment: {}, timeoutMs: PROGRAM_MS });
    logs.push({ path, isDaemons, lines: between(read.stdout, scope, ports) });
  }
  if (scope.searchesLogs) logs.push(...(await journal(scope, ports)));
  return logs.filter((log) => log.lines.length > 0);
}

/** Where kodoud writes its log. */
function daemonLogs(ports: SystemPorts, root: string): string[] {
  const { configFolder } = clusterPaths(root);
  const haCf = ports.readFile(`${configFolder}/ha.cf`);
  const settings = "text" in haCf ? parseHaCf(haCf.text).settings : undefined;
  const conf = ports.readFile(`${configFolder}/kodou.conf`);
  const fromConf = "text" in conf ? /^\s+file:\s*["']?([^\s"'#]+)/m.exec(conf.text)?.[1] : undefined;
  const named = [fromConf, settings?.logfile, settings?.debugfile].flatMap((path) => (path === undefined ? [] : [`${root}${path}`]));
  return [...new Set([...named, `${root}/var/log/kodoud.out`])];
}

async function journal(scope: CollectScope, ports: SystemPorts): Promise<CollectedLog[]> {
  const words = ["--since", `@${scope.fromEpochSeconds}`, "--until", `@${scope.toEpochSeconds}`, "-o", "short-iso", "--no-pager", "-q"];
  const read = await ports.runProgram({ argv: ["journalctl", ...words], environment: {}, timeoutMs: PROGRAM_MS });
  if (read.exitCode !== 0) return [];
  return [{ path: "journal", isDaemons: false, lines: between(read.stdout.slice(-LIMITS.collectedLogBytes), scope, ports) }];
}

function between(text: string, { fromEpochSeconds, toEpochSeconds }: CollectScope, ports: SystemPorts): TimedLine[] {
  return linesBetween(text, fromEpochSeconds, toEpochSeconds, ports.epochSeconds());
}

/** Files that are in no report, whoever names them. */
function isPrivate(path: string): boolean {
  return /(^|\/)(secrets|authkeys|shadow|gshadow|\.ssh)(\/|$)|\.(key|pem)$/.test(path);
}
