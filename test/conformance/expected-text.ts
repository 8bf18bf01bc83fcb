/** Lines of the section `Transition Summary:` with single spaces. */
export function transitionSummary(summary: string): string[] {
  const lines = summary.split("\n");
  const start = lines.findIndex((line) => line.trim() === "Transition Summary:");
  if (start < 0) return [];
  const out: string[] = [];
  for (const line of lines.slice(start + 1)) {
    if (/^\S/.test(line)) break;
    if (line.trim() !== "") out.push(normalizedDecision(line));
  }
  return out;
}

/** A decision with single spaces and without its bullet. */
export function normalizedDecision(line: string): string {
  return line
    .trim()
    .replace(/^\*\s+/, "")
    .replace(/\s+/g, " ")
    .replace(/\( /g, "(")
    .replace(/ \)/g, ")");
}

/** A decision without the reason behind it. */
export function withoutReason(line: string): string {
  const isNode = /^(Fence|Shutdown|Unfence)/.test(line);
  return isNode ? line.replace(/ '.*$/, "") : line.replace(/\s*(due to .*|blocked)$/, "").trim();
}

/** Score lines with the label reduced to what it means. */
export function scoreLines(scores: string): string[] {
  return scores
    .split("\n")
    .map((line) => line.trim().replace(/^pcmk__(primitive|group|clone|bundle)_assign: /, "$1: "))
    .filter((line) => line !== "");
}

/** Names of the actions a dot file draws as wanted but impossible. */
export function blockedActions(dot: string): string[] {
  const out: string[] = [];
  for (const line of dot.split("\n")) {
    const match = /^"([^"]+)" \[ style=dashed/.exec(line.trim());
    if (match?.[1] !== undefined) out.push(match[1]);
  }
  return out.sort();
}

/** What a dot file shows besides the graph, each once: the same names, and the orders that nothing waits for. */
export function dashedLines(dot: string): string[] {
  const edges = [...dot.matchAll(/^("[^"]+" -> "[^"]+") \[ style = dashed\]$/gm)].map(([, edge]) => edge ?? "");
  return [...new Set([...blockedActions(dot), ...edges])].sort();
}
