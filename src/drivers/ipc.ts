import { chmodSync, existsSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { LIMITS } from "../base/limits.ts";
import { encodeFrame, FrameReader } from "./ipc-frame.ts";

/** A request as it arrives: `reply` answers it, once. */
export type RequestHandler = (request: unknown, reply: (answer: unknown) => void) => void;

/** Serves tools on a Unix socket that only root may open. */
export function serveTools(path: string, handle: RequestHandler): Promise<Server> {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) unlinkSync(path);
  const server = createServer((socket) => serveConnection(socket, handle));
  server.maxConnections = LIMITS.ipcConnections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

function serveConnection(socket: Socket, handle: RequestHandler): void {
  const reader = new FrameReader();
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    try {
      for (const frame of reader.push(chunk)) {
        const { id, request } = frame as { id: number; request: unknown };
        handle(request, (answer) => {
          if (!socket.destroyed) socket.write(encodeFrame({ id, answer }));
        });
      }
    } catch {
      // Not our protocol: nothing sensible can be answered.
      socket.destroy();
    }
  });
}

/** The daemon cannot be reached: `reason` is for people. */
export class DaemonUnreachable extends Error {
  override name = "DaemonUnreachable";
  /** True when the request had been sent: whether it was carried out is not known. */
  readonly wasSent: boolean;

  constructor(reason: string, wasSent: boolean) {
    super(reason);
    this.wasSent = wasSent;
  }
}

/** One request to the daemon, one answer. Rejects with DaemonUnreachable when there is no daemon, no right, or no answer in time. */
export function askDaemon(path: string, request: unknown, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const reader = new FrameReader();
    let wasSent = false;
    const timer = setTimeout(() => giveUp(`no answer from the cluster daemon within ${timeoutMs} ms`), timeoutMs);
    const giveUp = (reason: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new DaemonUnreachable(reason, wasSent));
    };
    socket.on("connect", () => {
      wasSent = true;
      socket.write(encodeFrame({ id: 1, request }));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      giveUp(
        error.code === "EACCES"
          ? "Permission denied"
          : error.code === "ENOENT" || error.code === "ECONNREFUSED"
            ? "Connection refused"
            : error.message,
      );
    });
    socket.on("close", () => giveUp("the cluster daemon closed the connection"));
    socket.on("data", (chunk) => {
      const [frame] = reader.push(chunk);
      if (frame === undefined) return;
      clearTimeout(timer);
      socket.removeAllListeners("close");
      socket.end();
      resolve((frame as { answer: unknown }).answer);
    });
  });
}
