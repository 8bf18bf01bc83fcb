import { LIMITS } from "../base/limits.ts";

/**
 * Cuts the byte stream of a serial line into classic packets. Anything between packets (noise, modem chatter, half
 * packets) is skipped: a packet begins at a line `>>>` and ends at a line `<<<`.
 */
export class SerialReader {
  #buffer = "";

  /** Adds bytes (one character each); returns the packets that are whole now. */
  push(bytes: string): string[] {
    this.#buffer += bytes.replaceAll("\r", "");
    const packets: string[] = [];
    for (;;) {
      const start = this.#buffer.indexOf(">>>\n");
      if (start < 0) {
        this.#buffer = this.#buffer.slice(-3);
        return packets;
      }
      const end = this.#buffer.indexOf("\n<<<\n", start);
      if (end < 0) {
        const restart = this.#buffer.lastIndexOf("\n>>>\n");
        this.#buffer = this.#buffer.slice(restart > start ? restart + 1 : start);
        if (this.#buffer.length > LIMITS.packetBytes) this.#buffer = "";
        return packets;
      }
      const begun = this.#buffer.lastIndexOf("\n>>>\n", end);
      packets.push(this.#buffer.slice(begun > start ? begun + 1 : start, end + 5));
      this.#buffer = this.#buffer.slice(end + 5);
    }
  }
}
