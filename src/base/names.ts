/**
 * Orders names without regard to case, digit runs compared by value: node9 before node10.
 * Source: Pacemaker's node list and bracketed name lists (tools' output conventions).
 */
export function compareNumericAware(a: string, b: string): number {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const leftDigits = digitRunAt(left, i);
    const rightDigits = digitRunAt(right, j);
    if (leftDigits !== "" && rightDigits !== "") {
      const order = compareDigitRuns(leftDigits, rightDigits);
      if (order !== 0) return order;
      i += leftDigits.length;
      j += rightDigits.length;
      continue;
    }
    const x = left.charCodeAt(i);
    const y = right.charCodeAt(j);
    if (x !== y) return x < y ? -1 : 1;
    i += 1;
    j += 1;
  }
  return left.length - i - (right.length - j);
}

/** Plain byte order of two names, for final tie-breaks. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function digitRunAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1;
  return text.slice(start, end);
}

function compareDigitRuns(a: string, b: string): number {
  const left = a.replace(/^0+/, "");
  const right = b.replace(/^0+/, "");
  if (left.length !== right.length) return left.length - right.length;
  return compareBytes(left, right);
}
