import type { ToolPorts } from "../frame/tool.ts";

const PROGRAM_MS = 60_000;

/** Does something in a folder that only this user sees, and removes the folder afterwards; without one, `otherwise`. */
export async function inTemporaryFolder<Done>(
  ports: ToolPorts,
  work: (folder: string) => Promise<Done>,
  otherwise: (problem: string) => Done,
): Promise<Done> {
  const made = await ports.runProgram({ argv: ["mktemp", "-d", "-t", "crm_report.XXXXXX"], environment: {}, timeoutMs: PROGRAM_MS });
  const folder = made.stdout.trim();
  if (made.exitCode !== 0 || !folder.startsWith("/")) return otherwise(`no temporary folder: ${made.stderr.trim()}`);
  try {
    return await work(folder);
  } finally {
    await ports.runProgram({ argv: ["rm", "-rf", "--", folder], environment: {}, timeoutMs: PROGRAM_MS });
  }
}
