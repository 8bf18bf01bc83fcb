import type { SystemPorts, ToolResult } from "../frame/tool.ts";

const PROGRAM_MS = 20_000;

/** What crm_report of Pacemaker 3.0.2 asks the system, as far as kodou has a use for it. */
const STATISTICS: readonly (readonly string[])[] = [
  ["uname", "-n"],
  ["uptime"],
  ["ps", "-eo", "pid,ppid,cls,rtprio,ni,pcpu,pmem,rss,stat,etime,args", "--forest"],
  ["ip", "address", "list"],
  ["ip", "-s", "link"],
  ["ip", "route"],
  ["ip", "neighbour"],
  ["ss", "-lntup"],
  ["free", "-m"],
  ["mount"],
  ["df", "-h"],
  ["lsblk"],
  ["lscpu"],
];

const PACKAGES = [
  "resource-agents",
  "fence-agents",
  "cluster-glue",
  "crmsh",
  "pcs",
  "corosync",
  "pacemaker",
  "heartbeat",
  "nodejs",
  "drbd-utils",
];

/** Platform and versions (`sysinfo.txt`). */
export async function systemFacts(ports: SystemPorts, version: string): Promise<string> {
  const [kernel = "", release = "", machine = ""] = await Promise.all(["-s", "-r", "-m"].map((word) => output(ports, ["uname", word])));
  const osRelease = ports.readFile("/etc/os-release");
  const distribution = "text" in osRelease ? /^PRETTY_NAME="?([^"\n]*)/m.exec(osRelease.text)?.[1] : undefined;
  const packages = await output(ports, [
    "dpkg-query",
    "-W",
    "-f",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    "${Package} ${Version} ${Architecture} ${db:Status-Abbrev}\\n",
    ...PACKAGES,
  ]);
  return [
    `Platform: ${kernel.trim()}`,
    `Kernel release: ${release.trim()}`,
    `Architecture: ${machine.trim()}`,
    `Distribution: ${distribution ?? "unknown"}`,
    "",
    `kodou ${version} (tools of Pacemaker 3.0.2)`,
    `Node.js: ${(await output(ports, ["node", "--version"])).trim()}`,
    "",
    "Installed packages:",
    packages.trim(),
    "",
  ].join("\n");
}

/** Processes, networks, disks (`sysstats.txt`): each command as it is typed, then what it prints. */
export async function systemStatistics(ports: SystemPorts): Promise<string> {
  const sections: string[] = [];
  for (const argv of STATISTICS) sections.push(`+ ${argv.join(" ")}\n${await output(ports, argv)}`);
  return sections.join("\n");
}

/** What DRBD says (`drbd_info.txt`); empty where there is none. */
export async function drbdFacts(ports: SystemPorts): Promise<string> {
  const sections: string[] = [];
  for (const argv of [
    ["drbdadm", "dump"],
    ["drbdadm", "status"],
    ["drbdsetup", "status", "--verbose", "--statistics"],
  ]) {
    const { stdout, exitCode } = await run(ports, argv);
    if (exitCode === 0) sections.push(`--- ${argv.join(" ")}:\n${stdout.replace(/(shared-secret\s*"?)[^";]*/g, "$1****")}`);
  }
  return sections.join("\n");
}

/** Folders whose owner or mode is not as it should be (`permissions.txt`). */
export async function permissions(ports: SystemPorts, folders: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const folder of folders) {
    const { stdout, exitCode } = await run(ports, ["stat", "-c", "%A %a %U %G %n", folder]);
    if (exitCode !== 0) lines.push(`${folder} doesn't exist`);
    else if (/^d....w|^d.......w/.test(stdout)) lines.push(`others may write into ${folder}: ${stdout.trim()}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

async function output(ports: SystemPorts, argv: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await run(ports, argv);
  return exitCode === 127 && stdout === "" ? `${argv[0]}: not installed\n` : stdout + stderr;
}

function run(ports: SystemPorts, argv: readonly string[]): Promise<ToolResult> {
  return ports.runProgram({ argv, environment: { LC_ALL: "C" }, timeoutMs: PROGRAM_MS });
}
