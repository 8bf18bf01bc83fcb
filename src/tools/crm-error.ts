import { type ResultCode, type ResultFamily, resultCode, resultCodes } from "../model/result-codes.ts";
import { MAX_NUMBER } from "../time/wall-time.ts";
import { element } from "../xml/element.ts";
import type { Answer } from "./frame/answer.ts";
import { hasOption, type ParsedOptions, type ToolDescription } from "./frame/option-table.ts";
import type { Tool } from "./frame/tool.ts";

const CODE_WIDTH = 5;
/** Width of the longest name of a standard code. */
const NAME_WIDTH = 26;

const description: ToolDescription = {
  tool: "crm_error",
  summary: "display name or description of a Pacemaker result code",
  options: [
    { name: "name", short: "n", help: "Show the code's name with its description" },
    { name: "list", short: "l", help: "Show all known codes (what is done without a code)" },
    { name: "exit", short: "X", help: "Interpret codes as exit codes rather than legacy function results" },
    { name: "rc", short: "r", help: "Interpret codes as standard result codes rather than legacy function results" },
  ],
};

const LEAST_CODE = -MAX_NUMBER - 1;

async function run(parsed: ParsedOptions): Promise<Answer> {
  const last = parsed.given.findLast((option) => option.name === "exit" || option.name === "rc");
  const family: ResultFamily = last === undefined ? "legacy" : last.name === "exit" ? "exit" : "standard";
  const isNamed = hasOption(parsed, "name");
  const isList = hasOption(parsed, "list") || parsed.words.length === 0;
  const codes = isList ? resultCodes(family) : parsed.words.map((word) => resultCode(family, codeOf(word)));
  const isNumbered = isList || hasOption(parsed, "verbose");
  const parts = codes.map(({ code, name, text }) => element("result-code", { code, name: isNamed ? name : undefined, description: text }));
  return { text: codes.map((code) => `${line(code, isNamed, isNumbered)}\n`).join(""), parts };
}

/** A code as it is written: the least there is for a word that is no number. */
function codeOf(word: string): number {
  const code = Number.parseInt(word, 10);
  return Number.isNaN(code) ? LEAST_CODE : Math.min(Math.max(code, LEAST_CODE), MAX_NUMBER);
}

function line({ code, name, text }: ResultCode, isNamed: boolean, isNumbered: boolean): string {
  if (!isNumbered) return isNamed ? `${name} - ${text}` : text;
  return `${String(code).padStart(CODE_WIDTH)}: ${isNamed ? `${name.padEnd(NAME_WIDTH)}  ` : ""}${text}`;
}

/** `crm_error`. Source: crm_error(8) of Pacemaker 3.0.2. */
export const crmError: Tool = { description, run };
