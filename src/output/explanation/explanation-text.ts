import type { ScoreEntry } from "../../scheduler/cluster/ledger.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { NodeAccount } from "../../scheduler/explain/node-account.ts";
import { marginOver, type PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { causesXml } from "./change-cause-text.ts";
import { entrySource, sourceText } from "./entry-source.ts";
import { obstacleLines, obstaclesXml } from "./obstacle-text.ts";
import { namesAttribute } from "./phrase.ts";
import { type Preference, preferenceText, rolePreferenceText } from "./preference-text.ts";
import { rankText } from "./promotion-text.ts";
import type { ScoreSources } from "./score-sources.ts";
import { tieBreaker, tieRule } from "./tie-break-text.ts";
import { verdict } from "./verdict-text.ts";
import { closedReason } from "./why-down-text.ts";

/** What is shown of an account. */
export interface View {
  /** The scores of this node alone. */
  readonly onlyNode?: string | undefined;
  readonly preference?: Preference | undefined;
  /** For the promoted role. */
  readonly rolePreference?: Preference | undefined;
}

/** Sentences about where a resource is going to be, and why. */
export function placementLines(account: PlacementAccount, sources: ScoreSources, view: View = {}): string[] {
  const { resource, promotion, isManaged } = account;
  const lines = [`${resource.id}: ${verdict(account, sources).text}.`];
  const chosen = account.nodes.find(({ node }) => node.name === account.nextNode);
  if (!isManaged) lines.push("  While it is not managed the scores do not count.");
  else if (chosen)
    lines.push(
      `  ${choice(chosen, account)}${behindText(chosen, account, view.onlyNode)}${preferenceText(account, view.preference, sources)}`,
    );
  if (promotion && isManaged) {
    const rank = rankText(promotion);
    lines.push(
      `  Promotion score ${formatScore(promotion.score)}${rank === "" ? "" : `: ${rank}`}.${rolePreferenceText(view.rolePreference)}`,
    );
    if (chosen) lines.push(...promotion.contributions.map((entry) => `      ${entryText(entry, account, chosen, sources)}`));
  }
  lines.push(...obstacleLines(account, sources));
  const nodes = shown(account, view.onlyNode);
  return [...lines, ...scoreLines(nodes, account, sources), ...closedLines(nodes, account)];
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
      : `${chosen.node.name} (score ${score}) is the only ${onlyNodeText(account)}.`;
  }
  const other = `${runnerUp.node.name} (${formatScore(runnerUp.score ?? 0)})`;
  if (margin === undefined || margin === 0)
    return `${chosen.node.name} and ${runnerUp.node.name} are worth the same, ${score}: ${tieBreaker(chosen, runnerUp, account)} decided.`;
  if (margin < 0)
    return `${chosen.node.name} (${score}) was kept although ${other} is worth more now: it was not free to move, or others were placed since.`;
  const words = margin >= INFINITY_SCORE ? "by INFINITY" : `by ${margin}`;
  return `${chosen.node.name} (score ${score}) is ahead of the runner-up ${other} ${words}.`;
}

/** How far a node that is asked about is behind, where it is another one than the runner-up. */
function behindText(chosen: NodeAccount, account: PlacementAccount, name: string | undefined): string {
  const asked = account.nodes.find(({ node }) => node.name === name);
  if (!asked || asked === chosen || asked === account.runnerUp || asked.unavailable !== undefined || (asked.score ?? -1) < 0) return "";
  const margin = marginOver(account, asked);
  if (margin === undefined || margin < 0) return "";
  return ` ${name} (${formatScore(asked.score ?? 0)}) is ${margin === 0 ? "worth the same" : `behind by ${formatScore(margin)}`}.`;
}

/** What a node is that has no runner-up. Instances of a clone are kept off where others are. */
function onlyNodeText({ nodes }: PlacementAccount): string {
  if (nodes.some(({ vetoes }) => vetoes.some(({ source }) => source === "#instances"))) return "node that is left for it";
  const isOtherClosed = nodes.some(({ score, unavailable }) => (score ?? -1) >= 0 && unavailable !== undefined);
  return `${isOtherClosed ? "available node" : "node"} that may have it`;
}

