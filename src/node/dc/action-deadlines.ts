/** An action of a plan, by the plan's number and its own. */
export interface ActionPlace {
  readonly plan: number;
  readonly id: number;
}

interface Deadline {
  readonly place: ActionPlace;
  readonly atMs: number;
}

/** When orders that nobody answers count as lost. */
export class ActionDeadlines {
  readonly #deadlines = new Map<string, Deadline>();

  set(place: ActionPlace, atMs: number): void {
    this.#deadlines.set(keyOf(place), { place: { plan: place.plan, id: place.id }, atMs });
  }

  has(place: ActionPlace): boolean {
    return this.#deadlines.has(keyOf(place));
  }

  delete(place: ActionPlace): void {
    this.#deadlines.delete(keyOf(place));
  }

  /** Forgets all but these. */
  keepOnly(kept: readonly ActionPlace[]): void {
    const keys = new Set(kept.map(keyOf));
    for (const key of [...this.#deadlines.keys()]) if (!keys.has(key)) this.#deadlines.delete(key);
  }

  /** The actions whose time is over; they are forgotten. */
  takeDue(nowMs: number): ActionPlace[] {
    const due = this.#all().filter(({ atMs }) => atMs <= nowMs);
    for (const { place } of due) this.delete(place);
    return due.map(({ place }) => place);
  }

  timesMs(): number[] {
    return this.#all().map(({ atMs }) => atMs);
  }

  #all(): Deadline[] {
    return [...this.#deadlines.values()];
  }
}

function keyOf({ plan, id }: ActionPlace): string {
  return `${plan}:${id}`;
}
