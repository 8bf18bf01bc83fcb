import type { NodeAccount, PlacementAccount } from "../scheduler/explain/placement-account.ts";
import type { ScoreEntry } from "../scheduler/ledger.ts";
import type { SchedulerNode } from "../scheduler/node.ts";
import type { Obstacle, Root } from "../scheduler/report/obstacles.ts";
import type { Resource } from "../scheduler/resource.ts";
import { isWithin } from "../scheduler/resource-state.ts";
import { formatScore, INFINITY_SCORE } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { entrySource } from "./entry-source.ts";
import type { ScoreSources } from "./score-sources.ts";
import { reasonWords, verdict } from "./verdict-text.ts";

/** The least score by which a preference for the runner-up moves a resource, seen by scheduling with it. */
export interface Preference {
  /** Undefined when no finite score does. */
  readonly score: number | undefined;
  /** Colocations that make it count otherwise than the margin tells. */
  readonly followers: readonly string[];
}

/** What is shown of an account. */
export interface View {
  /** The scores of this node alone. */
  readonly onlyNode?: string | undefined;
  readonly preference?: Preference | undefined;
}

/** Sentences about where a resource is going to be, and why. */
export function placementLines(account: PlacementAccount, sources: ScoreSources, view: View = {}): string[] {
  const { resource, promotion, obstacles, isManaged } = account;
  const lines = [`${resource.id}: ${verdict(account, sources)}.`];
  const chosen = account.nodes.find(({ node }) => node.name === account.nextNode);
  if (!isManaged) lines.push("  While it is not managed the scores do not count.");
  else if (chosen) lines.push(`  ${choice(chosen, account)}${preferenceText(account, view.preference, sources)}`);
  if (promotion && isManaged) {
    lines.push(`  Promotion score ${formatScore(promotion.score)}${promotion.score < 0 ? ": it cannot be promoted" : ""}`);
    if (chosen) lines.push(...promotion.contributions.map((entry) => `      ${entryText(entry, account, chosen, sources)}`));
  }
  lines.push(...obstacleLines(obstacles, account, sources));
  const nodes = shown(account, view.onlyNode);
  for (const one of nodes) if (one.score !== undefined) lines.push(...nodeLines(one, one.score, account, sources));
  return [...lines, ...closedLines(nodes, account)];
}

/** What of a preference moves the resource; how it counts is said when the margin would make one expect something else. */
function preferenceText({ runnerUp, margin = 0 }: PlacementAccount, preference: Preference | undefined, sources: ScoreSources): string {
  if (!preference || !runnerUp) return "";
  const { score, followers } = preference;
  if (score === undefined) return ` No finite preference for ${runnerUp.node.name} moves it there.`;
  const through = followers.map((source) => (source.startsWith("#") ? "the members of its group" : sources.constraintText(source)));
  const why = through.length === 0 || Math.abs(score - margin) <= 1 ? "" : `, because it counts also through ${through.join(", ")}`;
  return ` A preference for ${runnerUp.node.name} with score ${score} is enough to move it there${why}.`;
}

function shown({ nodes }: PlacementAccount, onlyNode: string | undefined): readonly NodeAccount[] {
  return onlyNode === undefined ? nodes : nodes.filter(({ node }) => node.name === onlyNode);
}

