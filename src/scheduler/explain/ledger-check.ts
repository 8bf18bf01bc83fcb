import type { ScoreEntry } from "../cluster/ledger.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { balance, ScoreAccounts } from "./score-accounts.ts";

/**
 * Sentences about every score of a result that its ledger does not explain: what was added must come to the scores places
 * were chosen with, at that moment, and to those that stand at the end. Empty when all is explained.
 */
export function unexplainedScores(result: ScheduleResult): string[] {
  const { nodes, top } = result.cluster;
  const accounts = new ScoreAccounts();
  const problems: string[] = [];
  const decided: string[] = [];
  for (const entry of result.ledger) {
    accounts.take(entry);
    if (entry.effect === "promoted") problems.push(...unexplainedPromotion(accounts, entry));
    if (entry.effect !== "decided") continue;
    const { resource, nodeIndex, score, source } = entry;
    const node = nodes[nodeIndex]?.name ?? "";
    decided.push(`${source} ${resource.id} ${node} ${score}`);
    const sum = balance(accounts.of(resource, nodeIndex));
    if (sum !== score) problems.push(`${resource.id} on ${node}: decided with ${score}, entries come to ${sum}`);
  }
  for (const resource of top.flatMap((one) => one.withDescendants())) {
    for (const { index, name } of nodes) {
      if (resource.isAllowedOn[index] !== 1) continue;
      const sum = balance(accounts.of(resource, index));
      if (sum !== resource.scores[index])
        problems.push(`${resource.id} on ${name}: ends at ${resource.scores[index]}, entries come to ${sum}`);
    }
  }
  for (const resource of primitivesOf(top)) {
    const { id, assigned, isManaged, assignedScore } = resource;
    if (!assigned || !isManaged) continue;
    const sum = balance(accounts.atPlacement(resource, assigned.index));
    if (sum !== assignedScore) problems.push(`${id} got ${assigned.name} with ${assignedScore}, entries come to ${sum}`);
  }
  const lines = result.scores.filter((line) => line.kind !== "promotion");
  const shown = lines.map((line) => `${line.kind} ${line.resource} ${line.node} ${line.score}`);
  if (shown.join("\n") !== decided.join("\n")) problems.push(`${shown.length} scores were decided, the ledger knows ${decided.length}`);
  return problems;
}

/** An instance that may be promoted has the score of its node in the clone's table. */
function unexplainedPromotion(accounts: ScoreAccounts, { resource, score }: ScoreEntry): string[] {
  if (!resource.isManaged) return [];
  const brought = balance(accounts.wishesOf(resource)) ?? 0;
  const made = accounts.promotionOf(resource) ?? [];
  if (brought < 0) return brought === score ? [] : [`${resource.id}: ranked with ${score}, but brings ${brought}`];
  const sum = balance(made);
  if (sum !== score) return [`${resource.id}: ranked with ${score}, entries come to ${sum}`];
  const isNamed = brought === 0 || made.some((entry) => entry.source === "#promotion-score" && entry.score === brought);
  return isNamed ? [] : [`${resource.id}: brings ${brought} for its promotion, which its clone does not know`];
}
