import { isAvailable, type SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import type { NodeAccount, PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { formatScore } from "../../score/score.ts";
import { entrySource } from "./entry-source.ts";
import { nodeStatesText } from "./node-state-text.ts";
import { lockText, type ScoreSource, type ScoreSources } from "./score-sources.ts";

/** Most reasons that are told of nodes that are closed to a resource. */
const REASONS_MAX = 4;

/** How many nodes are named that are closed for the same reason. */
const NAMED_MAX = 3;

/** Why a resource that is managed has no place. */
export function whyDown(account: PlacementAccount, sources: ScoreSources): string {
  const { resource, cluster, nodes, unplacedBy } = account;
  const clone = resource.ownClone;
  if (resource.isRemoved && clone && !clone.isRemoved) return `${clone.id} has fewer instances now`;
  if (resource.isRemoved) return "it is not in the configuration any more";
  if (cluster.options.isStopAll) return `stop-all-resources is set${named(sources.clusterOption("stop-all-resources"))}`;
  if (clone?.clone?.max === 0) return `clone-max of ${clone.id} is 0`;
  if (unplacedBy !== undefined) return `no instance is left that ${sources.constraintText(unplacedBy)} lets it be with`;
  if (account.unpaired) {
    const { first, orderIds } = account.unpaired;
    return `it comes after an instance of ${first.id} on the same node, and none comes up there for it${named(orderIds.join(", ") || undefined)}`;
  }
  if (resource.lockNode) return lockText(resource);
  const possible = nodes.filter(({ score }) => score !== undefined);
  const open = possible.filter(({ unavailable }) => unavailable === undefined);
  const common = commonVeto(account, possible, sources);
  if (common !== undefined) return common;
  if (!cluster.nodes.some(isAvailable)) return `no node takes anything (${nodeStatesText(cluster.nodes)})`;
  if (possible.length > 0 && open.length === 0)
    return `none of the nodes that may have it takes anything (${nodeStatesText(possible.map(({ node }) => node))})`;
  return open.every(({ score = -1 }) => score < 0) ? nowhereText(account, sources) : "it is not to run";
}

/** What forbids each of some nodes, in the same words everywhere; that they take nothing is told in better ones. */
function commonVeto({ resource }: PlacementAccount, nodes: readonly NodeAccount[], sources: ScoreSources): string | undefined {
  const isOpen = nodes.every(({ unavailable }) => unavailable === undefined);
  const [first, ...others] = nodes.map((one) => {
    const telling = one.vetoes.filter(({ source }) => isOpen || !DUE_TO_STATE.has(source));
    return telling.map((entry) => ({ entry, ...entrySource(entry, resource, one, sources) }));
  });
  const said = first?.find(({ words }) => others.every((vetoes) => vetoes.some((other) => other.words === words)));
  if (!said) return undefined;
  if (said.entry.source === "#instances") return "each node that may have it has as many instances as it may have";
  const holder = WITH_CONTAINER.has(said.entry.source) ? containerOf(resource) : undefined;
  if (holder && !holder.assigned) return `it lives with ${holder.id}, which has no place`;
  return sourceText(said);
}

/** Rules that forbid a node because of its state, or because others have no place because of that. */
const DUE_TO_STATE: ReadonlySet<string> = new Set(["#unavailable", "#node", "#group-members"]);

const WITH_CONTAINER: ReadonlySet<string> = new Set(["#ip-with-container", "#resource-with-container"]);

/** What an address of a bundle, or the connection to a guest node, lives with. */
function containerOf(resource: Resource): Resource | undefined {
  const replicas = resource.ownBundle?.bundle?.replicas ?? [];
  return replicas.find(({ address }) => address === resource)?.container ?? resource.launcher;
}

/** That no node may have a resource, and for each what forbids it: what forbids most, where it is more than one thing. */
function nowhereText(account: PlacementAccount, sources: ScoreSources): string {
  const possible = account.nodes.filter(({ node, score }) => score !== undefined && node.isBundleNode !== true);
  const closed = possible.filter(({ unavailable }) => unavailable === undefined);
  const states = possible.filter(({ unavailable }) => unavailable !== undefined).map(({ node }) => node);
  if (possible.length === 0) return closedToAllText(account);
  const words = closed.flatMap((one) => vetoTexts(one, account.resource, sources));
  const frequency = (text: string): number => words.filter((other) => other === text).length;
  const whys = byReason(
    closed,
    account.resource,
    sources,
    (one) => [...vetoTexts(one, account.resource, sources)].sort((a, b) => frequency(b) - frequency(a))[0],
  );
  if (states.length > 0) whys.push(nodeStatesText(states));
  const more = whys.length - REASONS_MAX;
  return `no node may have it (${[...whys.slice(0, REASONS_MAX), ...(more > 0 ? [`${more} more ${more === 1 ? "reason" : "reasons"}`] : [])].join("; ")})`;
}

function closedToAllText({ nodes, ...account }: PlacementAccount): string {
  const reasons = new Set(nodes.filter(({ node }) => !node.isBundleNode).map(({ node }) => closedReason(node, account)));
  return `no node may have it${reasons.size === 1 ? ` (${[...reasons][0]})` : ""}`;
}

/** What forbids nodes, all of it, the same once: "n1 and n2: location constraint ban". */
export function closedNodeTexts(nodes: readonly NodeAccount[], resource: Resource, sources: ScoreSources): string[] {
  return byReason(nodes, resource, sources, (one) => vetoTexts(one, resource, sources).join(", "));
}

/** What forbids a node, each thing once. */
export function vetoTexts(one: NodeAccount, resource: Resource, sources: ScoreSources): string[] {
  return [...new Set(one.vetoes.map((entry) => sourceText(entrySource(entry, resource, one, sources))))];
}

function byReason(
  nodes: readonly NodeAccount[],
  resource: Resource,
  sources: ScoreSources,
  reasonOf: (one: NodeAccount) => string | undefined,
): string[] {
  const byWords = new Map<string, string[]>();
  for (const one of nodes) {
    const words = reasonOf(one) || lowScoreText(one, resource, sources);
    byWords.set(words, [...(byWords.get(words) ?? []), one.node.name]);
  }
  return [...byWords].map(([words, names]) => `${names.length > NAMED_MAX ? `${names.length} nodes` : names.join(", ")}: ${words}`);
}

/** A score below zero that no veto makes, with what speaks against the node most. */
export function lowScoreText(one: NodeAccount, resource: Resource, sources: ScoreSources): string {
  const [worst] = one.contributions.filter(({ score }) => score < 0).sort((a, b) => a.score - b.score);
  const why = worst ? ` (${sourceText(entrySource(worst, resource, one, sources))})` : "";
  return `its score is ${formatScore(one.score ?? 0)}${why}`;
}

/** Why a node is not among those a resource could have. */
export function closedReason(node: SchedulerNode, { resource, cluster }: Pick<PlacementAccount, "resource" | "cluster">): string {
  const inner = resource.ownBundle?.bundle?.inner;
  const isInside = inner !== undefined && (resource === inner || isWithin(resource, inner));
  if (node.isBundleNode) return isInside ? "it has a container of its own" : "in a container runs only what is inside its bundle";
  if (isInside) return "what is inside a bundle runs in its container only";
  return cluster.options.isSymmetric ? "it is not for this resource" : "the cluster is asymmetric, and no constraint lets it in";
}

/** Words with the id that they are about, where they do not name it. */
export function sourceText({ id, words }: ScoreSource): string {
  return `${words}${id === undefined || words.includes(id) ? "" : ` [${id}]`}`;
}

/** An id as it follows the words about it. */
export const named = (id: string | undefined): string => (id === undefined ? "" : ` [${id}]`);
