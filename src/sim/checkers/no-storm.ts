import type { Checker } from "./checker.ts";

/** More messages of one node within a second than any work of it needs. */
const MOST_PER_SECOND = 400;

/** L2: nodes do not drive each other round and round: messages stay within bounds. */
export function noStorm(): Checker {
  const counts = new Map<string, { second: number; messages: number }>();
  return {
    observe: (world, observation) => {
      if (observation.kind !== "effect" || observation.effect.kind !== "transport") return undefined;
      const second = Math.floor(world.nowMs / 1000);
      const count = counts.get(observation.node);
      if (count?.second !== second) {
        counts.set(observation.node, { second, messages: 1 });
        return undefined;
      }
      count.messages += 1;
      if (count.messages !== MOST_PER_SECOND) return undefined;
      return { invariant: "L2 no storm", text: `${observation.node} sent ${MOST_PER_SECOND} messages within a second` };
    },
  };
}
