import { enumeration } from "../../base/enumeration.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import { someOf } from "./some-of.ts";

const TASK_WORDS: Readonly<Record<string, string>> = {
  start: "the start",
  stop: "the stop",
  promote: "the promotion",
  demote: "the demotion",
  migrate_to: "the migration",
  migrate_from: "the migration",
};

/** That the time of operations is not known; "" for none. */
export function unmeasuredText(actions: readonly GraphAction[]): string {
  if (actions.length === 0) return "";
  const fenced = actions.filter(({ operation }) => operation === "stonith").map(({ node }) => node ?? "?");
  const others = actions.filter(({ operation }) => operation !== "stonith").map(operationWords);
  const parts = [...(fenced.length > 0 ? [`fencing ${listed([...new Set(fenced)])}`] : []), ...new Set(others)];
  return `${listed(parts)} ${parts.length === 1 ? "was" : "were"} never measured`;
}

/** Few as a sentence lists them, many cut short. */
function listed(words: readonly string[]): string {
  const told = someOf(words);
  return told === words.join(", ") ? enumeration(words) : told;
}

function operationWords({ operation, resource, key, node }: GraphAction): string {
  const what = TASK_WORDS[operation] ?? operation;
  const where = operation === "migrate_to" ? "from" : operation === "migrate_from" ? "to" : "on";
  return `${what} of ${resource?.id ?? key}${node === undefined ? "" : ` ${where} ${node}`}`;
}

/** The same for programs: keys of the operations, with their nodes; undefined for none. */
export function unmeasuredKeys(actions: readonly GraphAction[]): string | undefined {
  const keys = actions.map(({ key, node }) => `${key}${node === undefined ? "" : ` on ${node}`}`);
  return keys.length === 0 ? undefined : keys.join(" ");
}
