import { parseBoolean } from "../../cib/document.ts";
import { addScores, parseScore } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { PROBE_MODE } from "../cluster/resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import { healthScores } from "./health-scores.ts";
import type { Location } from "./location.ts";

/** Turns the health of nodes into wishes of all resources; a resource may allow unhealthy nodes. */
export function healthLocations({ nodes, options, top }: Unpacked): Location[] {
  const { strategy } = options.health;
  if (strategy === "none") return [];
  const words = healthScores(options);
  return nodes.flatMap((node) => {
    const score = nodeHealth(node, words, strategy === "progressive" ? options.health.base : 0);
    if (score === 0) return [];
    return top
      .filter((resource) => score > 0 || parseBoolean(resource.meta.get("allow-unhealthy-nodes")) !== true)
      .map((resource) => ({
        id: "#node-health",
        ruleId: "#node-health",
        resource,
        wishes: [{ nodeIndex: node.index, score }],
        role: undefined,
        probeMode: PROBE_MODE.always,
      }));
  });
}

function nodeHealth(node: SchedulerNode, words: ReadonlyMap<string, number>, base: number): number {
  let sum = base;
  for (const [name, value] of node.attributes) {
    if (!name.startsWith("#health")) continue;
    const score = words.get(value.toLowerCase()) ?? parseScore(value);
    if (score !== undefined) sum = addScores(sum, score);
  }
  return sum;
}
