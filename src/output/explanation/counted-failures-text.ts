import { enumeration } from "../../base/enumeration.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { countedFailures, countedFor, failCount, reachesThreshold } from "../../scheduler/unpack/history/fail-counts.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";

/** What failed how often on a node, so that migration-threshold was reached, with the ids of the pairs that count it. */
export function countedFailuresText(
  cib: XmlElement,
  nowEpochSeconds: number,
  resource: Resource,
  node: SchedulerNode,
): { readonly text: string; readonly ids: readonly string[] } {
  const scene = { cib, nowEpochSeconds };
  const isMeant = (one: Resource): boolean => reachesThreshold(one, () => countedFailures(one, node, scene).count);
  // An anonymous clone is banned as a whole, for failures of any part of it.
  const failed = resource.top.primitives().filter((one) => (one === resource || !one.isUnique) && isMeant(one));
  const state = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name);
  const pairs = [...(state?.child("transient_attributes")?.walk() ?? [])];
  const own = failed.filter((one) => one === resource);
  const holders = new Map(
    [...own, ...failed.filter((one) => one !== resource)].flatMap((holder) => [...countedFor(holder)].map((one) => [one, holder])),
  );
  const seen = new Set<string>();
  const counted = [...holders].flatMap(([one, holder]) => {
    const { count } = failCount(one, node, nowEpochSeconds);
    const name = one.historyName.replace(/:\d+$/, "");
    // The instances of an anonymous clone have one count.
    const key = one.isUnique ? one.id : name;
    if (count === 0 || seen.has(key)) return [];
    seen.add(key);
    const ids = pairs.flatMap((pair) => (isFailCountOf(name, pair.get("name")) ? (pair.id ?? []) : []));
    const times = count >= INFINITY_SCORE ? "for good" : count === 1 ? "once" : `${count} times`;
    const place = holder === resource ? "it" : holder.id;
    const who = one === resource ? "it" : one === holder ? key : `${key}, which runs inside of ${place},`;
    return [{ ids, words: `${who} failed there ${times}` }];
  });
  const limits = [...new Set(failed.map(({ migrationThreshold }) => migrationThreshold))].filter((one) => one < INFINITY_SCORE);
  const limit = limits.length === 0 ? "" : `, migration-threshold is ${limits.join(" or ")}`;
  return {
    text: counted.length === 0 ? "failures there reached migration-threshold" : `${enumeration(counted.map(({ words }) => words))}${limit}`,
    ids: [...new Set(counted.flatMap(({ ids }) => ids))],
  };
}

/** True for the name of an attribute that counts the failures of a resource, or of one of its instances. */
function isFailCountOf(resource: string, attribute = ""): boolean {
  const beginning = `fail-count-${resource}`;
  return attribute === beginning || (attribute.startsWith(beginning) && /^(:\d+)?(#|$)/.test(attribute.slice(beginning.length)));
}
