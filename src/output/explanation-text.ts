import type { NodeAccount, PlacementAccount } from "../scheduler/explain/placement-account.ts";
import type { ScoreEntry } from "../scheduler/ledger.ts";
import type { SchedulerNode } from "../scheduler/node.ts";
import type { Obstacle } from "../scheduler/report/obstacles.ts";
import { isWithin } from "../scheduler/resource-state.ts";
import { formatScore, INFINITY_SCORE } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import type { ScoreSources } from "./score-sources.ts";

/** Sentences about where a resource is going to be, and why; the scores of `onlyNode` alone when one is named. */
export function placementLines(account: PlacementAccount, sources: ScoreSources, onlyNode?: string): string[] {
  const { resource, promotion, obstacles } = account;
  const lines = [`${resource.id}: ${verdict(account)}`];
  if (!account.isManaged) lines.push("  It is not managed: it stays as it is, whatever the scores say.");
  const chosen = account.nodes.find(({ node }) => node.name === account.nextNode);
  if (chosen) lines.push(`  ${choice(chosen, account)}`);
  if (promotion) {
    lines.push(`  Promotion score ${formatScore(promotion.score)}${promotion.score < 0 ? ": it cannot be promoted" : ""}`);
    if (chosen) lines.push(...promotion.contributions.map((entry) => `      ${entryText(entry, account, chosen, sources)}`));
  }
  lines.push(...obstacles.flatMap(obstacleLines));
  for (const one of shown(account, onlyNode)) lines.push(...nodeLines(one, account, sources));
  return lines;
}

function shown({ nodes }: PlacementAccount, onlyNode: string | undefined): readonly NodeAccount[] {
  return onlyNode === undefined ? nodes : nodes.filter(({ node }) => node.name === onlyNode);
}

function verdict(account: PlacementAccount): string {
  const { currentNodes, nextNode, currentRole, nextRole, obstacles } = account;
  const now = currentNodes.length === 0 ? "does not run now" : `runs on ${currentNodes.join(" and ")} as ${currentRole}`;
  const isStuck = obstacles.some(({ task }) => task === "start" || task === "promote" || task.startsWith("migrate"));
  if (nextNode === undefined || nextRole === "Stopped") {
    const cause = account.nodes.every(({ score, unavailable }) => (score ?? -1) < 0 || unavailable !== undefined)
      ? "no node may have it"
      : "it is not to run";
    return currentNodes.length === 0 ? `does not run and is not going to: ${cause}` : `${now}; it is going to be stopped: ${cause}`;
  }
  if (isStuck) return `${now}; it belongs on ${nextNode} as ${nextRole}, but is blocked`;
  if (currentNodes.length === 1 && currentNodes[0] === nextNode && currentRole === nextRole) return `${now}, and stays there`;
  return `${now}; it is going to be ${nextRole} on ${nextNode}`;
}

function choice(chosen: NodeAccount, account: PlacementAccount): string {
  const { runnerUp, margin } = account;
  const score = formatScore(chosen.score ?? 0);
  if (!runnerUp) return `${chosen.node.name} (score ${score}) is the only node that may have it.`;
  const other = `${runnerUp.node.name} (${formatScore(runnerUp.score ?? 0)})`;
  if (margin === undefined || margin === 0)
    return `${chosen.node.name} and ${other} are worth the same, ${score}: ${tieBreaker(chosen, runnerUp, account)} decided.`;
  if (margin < 0)
    return `${chosen.node.name} (${score}) was kept although ${other} is worth more now: it was not free to move, or others were placed since.`;
  const words = margin >= INFINITY_SCORE ? "by INFINITY" : `by ${margin}`;
  return `${chosen.node.name} (score ${score}) is ahead of the runner-up ${other} ${words}.`;
}

/** What tells nodes apart that are worth the same. */
function tieBreaker(chosen: NodeAccount, other: NodeAccount, { strategy, currentNodes }: PlacementAccount): string {
  if (strategy === "minimal") return "the name";
  if (strategy === "balanced") return "free capacity, else fewer resources, else the present place, else the name";
  const [here, there] = [chosen.resourceCount ?? 0, other.resourceCount ?? 0];
  if (here < there) return `the number of resources there by then (${here} and ${there})`;
  return currentNodes[0] === chosen.node.name ? "that it runs there" : "the name";
}

