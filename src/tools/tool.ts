import { EXIT } from "../model/exit-code.ts";
import type { ClientReply, ClientRequest } from "../node/client.ts";
import { hasOption, helpText, optionValue, type ParsedOptions, parseOptions, type ToolDescription, UsageError } from "./option-table.ts";

/** What a tool may use of the world around it. */
export interface ToolPorts {
  /** Asks the daemon; rejects with an Error whose message is for people when it cannot be reached. */
  ask(request: ClientRequest, timeoutMs?: number): Promise<ClientReply>;
  /** Content of a file; undefined with a reason when it cannot be read. */
  readFile(path: string): { readonly text: string } | { readonly problem: string };
  writeFile(path: string, text: string): string | undefined;
  readStdin(): string;
  environment(name: string): string | undefined;
  epochSeconds(): number;
  dateText(epochSeconds: number): string;
  userName(): string;
}

/** What a tool prints and how it ends. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command-line tool. */
export interface Tool {
  readonly description: ToolDescription;
  run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult>;
}

export const done = (stdout = "", exitCode: number = EXIT.ok): ToolResult => ({ stdout, stderr: "", exitCode });
export const failed = (exitCode: number, stderr: string): ToolResult => ({ stdout: "", stderr: `${stderr}\n`, exitCode });

/** Runs a tool with its arguments: help, version and usage errors are the same for all. */
export async function runTool(tool: Tool, argv: readonly string[], ports: ToolPorts, version: string): Promise<ToolResult> {
  const { description } = tool;
  let parsed: ParsedOptions;
  try {
    parsed = parseOptions(description, argv);
  } catch (error) {
    if (error instanceof UsageError) return failed(EXIT.usage, error.message);
    throw error;
  }
  if (hasOption(parsed, "help") || hasOption(parsed, "help-all")) return done(helpText(description));
  if (hasOption(parsed, "version")) return done(`Pacemaker 3.0.2 (kodou ${version})\nWritten by the kodou project contributors\n`);
  const format = optionValue(parsed, "output-as");
  if (format !== undefined && !["text", "xml", "json", "console", "none"].includes(format)) {
    return failed(EXIT.error, `${description.tool}: Error creating output format ${format}: Unknown output format`);
  }
  try {
    return await tool.run(parsed, ports);
  } catch (error) {
    if (error instanceof UsageError) return failed(EXIT.usage, error.message);
    if (error instanceof Error && error.name === "DaemonUnreachable") {
      return failed(EXIT.disconnected, `${description.tool}: Connection to cluster failed: ${error.message} (is kodoud running here?)`);
    }
    throw error;
  }
}
