import type { ScoreEntry } from "../../scheduler/cluster/ledger.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { NodeAccount } from "../../scheduler/explain/node-account.ts";
import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import { isNothing, NOTHING, named, nameOf, type Phrase, phrase } from "./phrase.ts";
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
    const words = phrase`it lives with the members of its group, and ${nameOf(member.id)} ${verb} ${assigned?.name ?? "none"}`;
    return { ids: [member.id], words };
  }
  const { ids, words } = sources.of(veto, member, node);
  return { ids, words: phrase`it lives with the members of its group; ${member.id} is kept off: ${words}` };
}

function closedSource(
  { collective, score, entries }: NonNullable<NodeAccount["closedToAll"]>,
  node: NodeAccount["node"],
  sources: ScoreSources,
): ScoreSource {
  const [worst] = [...entries].sort((a, b) => a.score - b.score);
  const told = worst ? sourceText(sources.of(worst, collective, node)) : NOTHING;
  const why = isNothing(told) ? NOTHING : phrase` (${told})`;
  return { ids: [], words: phrase`${collective.id} may not be there: its score is ${formatScore(score)}${why}` };
}

/** Words with the ids that they are about, where they do not name them. */
export function sourceText({ ids, words }: ScoreSource): Phrase {
  return phrase`${words}${named(...ids.filter((id) => !words.names.includes(id)))}`;
}
