import { LIMITS } from "../base/limits.ts";

/** Cuts a byte stream into frames: four bytes of length (big endian), then that many bytes of JSON. */
export class FrameReader {
  #buffer: Buffer = Buffer.alloc(0);
  readonly #maxBytes: number;

  constructor(maxBytes: number = LIMITS.ipcFrameBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Adds bytes; returns the frames that are whole now. Throws RangeError when a frame is announced larger than allowed. */
  push(chunk: Buffer): unknown[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const frames: unknown[] = [];
    while (this.#buffer.length >= 4) {
      const size = this.#buffer.readUInt32BE(0);
      if (size > this.#maxBytes) throw new RangeError(`frame of ${size} bytes is larger than ${this.#maxBytes}`);
      if (this.#buffer.length < 4 + size) break;
      frames.push(JSON.parse(this.#buffer.toString("utf8", 4, 4 + size)));
      this.#buffer = this.#buffer.subarray(4 + size);
    }
    return frames;
  }
}

/** One frame, ready to be written. */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length, 0);
  return Buffer.concat([head, body]);
}
