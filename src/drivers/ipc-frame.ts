import { LIMITS } from "../base/limits.ts";

/** Cuts a byte stream into frames: four bytes of length (big endian), then that many bytes. */
export class FrameCutter {
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number = LIMITS.ipcFrameBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Adds bytes; returns the frames that are whole now. Throws RangeError when a frame is announced larger than allowed. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: Buffer[] = [];
    while (this.#bytes >= 4) {
      const size = this.#joined(4).readUInt32BE(0);
      if (size > this.#maxBytes) throw new RangeError(`frame of ${size} bytes is larger than ${this.#maxBytes}`);
      if (this.#bytes < 4 + size) break;
      const all = this.#joined(4 + size);
      frames.push(all.subarray(4, 4 + size));
      this.#chunks = [all.subarray(4 + size)];
      this.#bytes -= 4 + size;
    }
    return frames;
  }

  /** The first chunk, made to hold at least so many bytes: a large frame is put together once, not with every chunk. */
  #joined(bytes: number): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < bytes) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
}

/** Reads frames of JSON. */
export class FrameReader {
  readonly #cutter: FrameCutter;

  constructor(maxBytes?: number) {
    this.#cutter = new FrameCutter(maxBytes);
  }

  /** As FrameCutter; throws SyntaxError for what is no JSON. */
  push(chunk: Buffer): unknown[] {
    return this.#cutter.push(chunk).map((frame) => JSON.parse(frame.toString("utf8")) as unknown);
  }
}

/** One frame, ready to be written. */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length, 0);
  return Buffer.concat([head, body]);
}
