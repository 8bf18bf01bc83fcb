import { writeSync } from "node:fs";
import { join } from "node:path";
import { osToolPorts } from "../drivers/tool-ports.ts";
import { clusterPaths } from "../model/paths.ts";
import type { ClientReply, ClientRequest } from "../node/client.ts";
import { runTool, type Tool } from "../tools/tool.ts";
import { kodouVersion } from "./version.ts";

/** Main of every tool: the real world in, exit code out. A closed pipe ends it quietly. */
export function toolMain(tool: Tool): void {
  void runOnSystem(tool, process.argv.slice(2)).then((exitCode) => {
    process.exitCode = exitCode;
  });
}

/** Runs a tool in the real world, prints what it has to say and gives its exit code. */
export async function runOnSystem(tool: Tool, argv: readonly string[]): Promise<number> {
  const paths = clusterPaths(process.env["KODOU_ROOT"] ?? "");
  const ports = osToolPorts<ClientRequest, ClientReply>(paths, join(__dirname, "..", "resource-agents"));
  const result = await runTool(tool, argv, ports, kodouVersion);
  write(2, result.stderr);
  write(1, result.stdout);
  return result.exitCode;
}

function write(file: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EAGAIN") continue;
      if (code === "EPIPE") return;
      throw error;
    }
  }
}
