import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";
import { LIMITS } from "../base/limits.ts";
import { ok } from "../base/result.ts";
import { systemErrorText } from "../model/result-codes.ts";
import type { AgentRunner } from "../ports/agent-runner.ts";
import { writeFileAtomically } from "./disk/atomic-file.ts";
import { isPacked, PACKED_SUFFIX, packed, unpacked } from "./disk/bzip2.ts";
import { decodedText } from "./disk/decoded-text.ts";
import { askDaemon, type DaemonSockets } from "./ipc.ts";
import { type Answer, askPersistently, changeKeys, launcherKey } from "./persistent-asking.ts";
import { wallClock } from "./wall-clock.ts";

/** How long a tool waits for an answer unless it says otherwise. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Exit code of a shell for a program that is not there. */
const NOT_STARTED = 127;
/** Exit code of a program that ran out of time. */
const TIMED_OUT = 124;

/** A program to be run to its end. */
interface ProgramCall {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly input?: string;
  readonly isInteractive?: boolean;
  readonly notice?: string;
}

/** How a file is written. */
interface WriteStyle {
  readonly isForAll?: boolean;
  readonly areFoldersMade?: boolean;
}

/** What a program printed, and how it ended. */
interface ProgramEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The real world for tools: files, the environment, the daemon behind its sockets, the agents that came with us. */
export function osToolPorts<Request, Reply extends Answer>(sockets: DaemonSockets, ownAgentsFolder: string) {
  const nextKey = changeKeys(launcherKey(process.env["KODOU_LAUNCHER_KEY"], process.pid));
  return {
    ...wallClock(),
    ask: (request: Request, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<Reply> =>
      askPersistently({ ...request, key: nextKey() }, timeoutMs, (keyed, leftMs) => askDaemon(sockets, keyed, leftMs) as Promise<Reply>),
    readFile: (path: string): { text: string } | { problem: string } => {
      try {
        const bytes = readFileSync(path);
        if (!isPacked(bytes)) return { text: decodedText(bytes) };
        const content = unpacked(bytes);
        return content.ok ? { text: decodedText(content.value) } : { problem: content.error };
      } catch (error) {
        return { problem: explain(error) };
      }
    },
    writeFile: (path: string, text: string, { isForAll = false, areFoldersMade = false }: WriteStyle = {}): string | undefined => {
      const content = path.endsWith(PACKED_SUFFIX) ? packed(Buffer.from(text)) : ok(text);
      if (!content.ok) return `${path}: ${content.error}`;
      const written = content.value;
      try {
        if (areFoldersMade) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        else if (path !== "-") statSync(dirname(path));
        if (path === "-") writeFileSync(1, written);
        // A device or a pipe is written to, not replaced.
        else if (isSpecial(path)) writeFileSync(path, written);
        // In place, as Pacemaker's library writes a CIB_file: pcs has the file open and reads the outcome there. Pages for
        // all appear whole.
        else if (!isForAll && existsSync(path)) writeFileSync(path, written);
        else writeFileAtomically(path, written, isForAll ? 0o666 : 0o600);
        return undefined;
      } catch (error) {
        return `${path}: ${explain(error)}`;
      }
    },
    removeFile: (path: string): string | undefined => {
      try {
        unlinkSync(path);
        return undefined;
      } catch (error) {
        return `${path}: ${explain(error)}`;
      }
    },
    listFolder: (path: string): readonly string[] => {
      try {
        return readdirSync(path).sort();
      } catch {
        return [];
      }
    },
    readStdin: (): string => decodedText(readFileSync(0)),
    environment: (name: string): string | undefined => process.env[name],
    environmentNames: (): readonly string[] => Object.keys(process.env),
    userName: (): string => userInfo().username,
    hostName: (): string => hostname(),
    // Read when it is needed only: most tools call no agent and shall start at once.
    agents: async (): Promise<AgentRunner> => {
      const [{ OsAgentRunner }, { OsProcessRunner }] = await Promise.all([
        import("./agents/os-agent-runner.ts"),
        import("./process-runner.ts"),
      ]);
      return new OsAgentRunner({ processes: new OsProcessRunner(), ownAgentsFolder });
    },
    runProgram: async (call: ProgramCall): Promise<ProgramEnd> => {
      const [program = "", ...rest] = call.argv;
      if (call.notice !== undefined) writeSync(1, call.notice);
      if (program === "") return { stdout: "", stderr: `: ${systemErrorText("ENOENT")}\n`, exitCode: NOT_STARTED };
      const ended = spawnSync(program, rest, {
        env: { ...process.env, ...call.environment },
        timeout: call.timeoutMs,
        encoding: "utf8",
        maxBuffer: LIMITS.toolProgramBytes,
        stdio: call.isInteractive === true ? "inherit" : [call.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        ...(call.input === undefined ? {} : { input: call.input }),
      });
      const isMissing = ended.error !== undefined && ended.status === null;
      return {
        stdout: ended.stdout ?? "",
        stderr: isMissing ? `${program}: ${explain(ended.error)}\n` : (ended.stderr ?? ""),
        exitCode: ended.status ?? (isMissing ? NOT_STARTED : TIMED_OUT),
      };
    },
  };
}

function isSpecial(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile();
}

function explain(error: unknown): string {
  const known = systemErrorText((error as NodeJS.ErrnoException).code ?? "");
  return known ?? (error instanceof Error ? error.message : String(error));
}
