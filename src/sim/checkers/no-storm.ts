import type { Checker } from "./checker.ts";

/** More messages of one node to one other within a second than any work of it needs. */
const MOST_MESSAGES_TO_ONE = 200;
/** More steps of one node within a second than any work of it needs, on average. */
const MOST_STEPS_OF_ONE = 1000;

/** L2: the nodes, so many, neither drive each other round and round nor wake up for nothing. */
export function noStorm(nodes: number): Checker {
  const mostMessages = MOST_MESSAGES_TO_ONE * Math.max(1, nodes - 1);
  const mostSteps = MOST_STEPS_OF_ONE * nodes;
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
        if (steps === mostSteps) return { invariant: "L2 no storm", text: `${mostSteps} steps within a second` };
      }
      if (observation.kind !== "effect" || observation.effect.kind !== "transport") return undefined;
      const count = (messages.get(observation.node) ?? 0) + 1;
      messages.set(observation.node, count);
      if (count !== mostMessages) return undefined;
      return { invariant: "L2 no storm", text: `${observation.node} sent ${mostMessages} messages within a second` };
    },
  };
}
