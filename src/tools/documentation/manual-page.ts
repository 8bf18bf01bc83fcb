import { exitText } from "../../model/exit-code.ts";
import { optionGroups, type ToolDescription, type ToolOption } from "../frame/option-table.ts";
import { shownOptions } from "./shown-options.ts";

/** What a page says of its making. */
export interface ManualEdition {
  readonly version: string;
  /** `2026-11-21` */
  readonly date: string;
}

/** Exit codes that tools have in common. */
const COMMON_CODES = [0, 1, 4, 64, 65, 66, 75, 77, 102, 105, 106, 107, 124];

/** Text for roff: what it would read as a request or an escape is written out. */
export function roff(text: string): string {
  return text
    .replaceAll("\\", "\\(rs")
    .replaceAll("-", "\\-")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll("`", "\\(ga")
    .replace(/^([.'])/gm, "\\&$1");
}

/** The manual page of a program, in the macros of man(7). */
export function manualPage(description: ToolDescription, edition: ManualEdition, seeAlso: readonly string[]): string {
  const name = description.tool.replaceAll(" ", "-");
  const [first = "", ...rest] = description.summary.split("\n");
  const lines = [
    ...header(name, edition),
    ".SH NAME",
    `${roff(name)} \\- ${roff(first.replace(/^[\w. -]+ - /, ""))}`,
    ".SH SYNOPSIS",
    `.B ${roff(description.tool)}`,
    `.RI [ options ]${description.parameters === undefined ? "" : ` ${roff(description.parameters)}`}`,
    ".SH DESCRIPTION",
    ...paragraphs([sentence(first), ...rest].join("\n")),
    ".SH OPTIONS",
    ...optionLines(shownOptions(description).slice(0, 2)),
    ...[...optionGroups(description)].flatMap(([title, options]) => section(title, options)),
    ".SH EXIT STATUS",
    ...COMMON_CODES.flatMap((code) => [".TP", `.B ${code}`, roff(exitText(code))]),
    ".PP",
    "All codes: crm_error \\-\\-list \\-\\-exit.",
    ...(description.epilogue === undefined ? [] : [".SH EXAMPLES", ...verbatim(description.epilogue, true)]),
    ...seeAlsoLines(seeAlso),
  ];
  return `${lines.join("\n")}\n`;
}

/** The page of `kodou` itself: what its commands are, and their options. */
export function kodouPage(commands: readonly ToolDescription[], edition: ManualEdition, seeAlso: readonly string[]): string {
  const sections = commands.flatMap((command) => [
    `.SS ${roff(command.tool)}`,
    roff(sentence(command.summary.split("\n")[0] ?? "")),
    ...optionLines([...optionGroups(command).values()].flat().filter((option) => command.options.some(({ name }) => name === option.name))),
  ]);
  const lines = [
    ...header("kodou", edition),
    ".SH NAME",
    "kodou \\- cluster resource manager: the daemon of this machine, and what is asked of it",
    ".SH SYNOPSIS",
    ".B kodou",
    ".I command",
    ".RI [ options ]",
    ".SH COMMANDS",
    ...sections,
    ...seeAlsoLines(seeAlso),
  ];
  return `${lines.join("\n")}\n`;
}

function header(name: string, edition: ManualEdition): string[] {
  return [
    `.\\" Made from the option tables in src/tools.`,
    `.TH ${roff(name.toUpperCase())} 8 ${edition.date} "kodou ${edition.version}" "System Administration"`,
  ];
}

function section(title: string, options: readonly ToolOption[]): string[] {
  const shown = options.filter((option) => option.name !== "help" && option.name !== "help-all");
  return shown.length === 0 ? [] : [`.SS ${roff(title)}`, ...optionLines(shown)];
}

function optionLines(options: readonly ToolOption[]): string[] {
  return options.flatMap((option) => {
    const argument =
      option.argument === undefined
        ? ""
        : option.isArgumentOptional
          ? `[=\\fI${roff(option.argument)}\\fR]`
          : `=\\fI${roff(option.argument)}\\fR`;
    const short = option.short === undefined ? "" : `\\fB\\-${roff(option.short)}\\fR, `;
    const help =
      option.help.trim() === ""
        ? []
        : option.help
            .split("\n")
            .map((line) => roff(line.trim()))
            .filter((line) => line !== "");
    return [".TP", `${short}\\fB\\-\\-${roff(option.name)}\\fR${argument}`, ...help];
  });
}

/** Paragraphs; lines that are laid out by blanks stay as they are. */
function paragraphs(text: string): string[] {
  const blocks = text.split(/\n\s*\n/).filter((block) => block.trim() !== "");
  return blocks.flatMap((block, at) => {
    const lines = block.split("\n");
    if (lines.some((line) => /^\s|\S\s{2,}\S/.test(line))) return verbatim(block, at === 0);
    return [...(at === 0 ? [] : [".PP"]), ...lines.map((line) => roff(line.trim()))];
  });
}

/** Lines as they are; a paragraph begins, unless a heading stands right before. */
function verbatim(text: string, isFirst: boolean): string[] {
  return [
    ...(isFirst ? [] : [".PP"]),
    ".nf",
    ...text.split("\n").map((line) => (line.trim() === "" ? "\\&" : roff(line.replaceAll("\t", "        ").trimEnd()))),
    ".fi",
  ];
}

function seeAlsoLines(names: readonly string[]): string[] {
  return [".SH SEE ALSO", ...names.map((name, at) => `.BR ${roff(name)} (8)${at === names.length - 1 ? "" : " ,"}`)];
}

function sentence(text: string): string {
  const trimmed = text.replace(/^[\w. -]+ - /, "").trim();
  return /[.:?!]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
