/** Most names that are proposed for one that is not known. */
const PROPOSED_MAX = 3;

/** Names that may have been meant, the likeliest first: few letters differ, or one is a part of the other. */
export function similarNames(meant: string, names: Iterable<string>): string[] {
  const wanted = meant.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const found = [...new Set(names)].flatMap((name) => {
    const known = name.toLowerCase();
    const isPart = wanted.length > 1 && (known.includes(wanted) || (known.length > 1 && wanted.includes(known)));
    const distance = editDistance(wanted, known);
    return distance <= limit || isPart ? [{ name, distance }] : [];
  });
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, PROPOSED_MAX)
    .map(({ name }) => name);
}

/** A question that proposes them, to follow a complaint; empty when nothing is similar. */
export function didYouMean(meant: string, names: Iterable<string>): string {
  const similar = similarNames(meant, names);
  return similar.length === 0 ? "" : `; did you mean ${similar.join(" or ")}?`;
}

/** How many letters have to be put in, left out, or replaced; neighbours that changed places count once. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
