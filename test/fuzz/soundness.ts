import type { SchedulerNode } from "../../src/scheduler/cluster/node.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** What is wrong with a plan whatever the input was. */
export interface Unsoundness {
  readonly kind: string;
  readonly lines: readonly string[];
}

/** More than a plan may take on a busy machine. */
const MAX_SCHEDULE_MS = 10_000;

/** What is wrong with the plan for a document; undefined when nothing is. */
export function unsoundness(cib: XmlElement, nowEpochSeconds: number): Unsoundness | undefined {
  const start = performance.now();
  let result: ScheduleResult;
  try {
    result = schedule(cib, { nowEpochSeconds });
    result.graphXml();
    result.blocked();
  } catch (error) {
    return { kind: "throws", lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
  if (performance.now() - start > MAX_SCHEDULE_MS) return { kind: "slow", lines: [`${performance.now() - start} ms`] };
  const stuck = neverReached(result.graph);
  if (stuck.length > 0) return { kind: "stuck", lines: stuck };
  const crowded = crowdedNodes(result);
  return crowded.length > 0 ? { kind: "crowded", lines: crowded } : undefined;
}

/** Actions that wait for themselves, or for something that is not in the graph. */
function neverReached({ actions }: ScheduleResult["graph"]): string[] {
  const done = new Set<number>();
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (const { id, inputs } of actions) {
      if (done.has(id) || !inputs.every((input) => done.has(input))) continue;
      done.add(id);
      hasGrown = true;
    }
  }
  return actions.filter(({ id }) => !done.has(id)).map(({ key }) => key);
}

/** Nodes that are to start more instances of a clone, or containers of a bundle, than one may have. */
function crowdedNodes({ cluster }: ScheduleResult): string[] {
  const out: string[] = [];
  for (const collective of cluster.top.flatMap((top) => top.withDescendants())) {
    if (collective.kind !== "clone" && collective.kind !== "bundle") continue;
    const counts = new Map<SchedulerNode, number>();
    let isStarting = false;
    for (const instance of collective.instances) {
      // Where somebody else manages, the cluster does not count.
      if (instance.withDescendants().some((one) => !one.isManaged)) continue;
      // Nor does Pacemaker where members of a group need not be together.
      if (!instance.isColocatedGroup) continue;
      for (const home of instance.homes) {
        counts.set(home, (counts.get(home) ?? 0) + 1);
        isStarting = true;
      }
    }
    if (!isStarting) continue;
    for (const [node, count] of counts) if (count > collective.maxPerNode) out.push(`${count} of ${collective.id} on ${node.name}`);
  }
  return out;
}
