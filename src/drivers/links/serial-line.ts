import { execFile } from "node:child_process";
import { constants, createWriteStream, open as openFile } from "node:fs";
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

/** Opens a line through the serialport package; where that is missing or fails, as a plain terminal set up by stty. */
export async function openSerialPort(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
  try {
    return await openByPackage(path, baud, onBytes, onEnd);
  } catch (error) {
    try {
      return await openByTerminal(path, baud, onBytes, onEnd);
    } catch {
      throw error;
    }
  }
}

async function openByPackage(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
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

/** Opens a line without any package. */
export async function openByTerminal(path: string, baud: number, onBytes: BytesHandler, onEnd: EndHandler): Promise<SerialLine> {
  await promisify(execFile)("stty", ["-F", path, String(baud), "raw", "-echo", "cs8", "-parenb", "clocal"], { timeout: 5000 });
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const handle = await promisify(openFile)(path, flags);
  const input = new ReadStream(handle);
  const output = createWriteStream("", { fd: await promisify(openFile)(path, constants.O_WRONLY | constants.O_NOCTTY) });
  let hasEnded = false;
  const end = (reason: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    input.destroy();
    output.destroy();
    onEnd(reason);
  };
  input.on("data", (chunk: Buffer) => onBytes(chunk.toString("latin1")));
  input.on("error", (error) => end(error.message));
  input.on("close", () => end("closed"));
  output.on("error", (error) => end(error.message));
  return {
    write: (bytes) => void output.write(Buffer.from(bytes, "latin1")),
    waitingBytes: () => output.writableLength,
    close: () => end("closed"),
  };
}
