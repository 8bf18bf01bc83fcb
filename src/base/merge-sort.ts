/**
 * Sorts a copy by merging: halves are sorted, the first one being the shorter of two unequal ones, and the left one
 * wins among equals. For orders that are not transitive the result depends on the way of sorting, so this one is fixed.
 */
export function mergeSort<T>(list: readonly T[], compare: (a: T, b: T) => number): T[] {
  if (list.length < 2) return [...list];
  const middle = Math.floor(list.length / 2);
  const left = mergeSort(list.slice(0, middle), compare);
  const right = mergeSort(list.slice(middle), compare);
  const out: T[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = left[i];
    const b = right[j];
    if (i === left.length || a === undefined) return out.concat(right.slice(j));
    if (j === right.length || b === undefined) return out.concat(left.slice(i));
    if (compare(a, b) <= 0) {
      out.push(a);
      i += 1;
    } else {
      out.push(b);
      j += 1;
    }
  }
}
