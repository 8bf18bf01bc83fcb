import { connect, type Socket } from "node:net";
import { DaemonUnreachable } from "./ipc.ts";
import { encodeFrame, FrameReader } from "./ipc-frame.ts";

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Root's connection to the daemon that is kept open, for many requests at once. It is made again when it broke. */
export class DaemonConnection {
  readonly #path: string;
  #socket: Socket | undefined;
  #count = 0;
  readonly #pending = new Map<number, Pending>();

  constructor(path: string) {
    this.#path = path;
  }

  /** One request, one answer. Rejects with DaemonUnreachable. */
  ask(request: unknown, timeoutMs: number): Promise<unknown> {
    const socket = this.#connected();
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new DaemonUnreachable(`no answer from the cluster daemon within ${timeoutMs} ms`, true));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      socket.write(encodeFrame({ id, request }));
    });
  }

  #connected(): Socket {
    if (this.#socket) return this.#socket;
    const socket = connect(this.#path);
    const reader = new FrameReader();
    let isConnected = false;
    const lose = (reason: string): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      socket.destroy();
      for (const { reject, timer } of this.#pending.values()) {
        clearTimeout(timer);
        reject(new DaemonUnreachable(reason, isConnected));
      }
      this.#pending.clear();
    };
    socket.on("connect", () => {
      isConnected = true;
    });
    socket.on("data", (chunk) => {
      try {
        for (const frame of reader.push(chunk)) {
          const { id, answer } = frame as { id: number; answer: unknown };
          const pending = this.#pending.get(id);
          this.#pending.delete(id);
          clearTimeout(pending?.timer);
          pending?.resolve(answer);
        }
      } catch {
        lose("the cluster daemon's answer cannot be read");
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      lose(error.code === "ENOENT" || error.code === "ECONNREFUSED" ? "Connection refused" : error.message),
    );
    socket.on("close", () => lose("the cluster daemon closed the connection"));
    this.#socket = socket;
    return socket;
  }
}
