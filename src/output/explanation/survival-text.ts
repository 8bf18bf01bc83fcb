import { isLiveNode } from "../../scheduler/explain/live-node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { isRaising, type Survival } from "../../scheduler/explain/survival.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { nodeStatesText } from "./node-state-text.ts";
import { obstacleWords } from "./obstacle-text.ts";
import { distinct, isNothing, joined, namesAttribute, type Phrase, phrase, plain } from "./phrase.ts";
import { whyDemoted } from "./promotion-text.ts";
import type { ScoreSources } from "./score-sources.ts";
import { someOf } from "./some-of.ts";
import { unmeasuredKeys, unmeasuredText } from "./unmeasured-text.ts";
import { whyUnmanaged } from "./verdict-text.ts";
import { closedNodeTexts, whyDown } from "./why-down-text.ts";

/** A sentence about what becomes of a resource. */
export function survivalText(one: Survival, sources: ScoreSources): string {
  const { resource, runningBefore, runningAfter, isDue } = one;
  const where = one.nodes.join(", ");
  const reasons = reasonTexts(one, sources);
  const why = reasons.length === 0 ? "" : ` (${joined(reasons, "; ").text})`;
  switch (one.outcome) {
    case "kept":
      return `${resource} goes on running on ${where}`;
    case "moved":
      return `${resource} comes up on ${where}${downText(one)}`;
    case "reduced":
      return `${resource} goes on with ${countText(one)}, on ${someOf(one.nodes)}`;
    case "unpromoted":
      return `${resource} loses its promoted instance, and none is promoted in its place${why}${isDue ? "; it is demoted without that loss too" : ""}`;
    case "lost":
      return `${resource} DOES NOT SURVIVE: ${runningAfter === 0 ? nothingText(one) : `${runningAfter} of ${runningBefore} parts run`}${why}${isDue ? "; it is stopped without that loss too" : ""}`;
  }
}

/** How many instances are left; where all are, of which something is missing, how many parts. */
function countText({ instancesBefore, instancesAfter, runningBefore, runningAfter }: Survival): string {
  return instancesAfter < instancesBefore
    ? `${instancesAfter} of ${instancesBefore} instances`
    : `${runningAfter} of ${runningBefore} parts of its instances`;
}

/** What has failed and is blocked may run or not. */
function nothingText({ missing }: Survival): string {
  const isUnknown = missing.some(({ resource }) => resource.isFailed && resource.isBlocked && resource.activeOn.some(isLiveNode));
  return isUnknown ? "nothing of it is sure to run" : "nothing of it runs";
}

/** Each reason once, with all it keeps down. Of a resource without a place it is what forbids the nodes that would take something. */
function reasonTexts({ missing, unpromoted }: Survival, sources: ScoreSources): Phrase[] {
  if (unpromoted.length > 0) {
    const told = unpromotedTexts(unpromoted, sources);
    if (told.length > 0) return told;
  }
  const kept: Kept[] = [];
  const forbidden: Kept[] = [];
  const placeless: Phrase[] = [];
  for (const account of missing) {
    if (!account.isManaged) {
      placeless.push(phrase`${account.resource.id} is not managed: ${whyUnmanaged(account, sources)}`);
      continue;
    }
    const blocked = account.obstacles.filter(isRaising);
    if (blocked.length === 0) {
      const words = forbiddenText(account, sources);
      if (isNothing(words)) placeless.push(placelessText(account, sources));
      else if (!isFollower(account, missing)) forbidden.push({ words, resource: account.resource.id });
    }
    for (const obstacle of blocked) {
      const cause = obstacleWords(obstacle, account, sources);
      const words = isNothing(cause) ? plain(`cannot ${obstacle.task}`) : phrase`cannot ${obstacle.task}: ${cause}`;
      kept.push({ words, resource: account.resource.id });
    }
  }
  return distinct([
    ...byWords(kept).map(({ words, resources }) => phrase`${someOf(resources)} ${words}`),
    ...byWords(forbidden).map(({ words, resources }) => phrase`no node may have ${someOf(resources)} - ${words}`),
    ...placeless,
  ]);
}

/** What keeps a resource down. */
interface Kept {
  readonly words: Phrase;
  readonly resource: string;
}

/** The same words once, with all that they are about. */
function byWords(all: readonly Kept[]): { readonly words: Phrase; readonly resources: readonly string[] }[] {
  return distinct(all.map(({ words }) => words)).map((words) => ({
    words,
    resources: all.filter((one) => one.words.text === words.text).map(({ resource }) => resource),
  }));
}

/** Why parts that run are not promoted, each reason once. */
function unpromotedTexts(accounts: readonly PlacementAccount[], sources: ScoreSources): Phrase[] {
  const kept = accounts.map((account): Kept => {
    const blocked = account.obstacles.filter(({ task }) => task === "promote").map((one) => obstacleWords(one, account, sources));
    const words = blocked[0]
      ? phrase`cannot promote: ${blocked[0]}`
      : account.isManaged
        ? whyDemoted(account, sources)
        : plain("is not managed");
    return { words, resource: account.resource.id };
  });
  return byWords(kept).map(({ words, resources }) => phrase`${someOf(resources)}: ${words}`);
}

function placelessText(account: PlacementAccount, sources: ScoreSources): Phrase {
  const { resource, nodes } = account;
  if (nodes.every(({ unavailable }) => unavailable !== undefined))
    return plain(`no node is left that takes anything (${nodeStatesText(nodes.map(({ node }) => node))})`);
  return phrase`${resource.id} has no place: ${whyDown(account, sources)}`;
}

/** True for a member of a group that is kept off by another one alone, which is told of itself. */
function isFollower({ nodes }: PlacementAccount, missing: readonly PlacementAccount[]): boolean {
  const closed = nodes.filter(({ unavailable, vetoes }) => unavailable === undefined && vetoes.length > 0);
  return closed.every(({ vetoes, keptOffBy }) => {
    const isAlone = vetoes.every(({ source }) => source === "#group-members" || source === "#unavailable");
    return isAlone && keptOffBy?.veto !== undefined && missing.some(({ resource }) => resource === keptOffBy.member);
  });
}

/** What forbids the nodes that would take something; nothing where there is none, or nothing forbids them. */
function forbiddenText({ resource, nodes }: PlacementAccount, sources: ScoreSources): Phrase {
  const closed = nodes.filter(({ unavailable, vetoes }) => unavailable === undefined && vetoes.length > 0);
  return joined(closedNodeTexts(closed, resource, sources), "; ");
}

function downText({ downMs, unmeasured }: Survival): string {
  if (downMs === undefined) return "";
  const seconds = `${(downMs / 1000).toFixed(2)} s`;
  if (unmeasured.length === 0) return `, ${seconds} after the loss was noticed`;
  return `, ${downMs === 0 ? "an unknown time" : `more than ${seconds}`} after the loss was noticed (${unmeasuredText(unmeasured)})`;
}

/** The same for programs. */
export function survivalXml(one: Survival, sources: ScoreSources): XmlElement {
  return element(
    "survival",
    {
      resource: one.resource,
      outcome: one.outcome,
      "running-before": one.runningBefore,
      "running-after": one.runningAfter,
      "instances-before": one.instancesBefore,
      "instances-after": one.instancesAfter,
      nodes: one.nodes.join(" "),
      due: String(one.isDue),
      "down-ms": one.downMs,
      unmeasured: unmeasuredKeys(one.unmeasured),
    },
    reasonTexts(one, sources).map((reason) => element("reason", { text: reason.text, names: namesAttribute(reason) })),
  );
}
