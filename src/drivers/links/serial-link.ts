import type { LinkSetting } from "../../heartbeat/configuration/ha-cf.ts";
import { SerialReader } from "../../wire/serial-reader.ts";
import type { OpenLink, PacketHandler, TroubleHandler } from "./link.ts";
import { openSerialPort, type SerialLine } from "./serial-line.ts";

/** Time's worth of bytes waiting for the line beyond which packets are dropped: what is late is of no use. */
const MOST_WAITING_MS = 4000;
const REOPEN_MS = 2000;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

/**
 * Opens a serial line: 8 data bits, no parity. Rejects with a sentence naming the device when that fails at the start;
 * a line that ends later (a USB adapter pulled out) is opened again and again.
 */
export async function openSerialLink(
  setting: Extract<LinkSetting, { kind: "serial" }>,
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink> {
  const { path, baud } = setting;
  const bytesPerSecond = baud / BITS_PER_BYTE;
  const mostWaitingBytes = Math.max(4096, (bytesPerSecond * MOST_WAITING_MS) / 1000);
  let line: SerialLine | undefined;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  const open = async (): Promise<void> => {
    const reader = new SerialReader();
    line = await openSerialPort(
      path,
      baud,
      (bytes) => {
        for (const packet of reader.push(bytes)) onPacket(path, packet);
      },
      (reason) => {
        line = undefined;
        if (isClosed) return;
        onTrouble(`serial ${path}: ${reason}: it will be opened again`);
        openLater();
      },
    );
    if (isClosed) line.close();
  };
  const openLater = (): void => {
    retry = setTimeout(() => void open().catch(() => openLater()), REOPEN_MS);
  };
  try {
    await open();
  } catch (error) {
    throw new Error(`serial ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    name: path,
    bytesPerSecond,
    send: (bytes) => {
      if (!line) return;
      if (line.waitingBytes() < mostWaitingBytes) line.write(bytes);
      else onTrouble(`TTY write timeout on [${path}] (no connection or bad cable? ...)`);
    },
    close: () => {
      isClosed = true;
      clearTimeout(retry);
      line?.close();
    },
  };
}
