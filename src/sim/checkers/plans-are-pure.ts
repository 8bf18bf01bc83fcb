import type { Planner } from "../../node/interface/planner.ts";
import { writeCompact } from "../../xml/write.ts";
import type { Checker } from "./checker.ts";

/** I7: the same input gives the same plan, and planning leaves its input alone. */
export function plansArePure(planner: Planner): Checker {
  return {
    observe: (world, observation) => {
      if (observation.kind !== "effect" || observation.effect.kind !== "save-plan") return undefined;
      const { input } = observation.effect;
      const now = 1_800_000_000 + Math.floor(world.nowMs / 1000);
      const before = writeCompact(input);
      const shown = (): string =>
        JSON.stringify(planner(input, now).graph.actions.map((a) => [a.id, a.key, a.node, a.inputs, [...a.attributes]]));
      const first = shown();
      if (shown() !== first)
        return { invariant: "I7 same input, same plan", text: `plan ${observation.effect.number} of ${observation.node}` };
      if (writeCompact(input) !== before)
        return { invariant: "I7 input untouched", text: `plan ${observation.effect.number} of ${observation.node}` };
      return undefined;
    },
  };
}