/** The first member of a group, for a later one that goes where that one goes. */
function firstOfGroup({ parent, id }: Resource): Resource | undefined {
  const [first] = parent?.kind === "group" && parent.isColocatedGroup ? parent.children : [];
  return first && first.id !== id && first.assigned ? first : undefined;
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

/** What nodes are worth, those of which the same is told together. */
function scoreLines(nodes: readonly NodeAccount[], account: PlacementAccount, sources: ScoreSources): string[] {
  const byText = new Map<string, string[]>();
  for (const one of nodes) {
    if (one.score === undefined) continue;
    const text = worthText(one, one.score, account, sources);
    byText.set(text, [...(byText.get(text) ?? []), one.node.name]);
  }
  return [...byText].map(([text, names]) => `  ${names.join(", ")}: ${text}`);
}

function worthText(one: NodeAccount, score: number, account: PlacementAccount, sources: ScoreSources): string {
  const state = one.unavailable === undefined ? "" : `, ${one.unavailable}`;
  const entries = one.contributions.map((entry) => `\n      ${entryText(entry, account, one, sources)}`);
  return `${formatScore(score)}${state}${score < 0 ? " - ruled out" : ""}${entries.join("")}`;
}

function entryText(entry: ScoreEntry, { resource }: PlacementAccount, one: NodeAccount, sources: ScoreSources): string {
  const { text } = sourceText(entrySource(entry, resource, one, sources));
  const amount =
    entry.effect !== "set" && entry.effect !== "open" && entry.score > 0 ? `+${formatScore(entry.score)}` : formatScore(entry.score);
  const shown = entry.effect === "set" ? `= ${amount}` : amount;
  return `${shown.padStart(10)}  ${text}`;
}

/** The same for programs. */
export function placementXml(
  account: PlacementAccount,
  sources: ScoreSources,
  { onlyNode, preference, rolePreference }: View = {},
): XmlElement {
  const entryXml = (entry: ScoreEntry, one: NodeAccount): XmlElement => {
    const { ids, words } = entrySource(entry, account.resource, one, sources);
    const source = ids.length === 0 ? entry.source : ids.join(" ");
    const attributes = { effect: entry.effect, score: formatScore(entry.score), source, text: words.text };
    const needed = entry.shortage?.needed ?? [];
    return element(
      "contribution",
      { ...attributes, names: namesAttribute(words), together: entry.shortage?.together.join(" ") },
      needed.map(({ name, amount, left }) => element("needed", { name, amount, left })),
    );
  };
  const { resource, currentNodes, nextNode, nextRole, runnerUp, margin, promotion } = account;
  const chosen = account.nodes.find(({ node }) => node.name === nextNode);
  const said = verdict(account, sources);
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
      "moving-resource": preference?.resource,
      "moving-node": preference?.node,
      "moved-through": preference && preference.followers.length > 0 ? preference.followers.join(" ") : undefined,
      "moving-blocked": preference && String(preference.isBlocked),
      "decided-by": chosen && runnerUp && margin === 0 ? tieRule(chosen, runnerUp, account) : undefined,
      verdict: said.text,
      names: namesAttribute(said),
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
            resources: one.resourceCount,
            reason: one.score === undefined ? closedReason(one.node, account) : undefined,
          },
          one.contributions.map((entry) => entryXml(entry, one)),
        ),
      ),
      ...(promotion
        ? [
            element(
              "promotion_score",
              {
                score: formatScore(promotion.score),
                promoted: String(promotion.isPromoted),
                max: promotion.max,
                reason: rankText(promotion) || undefined,
                rival: promotion.rival?.id,
                "rival-score": promotion.rival && formatScore(promotion.rival.promotionScore),
                "moving-score": rolePreference && formatScore(rolePreference.score ?? INFINITY_SCORE),
                "moving-resource": rolePreference?.resource,
                "moving-node": rolePreference?.node,
                "moving-blocked": rolePreference && String(rolePreference.isBlocked),
              },
              chosen ? promotion.contributions.map((entry) => entryXml(entry, chosen)) : [],
            ),
          ]
        : []),
      ...obstaclesXml(account, sources),
      ...causesXml(account, sources),
    ],
  );
}
