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
  readonly summary: string;
  readonly options: readonly ToolOption[];
  /** Output formats, when they are others than text, xml, json and none. */
  readonly formats?: readonly string[];
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

/** Options every tool has. */
export const COMMON_OPTIONS: readonly ToolOption[] = [
  { name: "help", short: "h", group: "Help", help: "Show this text and exit" },
  { name: "help-all", group: "Help", help: "Show all options and exit" },
  { name: "version", short: "$", group: "Help", help: "Show the version and exit" },
  { name: "verbose", short: "V", group: "Help", help: "Increase debug output (may be given more than once)" },
  { name: "output-as", argument: "FORMAT", group: "Output", help: "Specify output format as one of: text (default), xml, json" },
  { name: "output-to", argument: "DEST", group: "Output", help: "Specify file name for output (or '-' for stdout)" },
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
      const option = all.find((candidate) => candidate.name === name) ?? fail(`Unknown option --${name}`);
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

/** The help text made from the table. */
export function helpText(description: ToolDescription): string {
  const groups = new Map<string, ToolOption[]>();
  for (const option of allOptions(description)) {
    if (option.isHidden) continue;
    const group = option.group ?? "Options";
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  const sections = [...groups].map(([group, options]) => {
    const shown = options.map((option) => {
      const argument = option.argument === undefined ? "" : option.isArgumentOptional ? `[=${option.argument}]` : `=${option.argument}`;
      return { left: `  ${option.short === undefined ? "    " : `-${option.short}, `}--${option.name}${argument}`, help: option.help };
    });
    const width = Math.min(38, Math.max(...shown.map((line) => line.left.length)) + 2);
    return `${group}:\n${shown.map((line) => `${line.left.padEnd(width)} ${line.help}`).join("\n")}\n`;
  });
  return `Usage:\n  ${description.tool} [OPTION?]\n\n${description.summary}\n\n${sections.join("\n")}`;
}

function allOptions(description: ToolDescription): ToolOption[] {
  const own = new Set(description.options.flatMap((option) => [option.name, option.short]));
  const common = COMMON_OPTIONS.filter((option) => !own.has(option.name)).map((option) => {
    if (option.short === undefined || !own.has(option.short)) return option;
    const { short: _taken, ...rest } = option;
    return rest;
  });
  return [...description.options, ...common];
}
