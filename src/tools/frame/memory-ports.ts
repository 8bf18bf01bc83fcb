import type { ClientReply, ClientRequest } from "../../node/interface/client.ts";
import type { AgentRunner } from "../../ports/agent-runner.ts";
import { runTool, type SystemPorts, type Tool, type ToolResult } from "./tool.ts";

/** A small world for tests of tools: files in memory, no daemon unless `ask` is given. */
export interface MemoryWorld {
  readonly files: Map<string, string>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly agents?: AgentRunner;
  /** Nothing can be written. */
  readonly isReadOnly?: boolean;
  /** Nothing can be written below these. */
  readonly missingFolders?: readonly string[];
  /** Instead of 1000. */
  readonly nowEpochSeconds?: number;
  readonly ask?: (request: ClientRequest) => ClientReply;
}

const noAgents: AgentRunner = {
  run: () => {
    throw new Error("there are no agents in this world");
  },
  metadata: async () => undefined,
  list: async () => [],
};

/** Ports on a world in memory; the time is 1000, dates are shown as `<1000>`. */
function memoryPorts(world: MemoryWorld): SystemPorts {
  return {
    ask: async (request) => {
      if (world.ask) return world.ask(request);
      throw Object.assign(new Error("Connection refused"), { name: "DaemonUnreachable" });
    },
    readFile: (path) => {
      const text = world.files.get(path);
      return text === undefined ? { problem: "No such file or directory" } : { text };
    },
    writeFile: (path, text, style) => {
      if (world.isReadOnly === true) return `${path}: Read-only file system`;
      const isLost = style?.areFoldersMade !== true && world.missingFolders?.some((folder) => path.startsWith(`${folder}/`));
      if (isLost === true) return `${path}: No such file or directory`;
      world.files.set(path, text);
      return undefined;
    },
    removeFile: (path) => (world.files.delete(path) ? undefined : `${path}: No such file or directory`),
    listFolder: (folder) => {
      const inside = [...world.files.keys()].filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).replace(/\/.*/, "")))].sort();
    },
    environmentNames: () => Object.keys(world.environment ?? {}),
    readStdin: () => world.stdin ?? "",
    environment: (name) => world.environment?.[name],
    epochSeconds: () => world.nowEpochSeconds ?? 1000,
    monotonicMs: () => 0,
    dateText: (seconds) => `<${seconds}>`,
    userName: () => "tester",
    hostName: () => "n1",
    sleep: async () => undefined,
    agents: async () => world.agents ?? noAgents,
    runProgram: async (call) => ({ stdout: "", stderr: `${call.argv[0]}: No such file or directory\n`, exitCode: 127 }),
  };
}

/** Runs a tool in such a world. */
export function runInMemory(tool: Tool, argv: readonly string[], world: MemoryWorld): Promise<ToolResult> {
  return runTool(tool, argv, memoryPorts(world), "test");
}
