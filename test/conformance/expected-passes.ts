/** Levels each case passes, by the name of the case. */
export type PassedLevels = ReadonlyMap<string, readonly number[]>;

/** Reads a file of expected passes. Throws when it is no JSON object of lists of numbers. */
export function readPasses(text: string): PassedLevels {
  const read: unknown = JSON.parse(text);
  if (typeof read !== "object" || read === null) throw new Error("expected passes: not an object");
  return new Map(
    Object.entries(read).map(([name, levels]) => {
      if (!Array.isArray(levels) || !levels.every((level) => typeof level === "number"))
        throw new Error(`expected passes: ${name}: not a list of levels`);
      return [name, levels];
    }),
  );
}

/** The file of expected passes: one case per line, sorted, so that changes are easy to read. */
export function passesText(passes: PassedLevels): string {
  const sorted = [...passes].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{\n${sorted.map(([name, levels]) => `${JSON.stringify(name)}: [${levels.join(", ")}]`).join(",\n")}\n}\n`;
}

/** Counts what passed as expected and what does not any more; a case that is gone fails with each of its levels. */
export function compareWithExpected(
  expected: PassedLevels,
  actual: PassedLevels,
  looked: readonly { readonly name: string }[],
): { readonly passed: number; readonly failed: number; readonly lines: readonly string[] } {
  const names = new Set(looked.map((entry) => entry.name));
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const [name, levels] of expected) {
    if (!names.has(name)) continue;
    const have = actual.get(name) ?? [];
    const lost = levels.filter((level) => !have.includes(level));
    passed += levels.length - lost.length;
    failed += lost.length;
    if (lost.length > 0) lines.push(`regression: ${name}: level ${lost.join(", ")}`);
  }
  const gained = [...actual].reduce(
    (sum, [name, levels]) => sum + levels.filter((n) => expected.get(name)?.includes(n) !== true).length,
    0,
  );
  if (gained > 0) lines.push(`${gained} levels pass that were not expected to: record them with --update`);
  return { passed, failed, lines };
}
