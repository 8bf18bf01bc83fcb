import type { NodeAccount, PlacementAccount } from "../scheduler/explain/placement-account.ts";
import type { ScoreEntry } from "../scheduler/ledger.ts";
import type { SchedulerNode } from "../scheduler/node.ts";
import type { Obstacle } from "../scheduler/report/obstacles.ts";
import type { Resource } from "../scheduler/resource.ts";
import { isWithin } from "../scheduler/resource-state.ts";
import { formatScore, INFINITY_SCORE } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import type { ScoreSource, ScoreSources } from "./score-sources.ts";

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
  const nodes = shown(account, onlyNode);
  for (const one of nodes) if (one.score !== undefined) lines.push(...nodeLines(one, one.score, account, sources));
  return [...lines, ...closedLines(nodes, account)];
}

function shown({ nodes }: PlacementAccount, onlyNode: string | undefined): readonly NodeAccount[] {
  return onlyNode === undefined ? nodes : nodes.filter(({ node }) => node.name === onlyNode);
}

function verdict(account: PlacementAccount): string {
  const { currentNodes, nextNode, currentRole, nextRole, obstacles } = account;
  const now = currentNodes.length === 0 ? "does not run now" : `runs on ${currentNodes.join(" and ")} as ${currentRole}`;
  const isStuck = obstacles.some(({ task }) => task === "start" || task === "promote" || task.startsWith("migrate"));
  if (nextNode === undefined || nextRole === "Stopped") {
    const cause = account.resource.isRemoved
      ? "it is not in the configuration any more"
      : account.nodes.every(({ score, unavailable }) => (score ?? -1) < 0 || unavailable !== undefined)
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
  if (!runnerUp) {
    const first = firstOfGroup(account.resource);
    return first
      ? `It lives with the other members of its group: where ${first.id} is, on ${chosen.node.name} (score ${score}).`
      : `${chosen.node.name} (score ${score}) is the only node that may have it.`;
  }
  const other = `${runnerUp.node.name} (${formatScore(runnerUp.score ?? 0)})`;
  if (margin === undefined || margin === 0)
    return `${chosen.node.name} and ${other} are worth the same, ${score}: ${tieBreaker(chosen, runnerUp, account)} decided.`;
  if (margin < 0)
    return `${chosen.node.name} (${score}) was kept although ${other} is worth more now: it was not free to move, or others were placed since.`;
  const words = margin >= INFINITY_SCORE ? "by INFINITY" : `by ${margin}`;
  return `${chosen.node.name} (score ${score}) is ahead of the runner-up ${other} ${words}.`;
}

/** The first member of a group, for a later one that goes where that one goes. */
function firstOfGroup({ parent, id }: Resource): Resource | undefined {
  const [first] = parent?.kind === "group" && parent.isColocatedGroup ? parent.children : [];
  return first && first.id !== id && first.assigned ? first : undefined;
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
  // What it waits for is told below, in better words.
  const isToldBelow = waitsFor.some(
    (one) => reason === `unrunnable ${one.resource} ${one.task}` || reason === `required ${one.resource} ${one.task}`,
  );
  const why = reason === "" || isToldBelow ? "" : `: ${reason}`;
  const lines = [`  Blocked: ${task}${node === undefined ? "" : ` on ${node}`} cannot be carried out${why}.`];
  for (const { resource, task: first, orderIds } of waitsFor)
    lines.push(
      `    It waits for ${first} of ${resource}, which cannot be done${orderIds.length === 0 ? "" : ` (${orderIds.join(", ")})`}.`,
    );
  return lines;
}

/** Nodes that are not in the resource's table, those with the same reason together. */
function closedLines(nodes: readonly NodeAccount[], account: PlacementAccount): string[] {
  const byReason = new Map<string, string[]>();
  for (const { node, score } of nodes) {
    if (score !== undefined) continue;
    const reason = closedReason(node, account);
    byReason.set(reason, [...(byReason.get(reason) ?? []), node.name]);
  }
  return [...byReason].map(([reason, names]) => `  ${names.join(", ")}: not allowed: ${reason}`);
}

function nodeLines(one: NodeAccount, score: number, account: PlacementAccount, sources: ScoreSources): string[] {
  const { node, unavailable } = one;
  const state = unavailable === undefined ? "" : `, ${unavailable}`;
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

/** Who spoke for a score; of a group's member that is kept off by another one, what is said about that one. */
export function entrySource(entry: ScoreEntry, resource: Resource, { node, keptOffBy }: NodeAccount, sources: ScoreSources): ScoreSource {
  const source = sources.of(entry, resource, node);
  if (!keptOffBy || entry.source !== "#group-members" || entry.score > -INFINITY_SCORE) return source;
  const { member, veto } = keptOffBy;
  if (!veto)
    return { id: member.id, words: `it lives with the members of its group, and ${member.id} is on ${member.assigned?.name ?? "none"}` };
  const { id, words } = sources.of(veto, member, node);
  return { id, words: `it lives with the members of its group; ${member.id} is kept off: ${words}` };
}

function entryText(entry: ScoreEntry, { resource }: PlacementAccount, one: NodeAccount, sources: ScoreSources): string {
  const { id, words } = entrySource(entry, resource, one, sources);
  const amount =
    entry.effect !== "set" && entry.effect !== "open" && entry.score > 0 ? `+${formatScore(entry.score)}` : formatScore(entry.score);
  const shown = entry.effect === "set" ? `= ${amount}` : amount;
  return `${shown.padStart(10)}  ${words}${id === undefined || words.includes(id) ? "" : ` [${id}]`}`;
}

/** The same for programs. */
export function placementXml(account: PlacementAccount, sources: ScoreSources, onlyNode?: string): XmlElement {
  const entryXml = (entry: ScoreEntry, one: NodeAccount): XmlElement => {
    const { id, words } = entrySource(entry, account.resource, one, sources);
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
