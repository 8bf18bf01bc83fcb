import type { ScoreEntry } from "../../scheduler/cluster/ledger.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { NodeAccount } from "../../scheduler/explain/placement-account.ts";
import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import type { ScoreSource, ScoreSources } from "./score-sources.ts";

/** Who spoke for a score; of a clone that may not be there what is said against it, of a group's member that is kept off by another one, what is said about that one. */
export function entrySource(
  entry: ScoreEntry,
  resource: Resource,
  { node, keptOffBy, closedToAll }: NodeAccount,
  sources: ScoreSources,
): ScoreSource {
  if (entry.source === "#clone" && closedToAll) return closedSource(closedToAll, node, sources);
  const source = sources.of(entry, resource, node);
  if (!keptOffBy || entry.source !== "#group-members" || entry.score > -INFINITY_SCORE) return source;
  const { member, veto } = keptOffBy;
  if (!veto) {
    const { assigned } = member;
    const verb = assigned && member.activeOn.includes(assigned) ? "is on" : "goes to";
    return { id: member.id, words: `it lives with the members of its group, and ${member.id} ${verb} ${assigned?.name ?? "none"}` };
  }
  const { id, words } = sources.of(veto, member, node);
  return { id, words: `it lives with the members of its group; ${member.id} is kept off: ${words}` };
}

function closedSource(
  { collective, score, entries }: NonNullable<NodeAccount["closedToAll"]>,
  node: NodeAccount["node"],
  sources: ScoreSources,
): ScoreSource {
  const [worst] = [...entries].sort((a, b) => a.score - b.score);
  const { id, words } = worst ? sources.of(worst, collective, node) : { id: undefined, words: "" };
  const told = id === undefined || words.includes(id) ? words : `${words} [${id}]`;
  return {
    id: undefined,
    words: `${collective.id} may not be there: its score is ${formatScore(score)}${told === "" ? "" : ` (${told})`}`,
  };
}
