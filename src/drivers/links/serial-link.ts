import { SerialPort } from "serialport";
import type { LinkSetting } from "../../heartbeat/configuration/ha-cf.ts";
import { SerialReader } from "../../wire/serial-reader.ts";
import type { OpenLink, PacketHandler, TroubleHandler } from "./link.ts";

/** Bytes waiting for the line beyond which packets are dropped: what is late is of no use. */
const MOST_WAITING_BYTES = 16 * 1024;

/** Opens a serial line: 8 data bits, no parity. Rejects with a sentence naming the device. */
export function openSerialLink(
  setting: Extract<LinkSetting, { kind: "serial" }>,
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink> {
  const { path, baud } = setting;
  const reader = new SerialReader();
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: false });
    port.open((error) => {
      if (error) {
        reject(new Error(`serial ${path}: ${error.message}`));
        return;
      }
      let lastTrouble = 0;
      port.on("data", (chunk: Buffer) => {
        for (const packet of reader.push(chunk.toString("latin1"))) onPacket(path, packet);
      });
      port.on("error", (problem) => onTrouble(`serial ${path}: ${problem.message}`));
      resolve({
        name: path,
        send: (bytes) => {
          if (port.writableLength < MOST_WAITING_BYTES) {
            port.write(Buffer.from(bytes, "latin1"));
            return;
          }
          const now = performance.now();
          if (now - lastTrouble < 10_000) return;
          lastTrouble = now;
          onTrouble(`TTY write timeout on [${path}] (no connection or bad cable? ...)`);
        },
        close: () => port.close(),
      });
    });
  });
}