function choice(chosen: NodeAccount, account: PlacementAccount): string {
  const { runnerUp, margin } = account;
  const score = formatScore(chosen.score ?? 0);
  if (!runnerUp) {
    const first = firstOfGroup(account.resource);
    return first
      ? `It lives with the other members of its group: where ${first.id} is, on ${chosen.node.name} (score ${score}).`
      : `${chosen.node.name} (score ${score}) is the only ${account.nodes.some(({ score: other, unavailable }) => (other ?? -1) >= 0 && unavailable !== undefined) ? "available node" : "node"} that may have it.`;
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
function tieBreaker(chosen: NodeAccount, other: NodeAccount, { cluster, currentNodes }: PlacementAccount): string {
  const strategy = cluster.options.placementStrategy;
  if (strategy === "minimal") return "the name";
  if (strategy === "balanced") return "free capacity, else fewer resources, else the present place, else the name";
  const [here, there] = [chosen.resourceCount ?? 0, other.resourceCount ?? 0];
  if (here < there) return `the number of resources there by then (${here} and ${there})`;
  return currentNodes[0] === chosen.node.name ? "that it runs there" : "the name";
}

function obstacleLines(obstacles: readonly Obstacle[], account: PlacementAccount, sources: ScoreSources): string[] {
  const { resource, roots } = account;
  const first = new Set<string>();
  const lines = obstacles.flatMap(({ task, node, reason, waitsFor }) => {
    // What it waits for is told below, in better words.
    const isToldBelow = waitsFor.some(
      (one) => reason === `unrunnable ${one.resource} ${one.task}` || reason === `required ${one.resource} ${one.task}`,
    );
    const words = isToldBelow ? "" : reasonWords(reason) || (waitsFor.length === 0 ? fencingText(account) : "");
    const why = words === "" ? "" : `: ${words}`;
    for (const { root } of waitsFor) if (root.resource !== resource) first.add(rootText(root, roots, sources));
    return [
      `  Blocked: ${task}${node === undefined ? "" : ` on ${node}`} cannot be carried out${why}.`,
      ...waitsFor.map(
        (one) =>
          `    It waits for ${one.task} of ${one.resource}, which cannot be done${one.orderIds.length === 0 ? "" : ` (${one.orderIds.join(", ")})`}.`,
      ),
    ];
  });
  return [...lines, ...[...first].filter((text) => text !== "").map((text) => `    The cause: ${text}.`)];
}

/** Where nothing else is known to be in the way, what is on lost nodes, or may be, has to be fenced first. */
function fencingText({ resource, currentNodes, cluster }: PlacementAccount): string {
  const unclean = cluster.nodes.filter(({ name, uncleanReason }) => {
    return uncleanReason !== undefined && (resource.requires === "fencing" || currentNodes.includes(name));
  });
  if (unclean.length === 0) return "";
  const names = unclean.map(({ name }) => name).join(" and ");
  return `${names} ${unclean.length === 1 ? "is" : "are"} unclean, and not fenced`;
}

/** Why that is so where the waiting begins. */
function rootText({ resource, task, reason }: Root, roots: PlacementAccount["roots"], sources: ScoreSources): string {
  const account = roots.find((one) => one.resource === resource || isWithin(one.resource, resource));
  if (account) return `${account.resource.id} ${verdict(account, sources)}`;
  const words = reasonWords(reason);
  return words === "" ? "" : `${task} of ${resource.id} cannot be done: ${words}`;
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
function closedReason(node: SchedulerNode, { resource, cluster }: PlacementAccount): string {
  const inner = resource.ownBundle?.bundle?.inner;
  const isInside = inner !== undefined && (resource === inner || isWithin(resource, inner));
  if (node.isBundleNode) return isInside ? "it has a container of its own" : "in a container runs only what is inside its bundle";
  if (isInside) return "what is inside a bundle runs in its container only";
  return cluster.options.isSymmetric ? "it is not for this resource" : "the cluster is asymmetric, and no constraint lets it in";
}

function entryText(entry: ScoreEntry, { resource }: PlacementAccount, one: NodeAccount, sources: ScoreSources): string {
  const { id, words } = entrySource(entry, resource, one, sources);
  const amount =
    entry.effect !== "set" && entry.effect !== "open" && entry.score > 0 ? `+${formatScore(entry.score)}` : formatScore(entry.score);
  const shown = entry.effect === "set" ? `= ${amount}` : amount;
  return `${shown.padStart(10)}  ${words}${id === undefined || words.includes(id) ? "" : ` [${id}]`}`;
}

/** The same for programs. */
export function placementXml(account: PlacementAccount, sources: ScoreSources, { onlyNode, preference }: View = {}): XmlElement {
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
      "moving-score": preference && formatScore(preference.score ?? INFINITY_SCORE),
      "moved-through": preference && preference.followers.length > 0 ? preference.followers.join(" ") : undefined,
      verdict: verdict(account, sources),
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
          waitsFor.map((one) =>
            element("waits_for", {
              resource: one.resource,
              action: one.task,
              orders: one.orderIds.join(" "),
              cause: one.root.resource === resource ? undefined : rootText(one.root, account.roots, sources) || undefined,
            }),
          ),
        ),
      ),
    ],
  );
}
