import { writeSync } from "node:fs";
import { join } from "node:path";
import { osToolPorts } from "../drivers/tool-ports.ts";
import { EXIT } from "../model/exit-code.ts";
import { clusterPaths } from "../model/paths.ts";
import type { ClientReply, ClientRequest } from "../node/interface/client.ts";
import { runTool, type SystemPorts, type Tool } from "../tools/frame/tool.ts";
import { kodouVersion } from "./version.ts";

/** Main of every tool: the real world in, exit code out. A closed pipe ends it quietly. */
export function toolMain(tool: Tool): void {
  // Everything is written by then. To leave it to Node.js to end would have it take the heap apart first.
  void runOnSystem(tool, process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
}

/** Runs a tool in the real world, prints what it has to say and gives its exit code. */
export async function runOnSystem(tool: Tool, argv: readonly string[]): Promise<number> {
  const result = await runTool(tool, argv, systemPorts(), kodouVersion);
  write(2, result.stderr);
  const problem = write(1, result.stdout);
  if (problem === undefined) return result.exitCode;
  write(2, `${tool.description.tool}: the output cannot be written: ${problem}\n`);
  return result.exitCode === EXIT.ok ? EXIT.ioError : result.exitCode;
}

/** The real world for tools. */
export function systemPorts(): SystemPorts {
  const paths = clusterPaths(process.env["KODOU_ROOT"] ?? "");
  return osToolPorts<ClientRequest, ClientReply>(paths, join(__dirname, "..", "resource-agents"));
}

const REASONS: Readonly<Record<string, string>> = { ENOSPC: "No space left on device", EIO: "Input/output error", EFBIG: "File too large" };
const PAUSE_MS = 2;

/** Writes a text whole; nobody reading on is no error. Gives the reason when it cannot be written. */
function write(file: number, text: string): string | undefined {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (code === "EPIPE") return undefined;
      if (code !== "EAGAIN") return REASONS[code] ?? code;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
  return undefined;
}