function obstacleLines({ task, node, reason, waitsFor }: Obstacle): string[] {
  const lines = [
    `  Blocked: ${task}${node === undefined ? "" : ` on ${node}`} cannot be carried out${reason === "" ? "" : `: ${reason}`}.`,
  ];
  for (const { resource, task: first, orderIds } of waitsFor)
    lines.push(
      `    It waits for ${first} of ${resource}, which cannot be done${orderIds.length === 0 ? "" : ` (${orderIds.join(", ")})`}.`,
    );
  return lines;
}

function nodeLines(one: NodeAccount, account: PlacementAccount, sources: ScoreSources): string[] {
  const { node, score, unavailable } = one;
  const state = unavailable === undefined ? "" : `, ${unavailable}`;
  if (score === undefined) return [`  ${node.name}: not allowed${state}: ${closedReason(node, account)}`];
  const veto = score < 0 ? " - ruled out" : "";
  return [
    `  ${node.name}: ${formatScore(score)}${state}${veto}`,
    ...one.contributions.map((entry) => `      ${entryText(entry, account, one, sources)}`),
  ];
}

/** Why a node is not among those a resource could have. */
function closedReason(node: SchedulerNode, { resource, isSymmetric }: PlacementAccount): string {
  const inner = resource.ownBundle?.bundle?.inner;
  const isInside = inner !== undefined && (resource === inner || isWithin(resource, inner));
  if (node.isBundleNode) return isInside ? "it has a container of its own" : "in a container runs only what is inside its bundle";
  if (isInside) return "what is inside a bundle runs in its container only";
  return isSymmetric ? "it is not for this resource" : "the cluster is asymmetric, and no constraint lets it in";
}

function entryText(entry: ScoreEntry, { resource }: PlacementAccount, { node }: NodeAccount, sources: ScoreSources): string {
  const { id, words } = sources.of(entry, resource, node);
  const amount =
    entry.effect !== "set" && entry.effect !== "open" && entry.score > 0 ? `+${formatScore(entry.score)}` : formatScore(entry.score);
  const shown = entry.effect === "set" ? `= ${amount}` : amount;
  return `${shown.padStart(10)}  ${words}${id === undefined || words.includes(id) ? "" : ` [${id}]`}`;
}

/** The same for programs. */
export function placementXml(account: PlacementAccount, sources: ScoreSources, onlyNode?: string): XmlElement {
  const entryXml = (entry: ScoreEntry, one: NodeAccount): XmlElement => {
    const { id, words } = sources.of(entry, account.resource, one.node);
    return element("contribution", { effect: entry.effect, score: formatScore(entry.score), source: id ?? entry.source, text: words });
  };
  const { resource, currentNodes, nextNode, nextRole, runnerUp, margin, promotion } = account;
  const chosen = account.nodes.find(({ node }) => node.name === nextNode);
  return element(
    "explanation",
    {
      resource: resource.id,
      managed: String(account.isManaged),
      "current-node": currentNodes.length === 0 ? undefined : currentNodes.join(" "),
      "current-role": account.currentRole,
      node: nextNode,
      role: nextRole,
      "runner-up": runnerUp?.node.name,
      margin: margin === undefined ? undefined : formatScore(margin),
    },
    [
      ...shown(account, onlyNode).map((one) =>
        element(
          "node_score",
          {
            node: one.node.name,
            score: one.score === undefined ? undefined : formatScore(one.score),
            unavailable: one.unavailable,
            vetoed: String(one.score === undefined || one.score < 0),
          },
          one.contributions.map((entry) => entryXml(entry, one)),
        ),
      ),
      ...(promotion
        ? [
            element(
              "promotion_score",
              { score: formatScore(promotion.score) },
              chosen ? promotion.contributions.map((entry) => entryXml(entry, chosen)) : [],
            ),
          ]
        : []),
      ...account.obstacles.map(({ task, node, reason, waitsFor }) =>
        element(
          "blocked",
          { action: task, node, reason },
          waitsFor.map((one) => element("waits_for", { resource: one.resource, action: one.task, orders: one.orderIds.join(" ") })),
        ),
      ),
    ],
  );
}
