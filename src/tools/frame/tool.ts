import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply, ClientRequest } from "../../node/interface/client.ts";
import type { LogEntry } from "../../output/text/log-entry.ts";
import { isLogAsked, type LogChoice, logText } from "../../output/text/log-entry.ts";
import type { AgentRunner } from "../../ports/agent-runner.ts";
import { element } from "../../xml/element.ts";
import { type Answer, type OutputFormat, RequestRefused, refusal, renderAnswer } from "./answer.ts";
import { helpText } from "./help-text.ts";
import { htmlPageOptions } from "./html-options.ts";
import { hasOption, helpTopic, optionValue, type ParsedOptions, parseOptions, type ToolDescription, UsageError } from "./option-table.ts";

/** What the operating system gives a tool. */
export interface SystemPorts {
  /** Asks the daemon; rejects with an Error whose message is for people when it cannot be reached. */
  ask(request: ClientRequest, timeoutMs?: number): Promise<ClientReply>;
  /** Content of a file; undefined with a reason when it cannot be read. */
  readFile(path: string): { readonly text: string } | { readonly problem: string };
  /** Undefined when it was written, else why not. */
  writeFile(path: string, text: string, style?: WriteStyle): string | undefined;
  removeFile(path: string): string | undefined;
  /** Names in a folder, sorted; empty when there is none. */
  listFolder(path: string): readonly string[];
  readStdin(): string;
  environment(name: string): string | undefined;
  /** Names of all variables of the environment. */
  environmentNames(): readonly string[];
  epochSeconds(): number;
  /** Time for measuring, in ms. */
  monotonicMs(): number;
  dateText(epochSeconds: number): string;
  userName(): string;
  hostName(): string;
  sleep(ms: number): Promise<void>;
  /** This machine's resource agents. */
  agents(): Promise<AgentRunner>;
  /** Runs a program to its end, or for the time given. */
  runProgram(call: ProgramCall): Promise<ToolResult>;
}

/** How a file is written. */
export interface WriteStyle {
  /** Whom the umask lets can read it, not its owner alone. */
  readonly isForAll?: boolean;
  /** Folders on the way that are missing are made. */
  readonly areFoldersMade?: boolean;
}

/** A program to be run. */
export interface ProgramCall {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** For its standard input. */
  readonly input?: string;
  /** The program takes over the terminal: an editor, a shell. */
  readonly isInteractive?: boolean;
  /** For people at that terminal, before the program starts. */
  readonly notice?: string;
}

/** What a tool may use of the world around it. */
export interface ToolPorts extends SystemPorts {
  /** Version of kodou. */
  readonly version: string;
  /** Notes something for the log, or what a function finds if anybody sees it: it reaches the terminal when the user asked for it there. */
  log(entry: LogEntry | (() => readonly LogEntry[])): void;
}

/** What a tool prints and how it ends. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command-line tool. Most give an answer that is put into the format asked for; some print a format of their own. */
export interface Tool {
  readonly description: ToolDescription;
  run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer | ToolResult>;
}

export const done = (stdout = "", exitCode: number = EXIT.ok): ToolResult => ({ stdout, stderr: "", exitCode });
export const failed = (exitCode: number, stderr: string): ToolResult => ({ stdout: "", stderr: `${stderr}\n`, exitCode });

const VERSION_AUTHOR = "Andrew Beekhof and the Pacemaker project contributors";

