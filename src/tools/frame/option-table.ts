/** One option of a tool. The same table makes the parser and the help text. */
export interface ToolOption {
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** Name of the argument in the help; absent when the option takes none. */
  readonly argument?: string;
  /** The argument may be left out: the next word is it unless it begins with a dash. */
  readonly isArgumentOptional?: boolean;
  readonly group?: string;
  readonly help: string;
  readonly isHidden?: boolean;
}

/** A tool's options and what its help says besides. */
export interface ToolDescription {
  readonly tool: string;
  /** What it is for: one line, or a line and more paragraphs. */
  readonly summary: string;
  /** What follows the options in the usage line. */
  readonly parameters?: string;
  /** Examples and the like, at the end of the help. */
  readonly epilogue?: string;
  /** What `--help-GROUP` is said to show, by the title of the group. */
  readonly groupHelp?: Readonly<Record<string, string>>;
  /** The word in `--help-WORD` by the title of the group, where it is another one than the title's. */
  readonly groupKeys?: Readonly<Record<string, string>>;
  readonly options: readonly ToolOption[];
  /** Output formats, when they are others than text, xml, json and none. */
  readonly formats?: readonly string[];
  /** How it is told that there is no such format, or that the output cannot go where it shall; where tools differ in that. */
  readonly outputRefusal?: OutputRefusal;
}

/** What a tool says and answers when its output cannot be made. */
export interface OutputRefusal {
  readonly exitCode?: number;
  /** The line does not begin with the tool's name. */
  readonly isUnsigned?: boolean;
  /** The format that is named when none was asked for. */
  readonly defaultFormat?: string;
  readonly lastLine?: string;
}

/** Options as given, in order, and the other words. */
export interface ParsedOptions {
  readonly given: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly words: readonly string[];
  /** The arguments as they were, for the frame of XML answers. */
  readonly argv: readonly string[];
}

/** A wrong call: one line for the user. */
export class UsageError extends Error {
  override name = "UsageError";
}

const HELP = "Help Options";
const APPLICATION = "Application Options";
const OUTPUT = "Output Options";

/** Options every tool has. */
export const COMMON_OPTIONS: readonly ToolOption[] = [
  { name: "help", short: "h", group: HELP, help: "Show help options" },
  { name: "help-all", group: HELP, help: "Show all help options" },
  { name: "version", short: "$", group: APPLICATION, help: "Display software version and exit" },
  { name: "verbose", short: "V", group: APPLICATION, help: "Increase debug output (may be specified multiple times)" },
  { name: "output-as", argument: "FORMAT", group: OUTPUT, help: "Specify output format as one of: text (default), xml, json" },
  { name: "output-to", argument: "DEST", group: OUTPUT, help: 'Specify file name for output (or "-" for stdout)' },
];

/**
 * Reads arguments the way Pacemaker's tools do: letters may be glued (`-VVn1`), values may follow glued or as the next
 * word and may begin with a dash, `--name=value` or `--name value`, `--` ends options. Throws UsageError.
 */
export function parseOptions(description: ToolDescription, argv: readonly string[]): ParsedOptions {
  const all = allOptions(description);
  const given: { name: string; value: string | undefined }[] = [];
  const words: string[] = [];
  const fail = (text: string): never => {
    throw new UsageError(`${description.tool}: ${text}`);
  };
  let index = 0;
  const optionalWord = (): string | undefined => {
    const value = argv[index + 1];
    if (value === undefined || value.startsWith("-")) return undefined;
    index += 1;
    return value;
  };
  const nextWord = (shown: string): string => {
    index += 1;
    const value = argv[index];
    return value === undefined ? fail(`Missing argument for ${shown}`) : value;
  };
  for (; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (word === "--") {
      words.push(...argv.slice(index + 1));
      break;
    }
    if (word.startsWith("--")) {
      const at = word.indexOf("=");
      const name = at < 0 ? word.slice(2) : word.slice(2, at);
      const option = all.find((candidate) => candidate.name === name) ?? fail(`Unknown option ${word}`);
      const glued = at < 0 ? undefined : word.slice(at + 1);
      if (option.argument === undefined && glued !== undefined) fail(`Option --${name} takes no argument`);
      const value =
        option.argument === undefined ? undefined : (glued ?? (option.isArgumentOptional ? optionalWord() : nextWord(`--${name}`)));
      given.push({ name, value });
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at += 1) {
      const letter = word[at];
      const option = all.find((candidate) => candidate.short === letter) ?? fail(`Unknown option -${letter}`);
      const rest = word.slice(at + 1);
      if (option.argument === undefined) {
        given.push({ name: option.name, value: undefined });
        continue;
      }
      const glued = rest === "" ? undefined : rest.replace(/^=/, "");
      given.push({ name: option.name, value: glued ?? (option.isArgumentOptional ? optionalWord() : nextWord(`-${letter}`)) });
      break;
    }
  }
  return { given, words, argv };
}

/** Value of the last occurrence of an option; undefined when it was not given. */
export function optionValue(parsed: ParsedOptions, name: string): string | undefined {
  return parsed.given.findLast((option) => option.name === name)?.value;
}

/** True when the option was given. */
export function hasOption(parsed: ParsedOptions, name: string): boolean {
  return parsed.given.some((option) => option.name === name);
}

/** What help can be about: the common options, all of them, or one group by its key. */
export type HelpTopic = string;

/** What help was asked for, if any. */
export function helpTopic(parsed: ParsedOptions): HelpTopic | undefined {
  const asked = parsed.given.find((option) => option.name === "help" || option.name.startsWith("help-"));
  return asked && (asked.name === "help" ? "main" : asked.name.slice("help-".length));
}

/** The word for a group in `--help-WORD`: `additional` for "Additional Options" unless the tool has another. */
export function groupKey({ groupKeys }: ToolDescription, title: string): string {
  const own = groupKeys?.[title];
  if (own !== undefined) return own;
  const words = title
    .replace(/\(.*\)/, "")
    .trim()
    .toLowerCase()
    .split(" ");
  return words.findLast((word) => word !== "options") ?? "options";
}

/** Options that help shows, by the title of their group. */
export function optionGroups(description: ToolDescription): Map<string, ToolOption[]> {
  const groups = new Map<string, ToolOption[]>([["Output Options", []]]);
  for (const option of allOptions(description)) {
    if (option.isHidden === true || option.group === "Help Options") continue;
    const group = option.group ?? "Application Options";
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return groups;
}

const known = new WeakMap<ToolDescription, readonly ToolOption[]>();

/** A tool's own options and those of all tools. */
function allOptions(description: ToolDescription): readonly ToolOption[] {
  const found = known.get(description) ?? withCommonOptions(description);
  known.set(description, found);
  return found;
}

function withCommonOptions(description: ToolDescription): ToolOption[] {
  const own = new Set(description.options.flatMap((option) => [option.name, option.short]));
  const common = COMMON_OPTIONS.filter((option) => !own.has(option.name)).map((option) => {
    if (option.short === undefined || !own.has(option.short)) return option;
    const { short: _taken, ...rest } = option;
    return rest;
  });
  const titles = new Set(["Output Options", ...description.options.flatMap((option) => option.group ?? [])]);
  const topics = [...titles].map((title) => ({ name: `help-${groupKey(description, title)}`, group: HELP, help: "" }));
  return [...description.options, ...common, ...topics];
}
