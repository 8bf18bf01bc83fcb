import type { World, WorldObservation } from "../world.ts";

/** An invariant that does not hold: its name, and what was seen. */
export interface Violation {
  readonly invariant: string;
  readonly text: string;
}

/** Watches a world for one invariant. */
export interface Checker {
  observe(world: World, observation: WorldObservation): Violation | undefined;
}
