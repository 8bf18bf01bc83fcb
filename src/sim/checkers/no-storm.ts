import type { Checker } from "./checker.ts";

/** More messages of one node within a second than any work of it needs. */
const MOST_MESSAGES = 400;
/** More steps of all nodes together within a second than any work of theirs needs. */
const MOST_STEPS = 3000;

/** L2: nodes neither drive each other round and round nor wake up for nothing. */
export function noStorm(): Checker {
  let second = -1;
  let steps = 0;
  const messages = new Map<string, number>();
  return {
    observe: (world, observation) => {
      const now = Math.floor(world.nowMs / 1000);
      if (now !== second) {
        second = now;
        steps = 0;
        messages.clear();
      }
      if (observation.kind === "step") {
        steps += 1;
        if (steps === MOST_STEPS) return { invariant: "L2 no storm", text: `${MOST_STEPS} steps within a second` };
      }
      if (observation.kind !== "effect" || observation.effect.kind !== "transport") return undefined;
      const count = (messages.get(observation.node) ?? 0) + 1;
      messages.set(observation.node, count);
      if (count !== MOST_MESSAGES) return undefined;
      return { invariant: "L2 no storm", text: `${observation.node} sent ${MOST_MESSAGES} messages within a second` };
    },
  };
}
