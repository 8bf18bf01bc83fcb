import type { SeededRandom } from "../base/random.ts";

/** Text in flight between two nodes. */
export interface Parcel {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly fromGeneration: number;
  readonly toGeneration: number;
}

/**
 * The fake network under the messaging layer: messages of one sender reach a receiver in order, late when a packet had
 * to be sent again, and wait while the way is cut. Ways can be cut in one direction.
 */
export class Network {
  readonly #random: SeededRandom;
  readonly #cut = new Set<string>();
  readonly #lastArrivalMs = new Map<string, number>();
  readonly #held: Parcel[] = [];
  /** Share of packets lost, 0 to 1. */
  loss = 0;
  /** Messages to lose although the messaging layer promises to deliver them. */
  mislays: (from: string, to: string, text: string) => boolean = () => false;
  /** Longest extra delay of a packet, in ms. */
  jitterMs = 5;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from}>${to}`);
  }

  /** Cuts (or restores) the way from one node to another. */
  setCut(from: string, to: string, isCut: boolean): void {
    if (isCut) this.#cut.add(`${from}>${to}`);
    else this.#cut.delete(`${from}>${to}`);
  }

  healAll(): void {
    this.#cut.clear();
    this.loss = 0;
    this.jitterMs = 5;
  }

  /** Time at which a message sent now arrives; every lost packet costs one retransmission. */
  arrivalMs(from: string, to: string, nowMs: number): number {
    let delay = 1 + this.#random.next() * this.jitterMs;
    for (let tries = 0; tries < 20 && this.#random.next() < this.loss; tries += 1) delay += 50 + this.#random.next() * 200;
    const way = `${from}>${to}`;
    const arrival = Math.max(nowMs + delay, (this.#lastArrivalMs.get(way) ?? 0) + 0.001);
    this.#lastArrivalMs.set(way, arrival);
    return arrival;
  }

  /** True when one beat gets through. */
  beatArrives(from: string, to: string): boolean {
    return !this.isCut(from, to) && this.#random.next() >= this.loss;
  }

  /** Keeps a message that meets a cut way. */
  hold(parcel: Parcel): void {
    this.#held.push(parcel);
  }

  /** True while earlier messages of that way wait: later ones must not overtake them. */
  isHolding(from: string, to: string): boolean {
    return this.#held.some((parcel) => parcel.from === from && parcel.to === to);
  }

  /** Takes the waiting messages whose way is open again. */
  released(): Parcel[] {
    const open = this.#held.filter((parcel) => !this.isCut(parcel.from, parcel.to));
    for (const parcel of open) this.#held.splice(this.#held.indexOf(parcel), 1);
    return open;
  }

  /** A receiver gave a sender up: what was on the way to it is lost. */
  drop(from: string, to: string): void {
    for (let i = this.#held.length - 1; i >= 0; i -= 1) {
      const parcel = this.#held[i];
      if (parcel?.from === from && parcel.to === to) this.#held.splice(i, 1);
    }
  }
}
