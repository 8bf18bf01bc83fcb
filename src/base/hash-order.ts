/** Sizes are powers of two; a hash value is brought into range by the prime at the power's place. Source: GLib, `GHashTable`. */
const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287];
const SMALLEST_POWER = 3;
const FIRST_REAL_HASH = 2;

interface Slot {
  readonly name: string;
  readonly hash: number;
}

/**
 * Names in the order in which Pacemaker's hash tables (GLib's, with a string hash of its own) walk through them after they
 * were put in one by one. Its tools print some lists (tickets, their attributes) in this order, and scripts compare them.
 */
export function hashOrder(names: Iterable<string>): string[] {
  const table = new SlotTable();
  for (const name of new Set(names)) table.add(name);
  return table.names();
}

class SlotTable {
  private power = SMALLEST_POWER;
  private slots: (Slot | undefined)[] = Array.from({ length: 2 ** SMALLEST_POWER }, () => undefined);
  private count = 0;

  add(name: string): void {
    const slot = { name, hash: hashOf(name) };
    this.slots[this.freePlace(slot.hash, (place) => this.slots[place] !== undefined)] = slot;
    this.count += 1;
    if (this.slots.length <= this.count + Math.floor(this.count / 16)) this.grow();
  }

  names(): string[] {
    return this.slots.flatMap((slot) => (slot ? [slot.name] : []));
  }

  private freePlace(hash: number, isTaken: (place: number) => boolean): number {
    const size = this.slots.length;
    let place = (Math.imul(hash, 11) >>> 0) % (PRIMES[this.power] ?? size - 1);
    for (let step = 1; isTaken(place); step += 1) place = (place + step) % size;
    return place;
  }

  /** Places are given anew in the order of the old ones; who is in the way of another is moved on at once. */
  private grow(): void {
    const before = this.slots.length;
    this.power = Math.max(SMALLEST_POWER, 32 - Math.clz32(Math.floor(this.count * 1.333)));
    this.slots.push(...Array.from({ length: 2 ** this.power - before }, () => undefined));
    const placed = new Set<number>();
    for (let from = 0; from < before; from += 1) {
      let moving = placed.has(from) ? undefined : this.slots[from];
      if (moving) this.slots[from] = undefined;
      while (moving) {
        const place = this.freePlace(moving.hash, (candidate) => placed.has(candidate));
        const evicted: Slot | undefined = this.slots[place];
        placed.add(place);
        this.slots[place] = moving;
        moving = evicted;
      }
    }
  }
}

function hashOf(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name, "utf8")) hash = (Math.imul(hash, 31) + ((byte << 24) >> 24)) >>> 0;
  return Math.max(FIRST_REAL_HASH, hash);
}
