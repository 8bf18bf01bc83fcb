import { placementLines, placementXml } from "../../src/output/explanation/explanation-text.ts";
import { ScoreSources } from "../../src/output/explanation/score-sources.ts";
import { verdict } from "../../src/output/explanation/verdict-text.ts";
import { type PlacementAccount, placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { cleanUp } from "../../src/tools/explain/cib-changes.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** Changes to what runs that are never made without a cause. */
const CAUSED = new Set(["Restart", "Reload", "Recover", "Re-promote"]);

/** Most failures of a case that are cleaned up to see whether they were the cause. */
const FAILURES_MAX = 3;

/**
 * Changes to what runs that no cause is told for, ids in the sentences that are in no CIB, and failures that are told as the cause of a
 * recovery that is due without them too.
 */
export function untrueCauses(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number, count: { cleaned: number }): string[] {
  const sources = new ScoreSources(cib, nowEpochSeconds, result.cluster);
  const ids = new Set([...cib.walk()].map(({ id }) => id));
  const accounts = placementAccountsOf(
    result,
    result.cluster.top.flatMap((top) => top.primitives()),
  );
  const recovered = accounts.filter(isRecoveredFromItsOwn).slice(0, FAILURES_MAX);
  count.cleaned += recovered.length;
  return [
    ...accounts.flatMap((account) => [...untoldCause(account, sources), ...unknownIds(account, sources, ids)]),
    ...recovered.flatMap((account) =>
      isFailedWithout(account, cib, nowEpochSeconds) ? [`${account.resource.id}: has not failed by what is told`] : [],
    ),
  ];
}

function untoldCause(account: PlacementAccount, sources: ScoreSources): string[] {
  const [decision] = account.decisions;
  const { text } = verdict(account, sources);
  const isTold =
    !decision || !CAUSED.has(decision.change) || /(going to be|blocked|under way)[^:]*: ./.test(text) || !text.includes("going to be");
  return isTold ? [] : [`${account.resource.id}: no cause is told: ${text}`];
}

function unknownIds(account: PlacementAccount, sources: ScoreSources, ids: ReadonlySet<string | undefined>): string[] {
  const text = placementLines(account, sources).join("\n");
  const named = [...text.matchAll(/ \[([^\]\s]+(?:, [^\]\s]+)*)\]/g)].flatMap(([, list = ""]) => list.split(", "));
  const vague = /its next role is (Stopped|another one)/.exec(text);
  if (vague) return [`${account.resource.id}: no cause is told: ${vague[0]}`];
  const unknown = [...new Set(named)].filter((id) => !ids.has(id)).map((id) => `${account.resource.id}: there is no ${id}`);
  const data = new Set([...placementXml(account, sources).walk()].flatMap(dataOf));
  const prose = [...new Set(named)].filter((id) => !data.has(id)).map((id) => `${account.resource.id}: programs are not told of ${id}`);
  return [...unknown, ...prose];
}

/** What attributes hold that are not sentences. */
function dataOf(xml: XmlElement): string[] {
  const names = xml.attributeNames.filter((name) => !PROSE.has(name));
  return names.flatMap((name) => (xml.get(name) ?? "").split(/,? /));
}

const PROSE: ReadonlySet<string> = new Set(["text", "verdict", "cause", "reason"]);

function isRecoveredFromItsOwn({ guestFencing, decisions, failures, resource, currentNodes }: PlacementAccount): boolean {
  const isHere = failures.some(({ resourceId, node }) => resourceId === resource.id && currentNodes.includes(node));
  const isAlone = resource.launched.every(({ isFailed }) => !isFailed) && guestFencing.length === 0 && !resource.isRemoteConnection;
  return isHere && isAlone && currentNodes.length === 1 && decisions.some(({ change }) => change === "Recover");
}

function isFailedWithout({ resource, currentNodes }: PlacementAccount, cib: XmlElement, nowEpochSeconds: number): boolean {
  const cleaned = cib.clone();
  for (const node of currentNodes) cleanUp(resource.historyName.replace(/:\d+$/, ""), node).apply(cleaned);
  const { cluster } = schedule(cleaned, { nowEpochSeconds });
  const again = cluster.top.flatMap((top) => top.primitives()).find(({ id }) => id === resource.id);
  return again?.isFailed === true && again.activeOn.some(({ name }) => currentNodes.includes(name));
}
