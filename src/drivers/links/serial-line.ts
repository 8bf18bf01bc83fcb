import { execFile } from "node:child_process";
import { constants, open as openFile, readSync } from "node:fs";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";

/** An open serial line. Bytes have one character each. */
export interface SerialLine {
  write(bytes: string): void;
  /** Bytes handed over that the line has not taken yet. */
  waitingBytes(): number;
  close(): void;
}

type BytesHandler = (bytes: string) => void;
type EndHandler = (reason: string) => void;

/**
 * Opens a line as a terminal set up by stty, which reads and writes without threads; where that fails (speeds that stty
 * does not know, systems without it) through the serialport package.
 */
export async function openSerialPort(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
  try {
    return await openByTerminal(path, baud, onBytes, onEnd);
  } catch {
    return openByPackage(path, baud, onBytes, onEnd);
  }
}

/** Opens a line through the serialport package. */
export async function openByPackage(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on("data", (chunk: Buffer) => onBytes(chunk.toString("latin1")));
  port.on("error", () => undefined);
  port.on("close", (reason: Error | null) => onEnd(reason?.message ?? "closed"));
  return {
    write: (bytes) => void port.write(Buffer.from(bytes, "latin1")),
    waitingBytes: () => port.writableLength,
    close: () => port.close(() => undefined),
  };
}

/** So much may wait in a line's buffers. */
const MOST_WAITING_READS = 64;

/** What came before the line was opened was said to somebody else. */
function discardWhatWaits(handle: number): void {
  const buffer = Buffer.alloc(16_384);
  try {
    for (let reads = 0; reads < MOST_WAITING_READS && readSync(handle, buffer) > 0; reads += 1);
  } catch {
    // EAGAIN: nothing waits any more. Any other trouble shows when the line is used.
  }
}

/** Opens a line without any package. */
export async function openByTerminal(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
  await promisify(execFile)("stty", ["-F", path, String(baud), "raw", "-echo", "cs8", "-parenb", "clocal"], { timeout: 5000 });
  const handle = await promisify(openFile)(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  discardWhatWaits(handle);
  const line = new ReadStream(handle);
  let hasEnded = false;
  const end = (reason: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    line.destroy();
    onEnd(reason);
  };
  line.on("data", (chunk: Buffer) => onBytes(chunk.toString("latin1")));
  line.on("error", (error) => end(error.message));
  line.on("close", () => end("closed"));
  return {
    write: (bytes) => void line.write(Buffer.from(bytes, "latin1")),
    waitingBytes: () => line.writableLength,
    close: () => end("closed"),
  };
}
