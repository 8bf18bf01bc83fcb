import { obstaclesXml } from "../../src/output/explanation/obstacle-text.ts";
import { ScoreSources } from "../../src/output/explanation/score-sources.ts";
import { verdict } from "../../src/output/explanation/verdict-text.ts";
import { placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** What is said to be blocked against the plan, and blockades without a cause: the reason is to be told, not only that there is one. */
export function untrueBlockades(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number, counts: { told: number }): string[] {
  const sources = new ScoreSources(cib, nowEpochSeconds, result.cluster);
  const planned = new Set(result.graph.actions.map(({ key, node }) => `${key} ${node ?? ""}`));
  const primitives = result.cluster.top.flatMap((top) => top.primitives());
  return placementAccountsOf(result, primitives).flatMap((account) => {
    const { id } = account.resource;
    const { text } = verdict(account, sources);
    const isBlocked = account.decisions.some((decision) => decision.isBlocked);
    const isCarriedOut = account.decisions.some((decision) => !decision.isBlocked && decision.change !== "Stop");
    const blockades = obstaclesXml(account, sources);
    counts.told += blockades.length;
    const done = blockades.filter((one) => planned.has(`${id}_${one.get("action")}_0 ${one.get("node") ?? ""}`));
    const untold = blockades.filter((one) => !isExplained(one, blockades));
    return [
      ...done.map((one) => `${id}: ${one.get("action")} is said to be blocked, and is planned`),
      ...untold.map((one) => `${id}: no cause is told why ${one.get("action")} is blocked`),
      ...(isBlocked && !text.includes("blocked") ? [`${id}: the plan has it blocked: ${text}`] : []),
      ...(isCarriedOut && text.endsWith("blocked") ? [`${id}: the plan does not have it blocked: ${text}`] : []),
      ...(/: (it is blocked|no node may have it|it is not managed)$/.test(text) ? [`${id}: no cause is told: ${text}`] : []),
    ];
  });
}

/** A cause of its own, of something it waits for, or it waits for an action of the resource that is told of itself. */
function isExplained(blockade: XmlElement, all: readonly XmlElement[]): boolean {
  const waits = blockade.childrenNamed("waits_for");
  const isOwn = (wait: XmlElement): boolean =>
    wait.get("node") !== undefined && all.some((other) => other !== blockade && other.get("action") === wait.get("action"));
  return blockade.get("cause") !== undefined || waits.some((wait) => wait.get("cause") !== undefined || isOwn(wait));
}
