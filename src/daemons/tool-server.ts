import { chmodSync, existsSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { hostname } from "node:os";
import { LIMITS } from "../base/limits.ts";
import { DaemonConnection } from "../drivers/daemon-connection.ts";
import { FrameCutter } from "../drivers/ipc-frame.ts";
import { LauncherAnswer, type LauncherCall, readCall } from "../drivers/launcher-protocol.ts";
import { askPersistently, changeKeys } from "../drivers/persistent-asking.ts";
import { wallClock } from "../drivers/wall-clock.ts";
import { clusterPaths } from "../model/paths.ts";
import type { ClientReply, ClientRequest } from "../node/interface/client.ts";
import { runTool, type SystemPorts, type Tool } from "../tools/frame/tool.ts";
import { monitorMode } from "../tools/monitor/monitor-mode.ts";
import { isQuicklyDone, isServedCall } from "../tools/served-tools.ts";
import { daemonAgents } from "./daemon-agents.ts";

/** How the tool server is started. */
export interface ToolServerOptions {
  /** Prefix of all paths. */
  readonly root: string;
  readonly version: string;
  /** The tools it runs, by name. */
  readonly tools: ReadonlyMap<string, Tool>;
}

/** Thrown where a tool reaches for something that only its own process may have: a file, a program, another time zone. */
class NeedsOwnProcess extends Error {}
/** Thrown where a tool reads its standard input, which has not come yet: it is run again from the start. */
class NeedsInput extends Error {}

/** How often a launcher hears that its tool is still at work. */
const PULSE_MS = 1000;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Requests that ask only. A change of the CIB carries a key; any other request must not go out twice. */
const REPEATABLE: ReadonlySet<ClientRequest["op"]> = new Set([
  "cib",
  "status",
  "attribute-query",
  "fence-history",
  "fence-history-cleanup",
]);

/**
 * Runs tools for root's launchers in one resident process, apart from the cluster daemon. It opens no file and starts no
 * program for anybody: a tool that wants one is run by its own program, with the caller's rights and surroundings. What
 * agents there are, and what they say of themselves, the daemon is asked.
 */
export async function serveTools(options: ToolServerOptions): Promise<void> {
  const paths = clusterPaths(options.root);
  const daemon = new DaemonConnection(paths.toolSocket);
  let running = 0;
  const server = createServer((socket) => {
    const answer = new LauncherAnswer(socket);
    const cutter = new FrameCutter(LIMITS.xmlDocumentBytes);
    const input = new InputGate();
    let call: LauncherCall | undefined;
    socket.on("error", () => socket.destroy());
    socket.setTimeout(LIMITS.ipcSilenceMs, () => {
      if (!call) socket.destroy();
    });
    socket.on("close", () => input.close());
    socket.on("data", (chunk) => {
      let frames: Buffer[];
      try {
        frames = cutter.push(chunk);
      } catch {
        socket.destroy();
        return;
      }
      for (const frame of frames) {
        if (call) input.push(frame);
        else {
          call = readCall(frame);
          const tool = call && options.tools.get(call.tool);
          if (!call || !tool || running >= LIMITS.toolRuns || !isServable(call, options.root) || !isServedCall(tool, call.argv)) {
            decline(answer, socket);
            return;
          }
          running += 1;
          void serveCall(tool, call, answer, input, daemon, options.version).finally(() => {
            running -= 1;
            socket.end();
          });
        }
      }
    });
  });
  server.maxConnections = LIMITS.ipcConnections;
  if (existsSync(paths.launcherSocket)) unlinkSync(paths.launcherSocket);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const usual = process.umask(0o177);
    server.listen(paths.launcherSocket, resolve);
    process.umask(usual);
  });
  chmodSync(paths.launcherSocket, 0o600);
}

function decline(answer: LauncherAnswer, socket: Socket): void {
  answer.signal("B");
  socket.end();
}

/** False where the call's surroundings make a difference that this process cannot imitate. */
function isServable({ tool, argv, environment }: LauncherCall, root: string): boolean {
  if ((environment.get("KODOU_ROOT") ?? "") !== root || environment.get("TZ") !== process.env["TZ"]) return false;
  // What goes on is a program of its own; the launcher's output may be a terminal.
  return tool !== "crm_mon" || monitorMode(argv, { isTerminal: true, usesFile: false }).kind === "once";
}

/** Collects standard input until its end. */
class InputGate {
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #settle: ((text: string | undefined) => void) | undefined;

  push(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > LIMITS.xmlDocumentBytes) this.close();
    else if (part.length > 0) this.#parts.push(part);
    else this.#settle?.(Buffer.concat(this.#parts).toString("utf8"));
  }

  /** The launcher has gone. */
  close(): void {
    this.#settle?.(undefined);
  }

  /** All of it; undefined when it does not come. */
  wait(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }
}

async function serveCall(
  tool: Tool,
  call: LauncherCall,
  answer: LauncherAnswer,
  input: InputGate,
  daemon: DaemonConnection,
  version: string,
): Promise<void> {
  answer.signal("A");
  const pulse = setInterval(() => answer.signal("P"), PULSE_MS);
  let stdin: string | undefined;
  try {
    for (;;) {
      try {
        answer.finish(await runTool(tool, call.argv, servedPorts(tool, call, stdin, answer, daemon), version));
        return;
      } catch (error) {
        if (!(error instanceof NeedsInput)) throw error;
        const arriving = input.wait();
        answer.signal("I");
        stdin = await arriving;
        if (stdin === undefined) return;
      }
    }
  } catch {
    // A file is wanted, or the tool failed in a way its own program shall show.
    answer.signal("B");
  } finally {
    clearInterval(pulse);
  }
}

/** The world a served tool sees: the daemon, the caller's environment and input, and nothing else. */
function servedPorts(
  tool: Tool,
  call: LauncherCall,
  stdin: string | undefined,
  answer: LauncherAnswer,
  daemon: DaemonConnection,
): SystemPorts {
  const nextKey = changeKeys(call.key);
  const ownProcess = (): never => {
    throw new NeedsOwnProcess();
  };
  return {
    ...wallClock(),
    ask: async (request, timeoutMs = DEFAULT_TIMEOUT_MS) => {
      if (answer.isGone) ownProcess();
      if (!REPEATABLE.has(request.op)) answer.signal("C");
      const send = (keyed: ClientRequest, leftMs: number) => daemon.ask(keyed, leftMs) as Promise<ClientReply>;
      const reply = await askPersistently({ ...request, key: nextKey() }, timeoutMs, send);
      if (!isQuicklyDone(tool, reply.output ?? "")) ownProcess();
      return reply;
    },
    readFile: ownProcess,
    writeFile: ownProcess,
    removeFile: ownProcess,
    listFolder: ownProcess,
    agents: async () =>
      daemonAgents((errand) => daemon.ask({ op: "errand", errand }, DEFAULT_TIMEOUT_MS) as Promise<ClientReply>, ownProcess),
    runProgram: ownProcess,
    readStdin: () => {
      if (stdin === undefined) throw new NeedsInput();
      return stdin;
    },
    environment: (name) => call.environment.get(name),
    environmentNames: () => [...call.environment.keys()],
    userName: () => "root",
    hostName: () => hostname(),
  };
}
