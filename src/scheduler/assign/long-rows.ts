import type { Resource } from "../cluster/resource.ts";
import type { Placement } from "./placement.ts";

/** So many resources in a row are assigned by nested calls, each for the one that wants to be with the next. */
const NESTED = 200;

/** A resource on the way to what others want to be with. */
interface Step {
  readonly resource: Resource;
  /** What it wants to be with, and the next one of these to look at. */
  readonly primaries: readonly Resource[];
  next: number;
  /** How many nested calls assigning it takes. */
  depth: number;
}

/**
 * Assigns what lies at the end of long rows of colocations first, so that no row makes calls nest deeper than there is room
 * for. The outcome is that of nested calls: the last of the row first, and each resource on the way is being assigned.
 */
export class LongRows {
  readonly #placement: Placement;
  readonly #primaries = new Map<Resource, Set<Resource>>();
  readonly #depths = new Map<Resource, number>();

  constructor(placement: Placement) {
    this.#placement = placement;
    const { colocations } = placement.cluster;
    if (colocations.length < NESTED) return;
    for (const { dependent, primary } of colocations) {
      if (dependent.top === primary.top) continue;
      const known = this.#primaries.get(dependent.top);
      if (known) known.add(primary.top);
      else this.#primaries.set(dependent.top, new Set([primary.top]));
    }
  }

  /** Assigns what has to be assigned before a top-level resource, as far as that is too far away from it. */
  shorten(top: Resource): void {
    if (this.#depths.has(top) || !this.#primaries.has(top)) return;
    const steps = [this.#enter(top)];
    for (let step = steps.at(-1); step; step = steps.at(-1)) {
      const primary = step.primaries[step.next];
      step.next += 1;
      if (!primary) {
        steps.pop();
        this.#leave(step, steps);
      } else if (!primary.isAssigned) {
        const depth = this.#depths.get(primary);
        if (depth === undefined) steps.push(this.#enter(primary));
        else step.depth = Math.max(step.depth, depth + 1);
      }
    }
  }

  #enter(resource: Resource): Step {
    // A row that comes back here ends here.
    this.#depths.set(resource, 0);
    return { resource, primaries: [...(this.#primaries.get(resource) ?? [])], next: 0, depth: 1 };
  }

  #leave({ resource, depth }: Step, before: readonly Step[]): void {
    let rest = depth;
    if (depth >= NESTED) {
      for (const step of before) step.resource.isBeingAssigned = true;
      this.#placement.assign(resource, undefined, true);
      for (const step of before) step.resource.isBeingAssigned = false;
      rest = 0;
    }
    this.#depths.set(resource, rest);
    const above = before.at(-1);
    if (above) above.depth = Math.max(above.depth, rest + 1);
  }
}
