import { ScoreSources } from "../../src/output/explanation/score-sources.ts";
import { verdict } from "../../src/output/explanation/verdict-text.ts";
import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import { isLostNode } from "../../src/scheduler/explain/live-node.ts";
import { type PlacementAccount, placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import { balance } from "../../src/scheduler/explain/score-accounts.ts";
import { willRun } from "../../src/scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import type { CibChange } from "../../src/tools/explain/cib-changes.ts";
import { findChanges } from "../../src/tools/explain/find-changes.ts";
import { type Goal, goalText, isReached } from "../../src/tools/explain/goal.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** Combinations that are tried for one goal: enough for most, and the whole run stays short. */
const TRIALS_MAX = 15;

/** Larger cases are left to other checks. */
const PRIMITIVES_MAX = 40;

/** Contributions that do not come to the score they explain, and ids that are named but in no CIB. */
export function untrueAccounts(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number): string[] {
  const ids = new Set([...cib.walk()].map(({ id }) => id));
  const sources = new ScoreSources(cib, nowEpochSeconds, result.cluster);
  return accountsOf(result).flatMap(({ resource, nodes }) =>
    nodes.flatMap(({ node, score, contributions }) => {
      const sum = score === undefined ? undefined : (balance(contributions) ?? 0);
      const named = contributions.flatMap((entry) => sources.of(entry, resource, node).ids);
      const unknown = named.filter((id) => !ids.has(id)).map((id) => `${resource.id} on ${node.name}: there is no ${id}`);
      return sum === score ? unknown : [`${resource.id} on ${node.name}: ${score}, contributions come to ${sum}`, ...unknown];
    }),
  );
}

/** Resources that are said to run, or not, against what is in the graph. */
export function untrueStates(result: ScheduleResult): string[] {
  const planned = new Set(result.graph.actions.map(({ key, node }) => `${key} ${node ?? ""}`));
  return primitivesOf(result).flatMap((one) => {
    const { assigned, activeOn, role } = one;
    // What is on a node that is lost neither runs nor is it stopped: not a question of the graph.
    if (!one.isManaged || !assigned || isLostNode(assigned) || assigned.uncleanReason !== undefined || assigned.isBundleNode) return [];
    const stays = role !== "Stopped" && activeOn.includes(assigned) && !planned.has(`${one.id}_stop_0 ${assigned.name}`);
    // What is stopped where it was not expected is started for the plan's sake alone, which names no node.
    const comes =
      planned.has(`${one.id}_start_0 ${assigned.name}`) ||
      planned.has(`${one.id}_start_0 `) ||
      activeOn.some(({ name }) => planned.has(`${one.id}_migrate_to_0 ${name}`));
    return willRun(result, one) === (stays || comes) ? [] : [`${one.id}: said to run: ${willRun(result, one)}, planned: ${stays || comes}`];
  });
}

/** What is said about a resource's future against what is in the graph. */
export function untrueVerdicts(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number): string[] {
  const sources = new ScoreSources(cib, nowEpochSeconds, result.cluster);
  const planned = new Set(result.graph.actions.map(({ key }) => key));
  return accountsOf(result).flatMap((account) => {
    // What is said of others is looked at where it is their own.
    const text = verdict(account, sources).text.replace(/ \((which begins with )?[^ ()]+:? (runs|ran|does not run) .*$/, "");
    const done = (task: string): boolean => planned.has(`${account.resource.id}_${task}_0`);
    const isTouched = ["start", "stop", "promote", "demote", "migrate_to"].some(done);
    const problem = (words: string): string[] => [`${account.resource.id}: ${words}: ${text}`];
    if (/, and stays there$|is left as it is|nothing is done about it|does not run, and is not going to/.test(text))
      return isTouched && !text.startsWith("ran on") && !account.resource.isRemoved ? problem("actions are planned") : [];
    if (/going to be (stopped|restarted)/.test(text) && !done("stop") && !text.startsWith("ran on")) return problem("no stop is planned");
    if (/going to be (started|restarted|moved to)/.test(text) && !done("start")) return problem("no start is planned");
    if (/going to be moved live/.test(text) && !done("migrate_to") && !done("migrate_from")) return problem("no migration is planned");
    if (/it is going to be (started and |demoted and )?promoted/.test(text) && !done("promote")) return problem("no promotion is planned");
    return [];
  });
}

/** Who is said to go before whom for the promoted role, against the order in which instances were chosen. */
export function untrueRanks(result: ScheduleResult): string[] {
  const order = result.scores.filter(({ kind }) => kind === "promotion").map(({ resource }) => resource);
  return accountsOf(result).flatMap(({ promotion }) => {
    if (!promotion?.rival) return [];
    const { instance, rival, isPromoted } = promotion;
    const [first, then] = isPromoted ? [instance, rival] : [rival, instance];
    const [at, after] = [order.lastIndexOf(first.id), order.lastIndexOf(then.id)];
    return at >= 0 && after >= 0 && at > after ? [`${first.id} is said to go before ${then.id} for the promoted role, and does not`] : [];
  });
}

/** Proposals that do not reach their goal, or reach it with fewer changes. One goal of each kind is asked for. */
export function untrueProposals(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number): string[] {
  const primitives = primitivesOf(result);
  if (primitives.length > PRIMITIVES_MAX) return [];
  return goalsOf(result, primitives).flatMap((goal) => {
    const withChanges = (changes: readonly CibChange[]): ScheduleResult => {
      const changed = cib.clone();
      for (const change of changes) change.apply(changed);
      return schedule(changed, { nowEpochSeconds });
    };
    const isEnough = (changes: readonly CibChange[]): boolean => isReached(withChanges(changes), goal);
    const { solutions, isReachedAlready } = findChanges(cib, goal, nowEpochSeconds, { trialsMax: TRIALS_MAX });
    if (isReachedAlready !== isEnough([])) return [`${goalText(goal)}: reached already: ${isReachedAlready}`];
    return solutions.flatMap(({ changes }) => {
      const words = changes.map((change) => change.words).join("; and ");
      const changed = withChanges(changes);
      const states = untrueStates(changed);
      if (states.length > 0 || !isReached(changed, goal)) return [`${goalText(goal)}: not enough: ${words}`, ...states];
      const spare = changes.length === 1 ? undefined : changes.find((change) => isEnough(changes.filter((one) => one !== change)));
      return spare ? [`${goalText(goal)}: ${spare.words} is not needed in: ${words}`] : [];
    });
  });
}

function goalsOf(result: ScheduleResult, primitives: readonly Resource[]): Goal[] {
  const down = primitives.find((one) => !willRun(result, one));
  const up = primitives.find((one) => willRun(result, one));
  const elsewhere = result.cluster.nodes.find((node) => node !== up?.assigned);
  const goals: Goal[] = [];
  if (down) goals.push({ resource: down.id, kind: "running", node: undefined });
  if (up && elsewhere) goals.push({ resource: up.id, kind: "running", node: elsewhere.name });
  return goals;
}

function accountsOf(result: ScheduleResult): PlacementAccount[] {
  return placementAccountsOf(result, primitivesOf(result));
}

function primitivesOf({ cluster }: ScheduleResult): Resource[] {
  return cluster.top.flatMap((top) => top.primitives());
}
