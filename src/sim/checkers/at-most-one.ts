import type { Checker } from "./checker.ts";

/** I1: no resource but those of `clones` is truly active on two nodes, whatever the daemons believe. */
export function atMostOne(clones: ReadonlySet<string>): Checker {
  return {
    observe: (world, observation) => {
      if (observation.kind !== "step") return undefined;
      for (const id of world.services.resources()) {
        const nodes = world.services.activeOn(id);
        if (nodes.size > 1 && !id.startsWith("fence") && !clones.has(id))
          return { invariant: "I1 at most one", text: `${id} is active on ${[...nodes].join(" and ")}` };
      }
      return undefined;
    },
  };
}
