/**
 * Sorts a copy by merging: halves are sorted, the first one being the shorter of two unequal ones, and the left one
 * wins among equals. For orders that are not transitive the result depends on the way of sorting, so this one is fixed.
 */
export function mergeSort<T>(list: readonly T[], compare: (a: T, b: T) => number): T[] {
  const sorted = [...list];
  sortPart(sorted, 0, sorted.length, compare);
  return sorted;
}

function sortPart<T>(items: T[], start: number, end: number, compare: (a: T, b: T) => number): void {
  if (end - start < 2) return;
  const middle = start + Math.floor((end - start) / 2);
  sortPart(items, start, middle, compare);
  sortPart(items, middle, end, compare);
  const left = items.slice(start, middle);
  let i = 0;
  let j = middle;
  for (let at = start; i < left.length; at += 1) {
    const a = left[i] as T;
    const isLeftNext = j === end || compare(a, items[j] as T) <= 0;
    items[at] = isLeftNext ? a : (items[j] as T);
    if (isLeftNext) i += 1;
    else j += 1;
  }
}
