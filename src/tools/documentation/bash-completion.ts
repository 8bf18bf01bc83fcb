import type { ToolDescription } from "../frame/option-table.ts";
import { type ArgumentValues, optionValues, wordValues } from "./argument-values.ts";
import { shownOptions } from "./shown-options.ts";

/** Completes from the tables below; needs nothing but bash 4. */
const FUNCTION = `# What may stand at the cursor: an option, its argument, or a word.
_kodou_complete() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before='' command=\${1##*/} first=1 at list='' kind='' word position=0
  command=\${command%.cjs}
  COMPREPLY=()
  if [[ $command == kodou ]]; then
    if (( COMP_CWORD == 1 )); then
      COMPREPLY=($(compgen -W "$_kodou_commands" -- "$cur"))
      return
    fi
    command="kodou \${COMP_WORDS[1]}" first=2
  fi
  # --node=n1 comes as three words, or as two while nothing follows the sign.
  if [[ $cur == '=' ]]; then
    cur='' before=\${COMP_WORDS[COMP_CWORD-1]}
  elif (( COMP_CWORD > first )) && [[ \${COMP_WORDS[COMP_CWORD-1]} == '=' ]]; then
    before=\${COMP_WORDS[COMP_CWORD-2]}
  elif (( COMP_CWORD > first )); then
    before=\${COMP_WORDS[COMP_CWORD-1]}
  fi
  kind=\${_kodou_arguments["$command $before"]-}
  if [[ -z $kind ]]; then
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W "\${_kodou_options["$command"]-}" -- "$cur"))
      return
    fi
    at=$first
    while (( at < COMP_CWORD )); do
      word=\${COMP_WORDS[at]}
      if [[ $word == '=' || -n \${_kodou_arguments["$command $word"]-} ]]; then at=$((at + 1))
      elif [[ $word != -* ]]; then position=$((position + 1)); fi
      at=$((at + 1))
    done
    kind=\${_kodou_words["$command $position"]-\${_kodou_words["$command *"]-}}
  fi
  case $kind in
    '' | anything) ;;
    file) COMPREPLY=($(compgen -f -- "$cur")) ;;
    names:*) COMPREPLY=($(compgen -W "$("\${KODOU_COMMAND:-kodou}" complete "\${kind#names:}" 2>/dev/null)" -- "$cur")) ;;
    words:*) COMPREPLY=($(compgen -W "\${kind#words:}" -- "$cur")) ;;
  esac
  # bash breaks words at colons: what is in front of the last one is there already.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    for at in "\${!COMPREPLY[@]}"; do COMPREPLY[at]=\${COMPREPLY[at]#"\${cur%"\${cur##*:}"}"}; done
  fi
  return 0
}
`;

/** The script for bash: tables of options, arguments and words of every command, and a function that reads them. */
export function bashCompletion(commands: readonly ToolDescription[]): string {
  const options: string[] = [];
  const values: string[] = [];
  const words: string[] = [];
  for (const command of commands) {
    const shown = shownOptions(command);
    options.push(entry(command.tool, shown.map((option) => `--${option.name}`).join(" ")));
    for (const option of shown) {
      if (option.argument === undefined || option.isArgumentOptional) continue;
      const kind = kindOf(optionValues(command, option));
      for (const name of [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])])
        values.push(entry(`${command.tool} ${name}`, kind));
    }
    const positions = wordValues(command.tool);
    for (const [at, value] of positions.entries()) words.push(entry(`${command.tool} ${at}`, kindOf(value)));
    const last = positions.at(-1);
    if (last) words.push(entry(`${command.tool} *`, kindOf(last)));
  }
  const programs = [...new Set(commands.map((command) => command.tool.split(" ")[0] ?? ""))];
  const verbs = commands.flatMap((command) => command.tool.split(" ")[1] ?? []);
  return [
    "# Completion of kodou's tools for bash. Made from the option tables in src/tools.",
    `_kodou_commands='${verbs.join(" ")} help'`,
    ...table("_kodou_options", options),
    ...table("_kodou_arguments", values),
    ...table("_kodou_words", words),
    FUNCTION,
    `complete -F _kodou_complete ${programs.join(" ")}`,
    "",
  ].join("\n");
}

const table = (name: string, entries: readonly string[]): string[] => [`declare -gA ${name}=(`, ...entries, ")"];

function entry(key: string, value: string): string {
  return `  [${quoted(key)}]=${quoted(value)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function kindOf(values: ArgumentValues): string {
  if (values.kind === "words") return `words:${values.words.join(" ")}`;
  return values.kind === "names" ? `names:${values.of}` : values.kind;
}
