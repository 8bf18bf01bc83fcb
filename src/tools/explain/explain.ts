import { EXIT } from "../../model/exit-code.ts";
import { placementLines, placementXml } from "../../output/explanation/explanation-text.ts";
import { instancesOnNodeText, instancesOnNodeXml } from "../../output/explanation/instances-on-node-text.ts";
import { explainNode, nodeExplanationLines, nodeExplanationXml } from "../../output/explanation/node-explanation-text.ts";
import { ScoreSources } from "../../output/explanation/score-sources.ts";
import { circleLine } from "../../output/log/plan-log.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { instancesOnNode } from "../../scheduler/explain/instances-on-node.ts";
import { type PlacementAccount, placementAccountsOf } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { findResource, noNode, noResource, readExplainedCib } from "./explained-cib.ts";
import { findChanges } from "./find-changes.ts";
import { configuredId, type Goal, goalText, isReached, parseGoal, whyImpossible } from "./goal.ts";
import { instanceThere, movingInstance } from "./moving-instance.ts";
import { movingRole } from "./moving-role.ts";
import { movingScore } from "./moving-score.ts";
import { searchLines, searchXml, unblockLines } from "./search-text.ts";

const TOOL = "kodou explain";

/** Most times the scheduler is asked what would let a resource run when nobody asked for that. */
const UNASKED_TRIALS_MAX = 100;

/** Longest search for changes, in ms: when somebody asked for them, and when nobody did. */
const SEARCH_MS = 6000;
const UNASKED_SEARCH_MS = 2000;

/** Longest search with that for the least scores of what was found. */
const SCORES_MS = 10_000;

/** Longest search for the scores that move the resources. */
const MARGIN_MS = 2000;

const ONE_RESOURCE = "name one resource, as in kodou explain RESOURCE; a file is named with -x (crm_resource --list names the resources)";

