import type { Checker } from "./checker.ts";

/** I1 for promotable clones with promoted-max 1: no resource is truly promoted on two nodes. */
export function atMostOnePromoted(): Checker {
  return {
    observe: (world, observation) => {
      if (observation.kind !== "step") return undefined;
      for (const id of world.services.resources()) {
        const nodes = world.services.promotedOn(id);
        if (nodes.size > 1) return { invariant: "I1 at most one promoted", text: `${id} is promoted on ${[...nodes].join(" and ")}` };
      }
      return undefined;
    },
  };
}
