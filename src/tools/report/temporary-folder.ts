import { EXIT } from "../../model/exit-code.ts";
import { failed, type ToolPorts, type ToolResult } from "../tool.ts";

const PROGRAM_MS = 60_000;

/** Does something in a folder that only this user sees, and removes the folder afterwards. */
export async function inTemporaryFolder(ports: ToolPorts, work: (folder: string) => Promise<ToolResult>): Promise<ToolResult> {
  const made = await ports.runProgram({ argv: ["mktemp", "-d", "-t", "crm_report.XXXXXX"], environment: {}, timeoutMs: PROGRAM_MS });
  const folder = made.stdout.trim();
  if (made.exitCode !== 0 || !folder.startsWith("/")) return failed(EXIT.cannotCreate, `no temporary folder: ${made.stderr.trim()}`);
  try {
    return await work(folder);
  } finally {
    await ports.runProgram({ argv: ["rm", "-rf", "--", folder], environment: {}, timeoutMs: PROGRAM_MS });
  }
}
