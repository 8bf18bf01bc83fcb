import type { ClientReply, ClientRequest } from "../node/client.ts";
import { runTool, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

/** A small world for tests of tools: files in memory, no daemon unless `ask` is given. */
export interface MemoryWorld {
  readonly files: Map<string, string>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly ask?: (request: ClientRequest) => ClientReply;
}

/** Ports on a world in memory; the time is 1000, dates are shown as `<1000>`. */
function memoryPorts(world: MemoryWorld): ToolPorts {
  return {
    ask: async (request) => {
      if (world.ask) return world.ask(request);
      throw Object.assign(new Error("Connection refused"), { name: "DaemonUnreachable" });
    },
    readFile: (path) => {
      const text = world.files.get(path);
      return text === undefined ? { problem: "No such file or directory" } : { text };
    },
    writeFile: (path, text) => {
      world.files.set(path, text);
      return undefined;
    },
    readStdin: () => world.stdin ?? "",
    environment: (name) => world.environment?.[name],
    epochSeconds: () => 1000,
    dateText: (seconds) => `<${seconds}>`,
    userName: () => "tester",
  };
}

/** Runs a tool in such a world. */
export function runInMemory(tool: Tool, argv: readonly string[], world: MemoryWorld): Promise<ToolResult> {
  return runTool(tool, argv, memoryPorts(world), "test");
}
