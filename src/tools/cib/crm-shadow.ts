import { emptyCib } from "../../cib/document.ts";
import { makePatchset, patchsetChanges } from "../../cib/patchset.ts";
import { EXIT } from "../../model/exit-code.ts";
import { exitOfSystemError } from "../../model/result-codes.ts";
import { patchsetLines } from "../../output/text/patchset-text.ts";
import { cdataElement, element, textElement, type XmlElement } from "../../xml/element.ts";
import { writeCompact, writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { usageText } from "../frame/help-text.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import { readDocument } from "../frame/read-document.ts";
import type { Tool, ToolPorts, ToolResult } from "../frame/tool.ts";
import { askCib, readCib, usesFile } from "./cib-access.ts";
import { shadowFile } from "./cib-place.ts";
import { shadowDescription } from "./crm-shadow-options.ts";

const TOOL = "crm_shadow";
const MAX_NAME_IN_PROMPT = 40;
const NO_FILE = "No such file or directory";
const EXIT_SHELL = "Press Ctrl+D to exit the crm_shadow shell";
const IS_FOLDER = "Is a directory";
const INVALID = "Invalid argument";

/** A shadow configuration and how it is to be treated. */
interface Shadow {
  readonly parsed: ParsedOptions;
  readonly ports: ToolPorts;
  readonly name: string;
  readonly file: string;
  readonly active: string | undefined;
  readonly isForced: boolean;
}

const ACTIONS: Readonly<Record<string, (shadow: Shadow) => Promise<Answer>>> = {
  which: async ({ name }) => ({ text: `${name}\n`, parts: [element("shadow", { instance: name })] }),
  file: async ({ name, file }) => ({ text: `${file}\n`, parts: [element("shadow", { instance: name, file })] }),
  display,
  diff,
  edit,
  create: (shadow) => copyCluster(shadow, false),
  reset: (shadow) => copyCluster(shadow, true),
  "create-empty": createEmpty,
  commit,
  delete: remove,
  switch: async (shadow) => (exists(shadow) ? begin(shadow, "To switch to the named shadow instance") : inaccessible(shadow)),
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  if (parsed.words.length > 0)
    return refusal(TOOL, EXIT.usage, `non-option ARGV-elements: ${parsed.words.join(" ")}\n\n${usageText(shadowDescription)}`);
  const command = parsed.given.findLast((option) => Object.hasOwn(ACTIONS, option.name));
  const act = command && ACTIONS[command.name];
  if (!command || !act) return refusal(TOOL, EXIT.usage, `Must specify a query or command option\n\n${usageText(shadowDescription)}`);
  const active = ports.environment("CIB_shadow");
  const name = command.value ?? active;
  if (name === undefined) return refusal(TOOL, EXIT.noSuchObject, "No active shadow configuration defined");
  return act({ parsed, ports, name, file: shadowFile(ports, name), active, isForced: hasOption(parsed, "force") });
}

function exists(shadow: Shadow): boolean {
  return missing(shadow) === undefined;
}

/** Why there is no shadow file. One that is there, and cannot be read, is a matter for the reader. */
function missing({ ports, file }: Shadow): string | undefined {
  const read = ports.readFile(file);
  return "problem" in read && read.problem !== IS_FOLDER ? read.problem : undefined;
}

function inaccessible(shadow: Shadow): Answer {
  const problem = missing(shadow) ?? NO_FILE;
  return refusal(TOOL, exitOfSystemError(problem), `Could not access shadow instance '${shadow.name}': ${problem}`);
}

/** Why a command needs --force. */
function danger(shadow: Shadow, exitCode: number, reason: string, isForShadow: boolean, isMismatchShown: boolean): Answer {
  const { name, active } = shadow;
  const mismatch = `.\nAdditionally, the supplied shadow instance (${name}) is not the same as the active one (${active})`;
  const full = `${reason}${isMismatchShown && active !== undefined && active !== name ? mismatch : ""}`;
  const what = isForShadow ? "shadow file" : "cluster";
  return refusal(
    TOOL,
    exitCode,
    `${full}.\nTo prevent accidental destruction of the ${what}, the --force flag is required in order to proceed.`,
  );
}

/** The same world without the shadow: tools work on the cluster, or the file that stands for it. */
function realPorts(ports: ToolPorts): ToolPorts {
  return { ...ports, environment: (name) => (name === "CIB_shadow" ? undefined : ports.environment(name)) };
}

async function realCib(ports: ToolPorts): Promise<{ cib: XmlElement } | { answer: Answer }> {
  const read = await readCib(realPorts(ports), TOOL);
  if ("cib" in read) return read;
  const step = usesFile(realPorts(ports)) ? "connect to CIB" : "query the non-shadow CIB";
  return { answer: refusal(TOOL, read.error.exitCode, `Could not ${step}: ${read.error.message}`) };
}

function readShadow({ ports, file }: Shadow): { cib: XmlElement } | { answer: Answer } {
  const read = readDocument(ports, file);
  if (read.ok) return { cib: read.value };
  return { answer: refusal(TOOL, EXIT.noInput, `Could not parse XML from input file '${file}' (${read.error.text})`) };
}

async function display(shadow: Shadow): Promise<Answer> {
  if (!exists(shadow)) return inaccessible(shadow);
  const read = readShadow(shadow);
  if ("answer" in read) return read.answer;
  const text = writePretty(read.cib);
  return { text, parts: [element("shadow", { instance: shadow.name }, [cdataElement("content", text)])] };
}

async function diff(shadow: Shadow): Promise<Answer> {
  if (!exists(shadow)) return inaccessible(shadow);
  const before = await realCib(shadow.ports);
  if ("answer" in before) return before.answer;
  const after = readShadow(shadow);
  if ("answer" in after) return after.answer;
  const patchset = makePatchset(before.cib, after.cib, { isOrderKept: true });
  const shown = element("shadow", { instance: shadow.name });
  if (patchsetChanges(patchset).length === 0) return { parts: [shown] };
  shown.children.push(cdataElement("xml-patchset", writePretty(patchset)));
  return {
    exitCode: EXIT.error,
    text: patchsetLines(patchset)
      .map((line) => `${line}\n`)
      .join(""),
    parts: [shown],
  };
}

async function edit(shadow: Shadow): Promise<Answer> {
  if (!exists(shadow)) return inaccessible(shadow);
  const editor = shadow.ports.environment("EDITOR");
  if (editor === undefined) return refusal(TOOL, EXIT.notConfigured, "No value for EDITOR defined");
  const ended = await shadow.ports.runProgram({ argv: [editor, shadow.file], environment: {}, timeoutMs: 0, isInteractive: true });
  const problem = launchProblem(ended);
  if (problem === undefined) return { exitCode: ended.exitCode };
  return refusal(TOOL, EXIT.osFile, `Could not invoke EDITOR (${editor} ${shadow.file}): ${problem}`);
}

function alreadyThere(shadow: Shadow): Answer {
  return danger(shadow, EXIT.cannotCreate, `A shadow instance '${shadow.name}' already exists`, true, false);
}

async function createEmpty(shadow: Shadow): Promise<Answer> {
  if (!shadow.isForced && exists(shadow)) return alreadyThere(shadow);
  const cib = emptyCib(0);
  const schema = optionValue(shadow.parsed, "validate-with");
  if (schema !== undefined) cib.set("validate-with", schema);
  return store(shadow, cib, "create", `Created new ${cib.get("validate-with")} configuration\n`);
}

async function copyCluster(shadow: Shadow, isReset: boolean): Promise<Answer> {
  if (!shadow.isForced) {
    if (isReset) return danger(shadow, EXIT.usage, "The reset command overwrites the active shadow configuration", true, true);
    if (exists(shadow)) return alreadyThere(shadow);
  }
  const read = await realCib(shadow.ports);
  return "answer" in read ? read.answer : store(shadow, read.cib, isReset ? "reset" : "create");
}

/** Writes the shadow; `said` is for people beforehand. Only the usual folder is made when there is none. */
async function store(shadow: Shadow, cib: XmlElement, verb: string, said = ""): Promise<Answer> {
  const { ports, file, name } = shadow;
  const areFoldersMade = (ports.environment("CIB_shadow_dir") ?? "") === "" && !name.includes("/");
  const problem = ports.writeFile(file, writePretty(cib), { areFoldersMade });
  if (problem === undefined) return begin(shadow, "A new shadow instance was created. To begin using it", said);
  const reason = reasonOf(problem);
  return { ...refusal(TOOL, exitOfSystemError(reason), `Could not ${verb} the shadow instance '${name}': ${reason}`), text: said };
}

/** What is wrong with a file, without the file's name. */
function reasonOf(problem: string): string {
  return problem.split(": ").at(-1) ?? "";
}

/** Starts a shell that works on the shadow, or says how to; `said` comes first. */
async function begin({ parsed, ports, name, active }: Shadow, prefix: string, said = ""): Promise<Answer> {
  const prompt = promptOf(name);
  if (active === name && ports.environment("PS1") === prompt) return { text: said };
  const shell = ports.environment("SHELL");
  if (hasOption(parsed, "batch") || shell === undefined) {
    return instruction(`${prefix}, enter the following into your shell:\n\texport CIB_shadow=${name}`, said);
  }
  const options = /(^|\/)bash$/.test(shell) ? ["--norc", "--noprofile"] : [];
  const environment = { PS1: prompt, CIB_shadow: name };
  const isText = (optionValue(parsed, "output-as") ?? "text") === "text";
  const notice = isText ? `${said}Setting up shadow instance\n${EXIT_SHELL}\n` : "";
  const ended = await ports.runProgram({ argv: [shell, ...options], environment, timeoutMs: 0, isInteractive: true, notice });
  const problem = launchProblem(ended);
  if (problem !== undefined) return refusal(TOOL, exitOfSystemError(problem), `Failed to launch shell '${shell}': ${problem}`);
  return { exitCode: ended.exitCode, ...(isText ? {} : { parts: instruction(EXIT_SHELL).parts ?? [] }) };
}

/** Why a program that takes over the terminal did not start; what it says itself goes to the terminal. */
function launchProblem({ stderr }: ToolResult): string | undefined {
  return stderr === "" ? undefined : reasonOf(stderr.trim());
}

function promptOf(name: string): string {
  return `shadow[${name.slice(0, MAX_NAME_IN_PROMPT)}] # `;
}

function instruction(text: string, said = ""): Answer {
  return { text: `${said}${text}\n`, parts: [textElement("instruction", {}, text)] };
}

async function remove(shadow: Shadow): Promise<Answer> {
  const { ports, file, name, active } = shadow;
  if (!shadow.isForced) return danger(shadow, EXIT.usage, "The delete command removes the specified shadow file", true, true);
  const reason = reasonOf(ports.removeFile(file) ?? NO_FILE);
  if (reason !== NO_FILE) return refusal(TOOL, exitOfSystemError(reason), `Could not remove shadow instance '${name}': ${reason}`);
  if (active !== name) return {};
  if (ports.environment("PS1") === promptOf(name)) return instruction(EXIT_SHELL);
  return instruction("Remember to unset the CIB_shadow variable by entering the following into your shell:\n\tunset CIB_shadow");
}

async function commit(shadow: Shadow): Promise<Answer> {
  const { ports, parsed, name } = shadow;
  if (!shadow.isForced) return danger(shadow, EXIT.usage, "The commit command overwrites the active cluster configuration", false, true);
  if (!exists(shadow)) return inaccessible(shadow);
  const target = await realCib(ports);
  if ("answer" in target) return target.answer;
  const read = readShadow(shadow);
  if ("answer" in read) return read.answer;
  const isWhole = hasOption(parsed, "all");
  const input = isWhole ? read.cib : read.cib.child("configuration");
  const failed = (exitCode: number, why: string) =>
    refusal(TOOL, exitCode, `Could not commit shadow instance '${name}' to the CIB: ${why}`);
  if (!input) return failed(exitOfSystemError(INVALID), INVALID);
  const request = {
    operation: "replace" as const,
    ...(isWhole ? {} : { scope: "configuration" }),
    input: writeCompact(input),
  };
  const reply = await askCib(realPorts(ports), TOOL, request);
  if (reply.exitCode === EXIT.ok) return {};
  return failed(reply.exitCode, reply.message);
}

/** `crm_shadow`. Source: crm_shadow(8) of Pacemaker 3.0.2. */
export const crmShadow: Tool = { description: shadowDescription, run };
