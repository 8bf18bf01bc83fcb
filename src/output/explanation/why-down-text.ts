import { isAvailable, type SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import type { NodeAccount } from "../../scheduler/explain/node-account.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { formatScore } from "../../score/score.ts";
import { entrySource, sourceText } from "./entry-source.ts";
import { nodeStatesText } from "./node-state-text.ts";
import { distinct, joined, named, type Phrase, phrase, plain } from "./phrase.ts";
import { lockText, type ScoreSources } from "./score-sources.ts";

/** Most reasons that are told of nodes that are closed to a resource. */
const REASONS_MAX = 4;

/** How many nodes are named that are closed for the same reason. */
const NAMED_MAX = 3;

/** Why a resource that is managed has no place. */
export function whyDown(account: PlacementAccount, sources: ScoreSources): Phrase {
  const { resource, cluster, nodes, unplacedBy } = account;
  const clone = resource.ownClone;
  if (resource.isRemoved && clone && !clone.isRemoved) return plain(`${clone.id} has fewer instances now`);
  if (resource.isRemoved) return plain("it is not in the configuration any more");
  if (cluster.options.isStopAll) return phrase`stop-all-resources is set${named(sources.clusterOption("stop-all-resources"))}`;
  if (clone?.clone?.max === 0) return plain(`clone-max of ${clone.id} is 0`);
  if (unplacedBy !== undefined) return phrase`no instance is left that ${sources.constraintText(unplacedBy)} lets it be with`;
  if (account.unpaired) {
    const { first, orderIds } = account.unpaired;
    return phrase`it comes after an instance of ${first.id} on the same node, and none comes up there for it${named(...orderIds)}`;
  }
  if (resource.lockNode) return plain(lockText(resource));
  const possible = nodes.filter(({ score }) => score !== undefined);
  const open = possible.filter(({ unavailable }) => unavailable === undefined);
  const common = commonVeto(account, possible, sources);
  if (common !== undefined) return common;
  if (!cluster.nodes.some(isAvailable)) return plain(`no node takes anything (${nodeStatesText(cluster.nodes)})`);
  if (possible.length > 0 && open.length === 0)
    return plain(`none of the nodes that may have it takes anything (${nodeStatesText(possible.map(({ node }) => node))})`);
  return open.every(({ score = -1 }) => score < 0) ? nowhereText(account, sources) : plain("it is not to run");
}

/** What forbids each of some nodes, in the same words everywhere; that they take nothing is told in better ones. */
function commonVeto({ resource }: PlacementAccount, nodes: readonly NodeAccount[], sources: ScoreSources): Phrase | undefined {
  const isOpen = nodes.every(({ unavailable }) => unavailable === undefined);
  const [first, ...others] = nodes.map((one) => {
    const telling = one.vetoes.filter(({ source }) => isOpen || !DUE_TO_STATE.has(source));
    return telling.map((entry) => ({ entry, ...entrySource(entry, resource, one, sources) }));
  });
  const said = first?.find(({ words }) => others.every((vetoes) => vetoes.some((other) => other.words.text === words.text)));
  if (!said) return undefined;
  if (said.entry.source === "#instances") return plain("each node that may have it has as many instances as it may have");
  const holder = WITH_CONTAINER.has(said.entry.source) ? containerOf(resource) : undefined;
  if (holder && !holder.assigned) return plain(`it lives with ${holder.id}, which has no place`);
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
function nowhereText(account: PlacementAccount, sources: ScoreSources): Phrase {
  const possible = account.nodes.filter(({ node, score }) => score !== undefined && node.isBundleNode !== true);
  // What is against the place that it has comes first.
  const isHere = ({ node }: NodeAccount): boolean => account.currentNodes.includes(node.name);
  const isOpen = ({ unavailable }: NodeAccount): boolean => unavailable === undefined;
  const closed = [...possible.filter((one) => isOpen(one) && isHere(one)), ...possible.filter((one) => isOpen(one) && !isHere(one))];
  const states = possible.filter(({ unavailable }) => unavailable !== undefined).map(({ node }) => node);
  if (possible.length === 0) return plain(closedToAllText(account));
  const words = closed.flatMap((one) => vetoTexts(one, account.resource, sources)).map(({ text }) => text);
  const frequency = (text: string): number => words.filter((other) => other === text).length;
  const whys = byReason(
    closed,
    account.resource,
    sources,
    (one) => [...vetoTexts(one, account.resource, sources)].sort((a, b) => frequency(b.text) - frequency(a.text))[0],
  );
  if (states.length > 0) {
    const isTellingHere = states.some(({ name }) => account.currentNodes.includes(name));
    whys.splice(isTellingHere ? 0 : whys.length, 0, plain(nodeStatesText(states)));
  }
  const more = whys.length - REASONS_MAX;
  const rest = more > 0 ? [plain(`${more} more ${more === 1 ? "reason" : "reasons"}`)] : [];
  return phrase`no node may have it (${joined([...whys.slice(0, REASONS_MAX), ...rest], "; ")})`;
}

function closedToAllText({ nodes, ...account }: PlacementAccount): string {
  const reasons = new Set(nodes.filter(({ node }) => !node.isBundleNode).map(({ node }) => closedReason(node, account)));
  return `no node may have it${reasons.size === 1 ? ` (${[...reasons][0]})` : ""}`;
}

/** What forbids nodes, all of it, the same once: "n1 and n2: location constraint ban". */
export function closedNodeTexts(nodes: readonly NodeAccount[], resource: Resource, sources: ScoreSources): Phrase[] {
  return byReason(nodes, resource, sources, (one) => joined(vetoTexts(one, resource, sources), ", "));
}

/** What forbids a node, each thing once. */
export function vetoTexts(one: NodeAccount, resource: Resource, sources: ScoreSources): Phrase[] {
  const told = one.vetoes.filter(({ source }) => source !== "#group-members" || !isToldAnyway(one));
  return distinct(told.map((entry) => sourceText(entrySource(entry, resource, one, sources))));
}

/** True where what keeps another member of the group off keeps the resource itself off too. */
function isToldAnyway({ keptOffBy, vetoes }: NodeAccount): boolean {
  const cause = keptOffBy?.veto?.source;
  return cause !== undefined && (cause === "#unavailable" || !cause.startsWith("#")) && vetoes.some(({ source }) => source === cause);
}

function byReason(
  nodes: readonly NodeAccount[],
  resource: Resource,
  sources: ScoreSources,
  reasonOf: (one: NodeAccount) => Phrase | undefined,
): Phrase[] {
  const byWords = new Map<string, { readonly words: Phrase; readonly names: string[] }>();
  for (const one of nodes) {
    const reason = reasonOf(one);
    const words = reason && reason.text !== "" ? reason : lowScoreText(one, resource, sources);
    const known = byWords.get(words.text);
    if (known) known.names.push(one.node.name);
    else byWords.set(words.text, { words, names: [one.node.name] });
  }
  return [...byWords.values()].map(
    ({ words, names }) => phrase`${names.length > NAMED_MAX ? `${names.length} nodes` : names.join(", ")}: ${words}`,
  );
}

/** A score below zero that no veto makes, with what speaks against the node most. */
export function lowScoreText(one: NodeAccount, resource: Resource, sources: ScoreSources): Phrase {
  const [worst] = one.contributions.filter(({ score }) => score < 0).sort((a, b) => a.score - b.score);
  const why = worst ? phrase` (${sourceText(entrySource(worst, resource, one, sources))})` : "";
  return phrase`its score is ${formatScore(one.score ?? 0)}${why}`;
}

/** Why a node is not among those a resource could have. */
export function closedReason(node: SchedulerNode, { resource, cluster }: Pick<PlacementAccount, "resource" | "cluster">): string {
  const inner = resource.ownBundle?.bundle?.inner;
  const isInside = inner !== undefined && (resource === inner || isWithin(resource, inner));
  if (node.isBundleNode) return isInside ? "it has a container of its own" : "in a container runs only what is inside its bundle";
  if (isInside) return "what is inside a bundle runs in its container only";
  return cluster.options.isSymmetric ? "it is not for this resource" : "the cluster is asymmetric, and no constraint lets it in";
}