/** Runs a tool with its arguments: help, version, formats, the log and usage errors are the same for all. */
export async function runTool(tool: Tool, argv: readonly string[], system: SystemPorts, version: string): Promise<ToolResult> {
  const { description } = tool;
  let parsed: ParsedOptions;
  try {
    parsed = parseOptions(description, argv);
  } catch (error) {
    if (error instanceof UsageError) return failed(EXIT.usage, error.message);
    throw error;
  }
  const topic = helpTopic(parsed);
  if (topic !== undefined) return done(helpText(description, topic));
  const format = optionValue(parsed, "output-as") ?? "text";
  const formats = description.formats ?? ["text", "xml", "json", "none"];
  if (!formats.includes(format)) {
    return refusedOutput(description, format, "Unknown output format");
  }
  const unopened = openTarget(parsed, system);
  if (unopened !== undefined) return refusedOutput(description, optionValue(parsed, "output-as"), unopened);
  if (hasOption(parsed, "version")) {
    const text = `Pacemaker 3.0.2 (kodou ${version})\nWritten by ${VERSION_AUTHOR}\n`;
    const part = element("version", { program: "Pacemaker", version: "3.0.2", author: VERSION_AUTHOR, build: `kodou ${version}` });
    const shown: OutputFormat = format === "xml" || format === "json" || format === "none" ? format : "text";
    return renderAnswer(description.tool, argv, shown, { text, parts: [part] });
  }
  const entries: LogEntry[] = [];
  const verbosity = parsed.given.filter((option) => option.name === "verbose").length;
  const choice: LogChoice = { verbosity, environment: (name) => system.environment(name) };
  const isLogged = isLogAsked(choice);
  const log = (entry: LogEntry | (() => readonly LogEntry[])): void => {
    if (isLogged) entries.push(...(typeof entry === "function" ? entry() : [entry]));
    else if (typeof entry !== "function" && entry.isAlwaysSaid) entries.push(entry);
  };
  const ports: ToolPorts = { ...system, version, log };
  const rendered = (answer: Answer): ToolResult =>
    renderAnswer(description.tool, argv, format as OutputFormat, answer, htmlPageOptions(parsed));
  let result: ToolResult;
  try {
    const answered = await tool.run(parsed, ports);
    result = "stdout" in answered ? answered : rendered(answered);
  } catch (error) {
    if (error instanceof UsageError) result = rendered({ exitCode: EXIT.usage, errors: [error.message] });
    else if (error instanceof RequestRefused) result = rendered(refusal(description.tool, error.exitCode, error.message));
    else if (error instanceof Error && error.name === "DaemonUnreachable") {
      result = rendered({
        exitCode: EXIT.disconnected,
        errors: [`${description.tool}: Connection to cluster failed: ${error.message} (is kodoud running here?)`],
      });
    } else throw error;
  }
  return { ...redirected(result, parsed, system), stderr: logText(entries, choice) + result.stderr };
}

/** The exit code and the words differ between tools; so it is in Pacemaker 3.0.2. */
function refusedOutput({ tool, outputRefusal = {} }: ToolDescription, format: string | undefined, reason: string): ToolResult {
  const { exitCode = EXIT.error, isUnsigned = false, defaultFormat = "(null)", lastLine } = outputRefusal;
  const line = `${isUnsigned ? "" : `${tool}: `}Error creating output format ${format ?? defaultFormat}: ${reason}`;
  return failed(exitCode, lastLine === undefined ? line : `${line}\n${lastLine}`);
}

/**
 * Why the file that the user named for the output cannot be made: nothing is done then whose outcome could not be told.
 * What is there is left as it is until the outcome replaces it whole; a pipe's reader would take its being opened for the end.
 */
function openTarget(parsed: ParsedOptions, system: SystemPorts): string | undefined {
  const target = optionValue(parsed, "output-to");
  if (target === undefined || target === "-") return undefined;
  const [, folder = "", name = ""] = /^(.*\/)?(.*)$/.exec(target) ?? [];
  if (system.listFolder(folder === "" ? "." : folder).includes(name)) return undefined;
  const problem = system.writeFile(target, "", { isForAll: true });
  return problem?.startsWith(`${target}: `) ? problem.slice(target.length + 2) : problem;
}

/** Output goes to a file when the user named one. */
function redirected(result: ToolResult, parsed: ParsedOptions, system: SystemPorts): ToolResult {
  const target = optionValue(parsed, "output-to");
  if (target === undefined || target === "-" || result.stdout === "") return result;
  const problem = system.writeFile(target, result.stdout, { isForAll: true });
  return problem === undefined ? { ...result, stdout: "" } : { stdout: "", stderr: `${problem}\n`, exitCode: EXIT.cannotCreate };
}
