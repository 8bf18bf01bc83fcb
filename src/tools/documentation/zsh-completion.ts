import type { ToolDescription, ToolOption } from "../frame/option-table.ts";
import { type ArgumentValues, optionValues, wordValues } from "./argument-values.ts";
import { shownOptions } from "./shown-options.ts";

const HEAD = `# _arguments puts options for compadd in front of the kind of names.
_kodou_names() {
  local -a names
  names=(\${(f)"$("\${KODOU_COMMAND:-kodou}" complete \${@[-1]} 2>/dev/null)"})
  compadd "\${@[1,-2]}" -a names
}

_kodou() {
  local name=\${\${words[1]:t}%.cjs}
  if [[ $name == kodou ]]; then
    local -a commands
    commands=(`;

const AFTER_COMMANDS = `    )
    if (( CURRENT == 2 )); then
      _describe command commands
      return
    fi
    name="kodou \${words[2]}"
    shift words
    (( CURRENT-- ))
  fi`;

/** The function file for zsh (`_kodou` in a folder of `fpath`): every command's options as specifications of `_arguments`. */
export function zshCompletion(commands: readonly ToolDescription[]): string {
  const programs = commands.filter((command) => !command.tool.startsWith("kodou "));
  const verbs = commands.filter((command) => command.tool.startsWith("kodou "));
  const described = verbs.map(
    ({ tool, summary }) => `    ${quoted(`${tool.slice("kodou ".length)}:${plain(summary.split("\n")[0] ?? "")}`)}`,
  );
  return [
    `#compdef kodou ${programs.map((command) => command.tool).join(" ")}`,
    "# Completion of kodou's tools for zsh. Made from the option tables in src/tools.",
    "",
    HEAD,
    ...described,
    AFTER_COMMANDS,
    "  case $name in",
    ...commands.flatMap((command) => branch(command)),
    "  esac",
    "}",
    "",
    '_kodou "$@"',
    "",
  ].join("\n");
}

function branch(command: ToolDescription): string[] {
  const specs = [...shownOptions(command).flatMap((option) => optionSpecs(command, option)), ...wordSpecs(command.tool)];
  return [
    `    ${quoted(command.tool)})`,
    "      _arguments -s \\",
    ...specs.map((spec, at) => `        ${spec}${at === specs.length - 1 ? "" : " \\"}`),
    "      ;;",
  ];
}

function optionSpecs(command: ToolDescription, option: ToolOption): string[] {
  const help = `[${plain(option.help.split("\n")[0] ?? "")}]`;
  const argument = (colon: string): string =>
    option.argument === undefined ? "" : `${colon}${plain(option.argument)}:${action(optionValues(command, option))}`;
  const colon = option.isArgumentOptional ? "::" : ":";
  const long = `*--${option.name}${option.argument === undefined ? "" : option.isArgumentOptional ? "=-" : "="}${help}${argument(colon)}`;
  const isUsable = option.short !== undefined && /^[A-Za-z0-9]$/.test(option.short);
  const short = `*-${option.short}${option.argument === undefined ? "" : option.isArgumentOptional ? "-" : "+"}${help}${argument(colon)}`;
  return isUsable ? [quoted(long), quoted(short)] : [quoted(long)];
}

function wordSpecs(tool: string): string[] {
  const positions = wordValues(tool);
  return positions.map((values, at) => quoted(`${at === positions.length - 1 ? "*" : at + 1}:word:${action(values)}`));
}

function action(values: ArgumentValues): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "names":
      return `_kodou_names ${values.of}`;
    case "file":
      return "_files";
    case "anything":
      return " ";
  }
}

/** Text inside a specification, where colons and brackets mean something. */
function plain(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
