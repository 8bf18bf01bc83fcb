import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { ToolResult } from "../../../src/tools/frame/tool.ts";

/** Runs one program of a line; undefined when it is none of ours. */
export type RunProgram = (argv: readonly string[], stdin: string) => Promise<ToolResult> | undefined;

interface Call {
  words: string[];
  /** Standard error goes where standard output goes. */
  isMerged: boolean;
  inputFile: string | undefined;
}

type Operator = "|" | "&&" | ";";

/**
 * Runs a shell line in this process: words with quotes, pipes, `&&`, `< FILE`, `2>&1`, and `$(...)` as a word. Our
 * tools run as functions, anything else (grep, sed) as a child process.
 */
export async function runShellLine(line: string, stdin: string, run: RunProgram): Promise<ToolResult> {
  let stdout = "";
  let stderr = "";
  let last: ToolResult = { stdout: "", stderr: "", exitCode: 0 };
  let piped: string | undefined;
  for (const { call, then } of await parseLine(line, run)) {
    const input = call.inputFile !== undefined ? fileText(call.inputFile) : (piped ?? stdin);
    last = await (run(call.words, input) ?? runChild(call.words, input));
    if (call.isMerged) last = { ...last, stdout: last.stderr + last.stdout, stderr: "" };
    stderr += last.stderr;
    piped = then === "|" ? last.stdout : undefined;
    if (then !== "|") stdout += last.stdout;
    if (then === "&&" && last.exitCode !== 0) break;
  }
  return { stdout, stderr, exitCode: last.exitCode };
}

function fileText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function runChild(argv: readonly string[], input: string): Promise<ToolResult> {
  const [program = "", ...rest] = argv;
  const ended = spawnSync(program, rest, { input, encoding: "utf8" });
  return Promise.resolve({ stdout: ended.stdout ?? "", stderr: ended.stderr ?? "", exitCode: ended.status ?? 127 });
}

async function parseLine(line: string, run: RunProgram): Promise<{ call: Call; then: Operator | undefined }[]> {
  const out: { call: Call; then: Operator | undefined }[] = [];
  let call: Call = { words: [], isMerged: false, inputFile: undefined };
  let isInputNext = false;
  const close = (then: Operator | undefined): void => {
    if (call.words.length > 0) out.push({ call, then });
    call = { words: [], isMerged: false, inputFile: undefined };
  };
  for (const token of tokens(line)) {
    if (token.kind === "operator") close(token.text as Operator);
    else if (token.kind === "merge") call.isMerged = true;
    else if (token.kind === "input") isInputNext = true;
    else {
      const text = token.kind === "command" ? (await runShellLine(token.text, "", run)).stdout.trim() : token.text;
      if (isInputNext) call.inputFile = text;
      else call.words.push(text);
      isInputNext = false;
    }
  }
  close(undefined);
  return out;
}

interface Token {
  readonly kind: "word" | "operator" | "merge" | "input" | "command";
  readonly text: string;
}

function tokens(line: string): Token[] {
  const out: Token[] = [];
  const pattern =
    /\s+|(?<operator>\|(?!\|)|&&|;)|(?<merge>2>&1)|(?<input><)|\$\((?<command>[^)]*)\)|(?<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"|;<&\\]|&(?!&))+)/gsy;
  for (let at = 0; at < line.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (!match) throw new Error(`cannot read the command from character ${at + 1}: ${line.slice(at, at + 60)}`);
    at = pattern.lastIndex;
    const found = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined);
    if (found) out.push({ kind: found[0] as Token["kind"], text: found[0] === "word" ? unquoted(found[1] ?? "") : (found[1] ?? "") });
  }
  return out;
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_all, single?: string, double?: string, escaped?: string) => {
    return single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "";
  });
}
