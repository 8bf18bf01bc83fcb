import { parseBoolean } from "../../cib/document.ts";
import { addScores, INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { SchedulerNode } from "../node.ts";
import type { ClusterOptions } from "../options.ts";
import { PROBE_MODE } from "../resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { Location } from "./location.ts";

/** What the words for health are worth. Source: Pacemaker Explained, "Tracking Node Health". */
export function healthScores({ health }: Pick<ClusterOptions, "health">): ReadonlyMap<string, number> {
  switch (health.strategy) {
    case "none":
      return new Map([
        ["red", 0],
        ["yellow", 0],
        ["green", 0],
      ]);
    case "migrate-on-red":
      return new Map([
        ["red", -INFINITY_SCORE],
        ["yellow", 0],
        ["green", 0],
      ]);
    case "only-green":
      return new Map([
        ["red", -INFINITY_SCORE],
        ["yellow", -INFINITY_SCORE],
        ["green", 0],
      ]);
    default:
      return new Map([
        ["red", health.red],
        ["yellow", health.yellow],
        ["green", health.green],
      ]);
  }
}

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
