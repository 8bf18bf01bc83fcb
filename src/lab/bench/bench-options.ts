/** Switches of the benches, without a number. */
const SWITCHES: ReadonlySet<string> = new Set(["--json"]);

/** The numbers that options are given; undefined for a word that is no option, or one without its number: a wrong word is not to start clusters. */
export function readNumbers(argv: readonly string[], options: readonly string[]): ReadonlyMap<string, number> | undefined {
  const numbers = new Map<string, number>();
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (SWITCHES.has(word)) continue;
    const number = Number(argv[at + 1]);
    if (!options.includes(word) || Number.isNaN(number)) return undefined;
    numbers.set(word, number);
    at += 1;
  }
  return numbers;
}
