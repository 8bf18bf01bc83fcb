import type { ToolDescription, ToolOption } from "../frame/option-table.ts";
import { type ArgumentValues, optionValues, wordValues } from "./argument-values.ts";
import { shownOptions } from "./shown-options.ts";

const COMMAND = "(set -q KODOU_COMMAND; and echo $KODOU_COMMAND; or echo kodou)";

/** The script for fish: a line for each option and each word of every command. */
export function fishCompletion(commands: readonly ToolDescription[]): string {
  const verbs = commands.filter((command) => command.tool.startsWith("kodou "));
  return [
    "# Completion of kodou's tools for fish. Made from the option tables in src/tools.",
    "function __kodou_names",
    `    set -l program ${COMMAND}`,
    "    $program complete $argv[1] 2>/dev/null",
    "end",
    "",
    "function __kodou_at_word",
    "    set -l words (commandline -opc)",
    "    set -e words[1..$argv[1]]",
    "    test (count (string match -v -- '-*' $words)) -ge $argv[2]",
    "end",
    "",
    "complete -c kodou -f -n __fish_use_subcommand",
    ...verbs.map(
      ({ tool, summary }) =>
        `complete -c kodou -n __fish_use_subcommand -a ${tool.slice("kodou ".length)} -d ${quoted(summary.split("\n")[0] ?? "")}`,
    ),
    ...commands.flatMap((command) => lines(command)),
    "",
  ].join("\n");
}

function lines(command: ToolDescription): string[] {
  const [program = "", verb] = command.tool.split(" ");
  const start =
    verb === undefined ? `complete -c ${program}` : `complete -c ${program} -n ${quoted(`__fish_seen_subcommand_from ${verb}`)}`;
  const options = shownOptions(command).map((option) => `${start} ${optionWords(command, option)}`);
  const positions = wordValues(command.tool);
  const words = positions.map((values, at) => {
    const condition = `${verb === undefined ? "" : `__fish_seen_subcommand_from ${verb}; and `}__kodou_at_word ${verb === undefined ? 1 : 2} ${at}${
      at === positions.length - 1 ? "" : `; and not __kodou_at_word ${verb === undefined ? 1 : 2} ${at + 1}`
    }`;
    return `complete -c ${program} -n ${quoted(condition)}${argumentWords(values)}`;
  });
  return [...options, ...words];
}

function optionWords(command: ToolDescription, option: ToolOption): string {
  const short = option.short !== undefined && /^[A-Za-z0-9]$/.test(option.short) ? `-s ${option.short} ` : "";
  const values = option.argument === undefined ? "" : option.isArgumentOptional ? "" : ` -r${argumentWords(optionValues(command, option))}`;
  return `${short}-l ${option.name}${values} -d ${quoted(option.help.split("\n")[0] ?? "")}`;
}

function argumentWords(values: ArgumentValues): string {
  switch (values.kind) {
    case "words":
      return ` -f -a ${quoted(values.words.join(" "))}`;
    case "names":
      return ` -f -a ${quoted(`(__kodou_names ${values.of})`)}`;
    case "file":
      return " -F";
    case "anything":
      return " -f";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
