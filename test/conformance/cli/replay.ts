import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { osToolPorts } from "../../../src/drivers/tool-ports.ts";
import type { ClientReply, ClientRequest } from "../../../src/node/interface/client.ts";
import { ALL_TOOLS } from "../../../src/tools/all-tools.ts";
import { runTool, type SystemPorts } from "../../../src/tools/frame/tool.ts";
import { normalizedLines } from "./normalize.ts";
import { type RunProgram, runShellLine } from "./shell.ts";
import { type CliStep, type CliSuite, recordedCib } from "./steps.ts";

/** What a step came to; empty lists are agreement. Each line begins with `-` (expected) or `+` (ours). */
export interface Verdict {
  readonly step: CliStep;
  readonly exitCode: readonly string[];
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly cib: readonly string[];
}

/** True when nothing differs. */
export function hasPassed(verdict: Verdict): boolean {
  return [verdict.exitCode, verdict.stdout, verdict.stderr, verdict.cib].every((lines) => lines.length === 0);
}

/** Replays one step from the CIB recorded before it. */
export async function replayStep(suite: CliSuite, step: CliStep): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "cts-cli.shadow."));
  try {
    return await replayIn(folder, suite, step);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayIn(folder: string, suite: CliSuite, step: CliStep): Promise<Verdict> {
  const data = suite.directory;
  const copy = join(folder, "cts-cli.cib.xml");
  const place = (text: string): string =>
    text.replaceAll("CTS_CLI_DATA", data).replaceAll("SHADOW_DIR", folder).replaceAll("CIB_COPY", copy);
  const environment = new Map<string, string>();
  for (const [name, value] of Object.entries({ ...suite.baseEnvironment, ...step.env })) environment.set(name, place(value));
  for (const name of step.env_unset) environment.delete(name);
  const before = recordedCib(suite, step.cib_before);
  const file = environment.has("CIB_shadow") ? join(folder, `shadow.${environment.get("CIB_shadow")}`) : copy;
  mkdirSync(folder, { recursive: true });
  if (before !== undefined) writeFileSync(file, before);
  if (step.kind !== "acl") {
    const asRoot = new Map([...environment, ["CIB_user", "root"]]);
    for (const line of step.setup ?? []) if (typeof line === "string") await runShellLine(place(line), "", programs(asRoot));
    if (step.setup?.some((line) => typeof line !== "string")) forgetResourceDefaults(file);
  }
  const called = await runShellLine(place(step.command), step.stdin?.text ?? "", programs(environment));
  const own = step.expected_stdout === null ? { ...called, stdout: called.stderr + called.stdout, stderr: "" } : called;
  const after = recordedCib(suite, step.cib_after);
  const isCibKept = step.setup !== null && step.kind !== "acl" && typeof step.setup[0] === "string";
  const lines = (text: string): string[] => normalizedLines(text, data);
  return {
    step,
    exitCode: own.exitCode === step.expected_rc ? [] : [`- ${step.expected_rc}`, `+ ${own.exitCode}`],
    stdout: difference(lines(step.expected_stdout ?? blockContent(step)), lines(own.stdout)),
    stderr: difference(lines(step.expected_stderr ?? ""), lines(own.stderr)),
    cib:
      after === undefined || isCibKept
        ? []
        : difference(lines(withoutStamps(after)), lines(withoutStamps(existsSync(file) ? readFileSync(file, "utf8") : ""))),
  };
}

/** What the original log holds between the lines that begin and end a step. */
function blockContent(step: CliStep): string {
  return step.expected_block
    .split("\n")
    .filter((line) => !/^=#=#=#= |^\* Passed: /.test(line))
    .join("\n");
}

function programs(environment: ReadonlyMap<string, string>): RunProgram {
  const world = osToolPorts<ClientRequest, ClientReply>(
    { toolSocket: "/nonexistent", userSocket: "/nonexistent", callerFolder: "/nonexistent" },
    join(process.cwd(), "resource-agents"),
  );
  return (argv, stdin) => {
    const [name = "", ...rest] = argv;
    const tool = ALL_TOOLS.get(name);
    if (!tool) return undefined;
    const ports: SystemPorts = {
      ...world,
      ask: () => Promise.reject(Object.assign(new Error("Connection refused"), { name: "DaemonUnreachable" })),
      readStdin: () => stdin,
      environment: (wanted) => environment.get(wanted),
      environmentNames: () => [...environment.keys()],
      userName: () => "root",
    };
    return runTool(tool, rest, ports, "test");
  };
}

/** As the original driver does it: no defaults, and the counters start again. */
function forgetResourceDefaults(file: string): void {
  const text = readFileSync(file, "utf8").replace(/\s*<rsc_defaults[^>]*\/>|\s*<rsc_defaults>.*<\/rsc_defaults>/s, "");
  const reset = text.replace(/ admin_epoch="[^"]*"/, ' admin_epoch="0"').replace(/ epoch="[^"]*"/, ' epoch="1"');
  writeFileSync(file, reset.replace(/ num_updates="[^"]*"/, ' num_updates="0"'));
}

/** Who wrote it and when, and digests that depend on the agent's meta-data, are no part of the comparison. */
function withoutStamps(text: string): string {
  return text.replace(/ (?:cib-last-written|update-origin|update-client|update-user)="[^"]*"/g, "");
}

/** White space does not count, as in the original driver's comparison. */
const isSame = (a: string | undefined, b: string | undefined): boolean => a?.replaceAll(" ", "") === b?.replaceAll(" ", "");

/** Lines of the longest common subsequence left out: what is expected and missing, what is ours and too much. */
function difference(expected: readonly string[], own: readonly string[]): string[] {
  const rows = expected.length;
  const columns = own.length;
  let head = 0;
  while (head < rows && head < columns && isSame(expected[head], own[head])) head += 1;
  if (head === rows && head === columns) return [];
  const width = columns + 1;
  const table = new Uint32Array((rows + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = rows - 1; i >= head; i -= 1)
    for (let j = columns - 1; j >= head; j -= 1)
      table[i * width + j] = isSame(expected[i], own[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: string[] = [];
  for (let i = head, j = head; i < rows || j < columns; ) {
    if (i < rows && j < columns && isSame(expected[i], own[j])) {
      i += 1;
      j += 1;
    } else if (j >= columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) {
      out.push(`- ${expected[i]}`);
      i += 1;
    } else {
      out.push(`+ ${own[j]}`);
      j += 1;
    }
  }
  return out;
}
