/** Keeps the first bytes of a stream, and forgets the rest. */
export class OutputCollector {
  /** Whether bytes were thrown away. */
  isCut = false;
  readonly #chunks: Buffer[] = [];
  #roomBytes: number;

  constructor(limitBytes: number) {
    this.#roomBytes = limitBytes;
  }

  add(chunk: Buffer): void {
    if (chunk.length <= this.#roomBytes) {
      this.#chunks.push(chunk);
      this.#roomBytes -= chunk.length;
      return;
    }
    this.isCut = true;
    // A copy: a slice would keep the whole chunk in memory.
    if (this.#roomBytes > 0) this.#chunks.push(Buffer.from(chunk.subarray(0, this.#roomBytes)));
    this.#roomBytes = 0;
  }

  /** What was kept, read as UTF-8. */
  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
