import type { Checker } from "./checker.ts";

/** I9: a fenced node runs no agent before it has started anew. */
export function fencedGetsNothing(): Checker {
  const fenced = new Set<string>();
  return {
    observe: (_world, observation) => {
      if (observation.kind === "fenced") fenced.add(observation.node);
      if (observation.kind === "booted") fenced.delete(observation.node);
      if (observation.kind === "agent-start" && fenced.has(observation.node)) {
        return {
          invariant: "I9 fenced gets nothing",
          text: `${observation.command.operation} of ${observation.command.resource.id} on fenced ${observation.node}`,
        };
      }
      return undefined;
    },
  };
}