const description: ToolDescription = {
  tool: TOOL,
  summary: "say where a resource runs and why, node by node: kodou explain RESOURCE; or what becomes of a node: kodou explain NODE",
  parameters: "[RESOURCE|NODE]",
  options: [
    { name: "node", short: "N", argument: "NODE", help: "This node only: what it is worth, and what would bring the resource there" },
    { name: "xml-file", short: "x", argument: "FILE", help: "Look at this CIB instead of the cluster's" },
    {
      name: "what-if",
      short: "w",
      argument: "GOAL",
      help: "The smallest changes that reach a goal: 'RESOURCE on NODE', or running, stopped, promoted",
    },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const [id, ...others] = parsed.words;
  const wish = optionValue(parsed, "what-if");
  if (wish !== undefined) return reach(parsed, ports, wish);
  if (id === undefined || id === "" || others.length > 0) return refusal(TOOL, EXIT.usage, ONE_RESOURCE);
  const input = await readExplainedCib(TOOL, ports, optionValue(parsed, "xml-file"));
  if ("answer" in input) return input.answer;
  const { cib, nowEpochSeconds } = input;
  const result = schedule(cib, { nowEpochSeconds, isLedgerKept: true });
  const resource = findResource(result, id);
  const sources = new ScoreSources(cib, nowEpochSeconds, result.cluster);
  const namesake = result.cluster.nodes.find(({ name }) => name === id);
  // A remote node has the name of what connects to it.
  const told = namesake && optionValue(parsed, "node") === undefined ? explainNode(result, namesake, sources) : undefined;
  const nodeLines = told ? [nodeExplanationLines(told, sources).join("\n")] : [];
  const nodeParts = told ? [nodeExplanationXml(told, sources)] : [];
  if (!resource && told) return { text: `${nodeLines.join("\n")}\n`, parts: nodeParts };
  if (!resource) return noResource(TOOL, result, id);
  const node = optionValue(parsed, "node");
  if (node !== undefined && !result.cluster.nodes.some(({ name }) => name === node)) return noNode(TOOL, result, node);
  const collective = collectiveAsked(resource, id);
  const accounts = placementAccountsOf(result, primitivesAsked(resource, id));
  const remedy = remedyGoal(result, id, accounts);
  const unblocking =
    remedy && findChanges(cib, remedy, nowEpochSeconds, { trialsMax: UNASKED_TRIALS_MAX, isTimeUp: stopwatch(ports, UNASKED_SEARCH_MS) });
  const isTimeUp = stopwatch(ports, MARGIN_MS);
  const trials = { cib, nowEpochSeconds, isTimeUp };
  const instances = movingInstance(accounts, trials);
  const asked = collective && result.cluster.nodes.find(({ name }) => name === node);
  const share = asked && instancesOnNode(collective, asked, accounts);
  const sharePreference =
    share?.there.length === 0 && share.objections.length === 0 && collective?.isManaged
      ? instanceThere(collective, accounts, share.node.name, trials)
      : undefined;
  const views = new Map(
    accounts.map((one) => [
      one,
      {
        onlyNode: node,
        preference: isTimeUp() ? undefined : (movingScore(one, trials, node === one.nextNode ? undefined : node) ?? instances.get(one)),
        rolePreference: isTimeUp() ? undefined : movingRole(one, trials),
      },
    ]),
  );
  const blocks = [
    ...(share ? [instancesOnNodeText(share, sharePreference, sources)] : []),
    ...mergedBlocks(accounts.map((one) => ({ account: one, lines: placementLines(one, sources, views.get(one)) }))),
  ];
  const remedies = remedy && unblocking ? unblockLines(unblocking, remedy, accounts) : [];
  return {
    text: `${[[blocks.join("\n\n"), ...remedies].join("\n"), ...nodeLines].join("\n\n")}\n`,
    errors: result.unkeptOrders.map(circleLine),
    parts: [
      ...accounts.map((one) => placementXml(one, sources, views.get(one))),
      ...(share ? [instancesOnNodeXml(share, sharePreference, sources)] : []),
      ...nodeParts,
      ...(remedy && unblocking ? [searchXml(goalText(remedy), unblocking)] : []),
    ],
  };
}

/** Paragraphs about resources: instances of a clone that nothing but their numbers tells apart are told of together. */
function mergedBlocks(blocks: readonly { readonly account: PlacementAccount; readonly lines: readonly string[] }[]): string[] {
  const merged: { readonly names: string[]; readonly clone: Resource | undefined; readonly rest: string }[] = [];
  for (const { account, lines } of blocks) {
    const { id, ownClone } = account.resource;
    const rest = lines.join("\n").slice(id.length);
    const known = ownClone && merged.find((one) => one.clone === ownClone && one.rest === rest);
    if (known) known.names.push(id);
    else merged.push({ names: [id], clone: ownClone, rest });
  }
  return merged.map(({ names, rest }) => `${names.join(", ")}${rest}`);
}

/** What nobody asked for, and would be good to have: that it runs, or that what is not to run and cannot be stopped is. */
function remedyGoal(result: ScheduleResult, id: string, accounts: readonly PlacementAccount[]): Goal | undefined {
  if (isReached(result, { resource: id, kind: "running", node: undefined })) return undefined;
  const isToStop = ({ obstacles, nextNode, isManaged }: PlacementAccount): boolean =>
    isManaged && nextNode === undefined && obstacles.some(({ task }) => task === "stop" || task === "demote");
  const isMeant = accounts.some(isToStop) && accounts.every((one) => isToStop(one) || one.currentNodes.length === 0);
  return { resource: id, kind: isMeant ? "stopped" : "running", node: undefined };
}

/** The clone or bundle that is asked about: by its id, or by that of what it is made of, without the number of an instance. */
function collectiveAsked(resource: Resource, id: string): Resource | undefined {
  if (resource.clone || resource.bundle) return resource;
  const clone = resource.ownBundle ? undefined : resource.ownClone;
  return clone && resource.id !== id && !id.includes(":") ? clone : undefined;
}

/** The primitives that are asked about: of a part of a clone's instances those in each of them. */
function primitivesAsked(resource: Resource, id: string): readonly Resource[] {
  const clone = collectiveAsked(resource, id);
  if (!clone || clone.id === id) return resource.primitives();
  const named = clone.withDescendants().filter((one) => one !== clone && configuredId(one) === id);
  return named.length > 0 ? named.flatMap((one) => one.primitives()) : resource.primitives();
}

async function reach(parsed: ParsedOptions, ports: ToolPorts, wish: string): Promise<Answer> {
  const [id, ...others] = parsed.words;
  if (others.length > 0) return refusal(TOOL, EXIT.usage, ONE_RESOURCE);
  if (optionValue(parsed, "node") !== undefined)
    return refusal(TOOL, EXIT.usage, "--node does not go with --what-if: a goal names its node, as in 'RESOURCE on NODE'");
  // A resource that was named is not named again: "promoted on n1" is about it, and not about one that is called promoted.
  const goal = (id === undefined || wish.trim().startsWith(`${id} `) ? undefined : parseGoal(`${id} ${wish}`)) ?? parseGoal(wish);
  if (goal && id !== undefined && goal.resource !== id)
    return refusal(TOOL, EXIT.usage, `the goal is about ${goal.resource}, not about ${id}: name one resource`);
  if (!goal)
    return refusal(
      TOOL,
      EXIT.usage,
      "a goal is 'RESOURCE on NODE', 'RESOURCE running', 'RESOURCE stopped' or 'RESOURCE promoted [on NODE]'",
    );
  const input = await readExplainedCib(TOOL, ports, optionValue(parsed, "xml-file"));
  if ("answer" in input) return input.answer;
  const { cib, nowEpochSeconds } = input;
  const result = schedule(cib, { nowEpochSeconds });
  if (!findResource(result, goal.resource)) return noResource(TOOL, result, goal.resource);
  if (goal.node !== undefined && !result.cluster.nodes.some(({ name }) => name === goal.node)) return noNode(TOOL, result, goal.node);
  const obstacle = whyImpossible(result, goal);
  if (obstacle !== undefined) return refusal(TOOL, EXIT.unsatisfied, obstacle);
  const search = findChanges(cib, goal, nowEpochSeconds, {
    isTimeUp: stopwatch(ports, SEARCH_MS),
    isScoreTimeUp: stopwatch(ports, SCORES_MS),
  });
  const isPossible = search.isReachedAlready || search.solutions.length > 0;
  return {
    exitCode: isPossible ? EXIT.ok : EXIT.unsatisfied,
    text: `${searchLines(goalText(goal), search).join("\n")}\n`,
    parts: [searchXml(goalText(goal), search)],
  };
}

/** Tells when that much time has gone by from now on. */
function stopwatch(ports: ToolPorts, durationMs: number): () => boolean {
  const end = ports.monotonicMs() + durationMs;
  return () => ports.monotonicMs() >= end;
}

/** `kodou explain`. */
export const explain: Tool = { description, run };
