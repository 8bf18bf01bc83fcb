import { chmodSync, chownSync, existsSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { LIMITS } from "../base/limits.ts";
import type { AclUser } from "../cib/acl.ts";
import { type CallerProofs, proveCaller } from "./caller-proof.ts";
import { encodeFrame, FrameReader } from "./ipc-frame.ts";

/** A request as it arrives, and who makes it: `reply` answers it, once. */
export type RequestHandler = (request: unknown, user: AclUser, reply: (answer: unknown) => void) => void;

/** Finds out who is at the other end of a new connection; `frame` is the first thing that was said there. */
interface Door {
  /** What the caller is told first; undefined when the socket itself says who it is. */
  readonly greeting: unknown;
  /** Undefined when it cannot be told who calls. */
  readonly identify: () => Promise<AclUser | undefined>;
}

const ROOT: AclUser = { name: "root", groups: [] };

/** Serves root's tools on a Unix socket that only root may open. */
export function serveRoot(path: string, handle: RequestHandler): Promise<Server> {
  const limits = { connections: LIMITS.ipcConnections, frameBytes: LIMITS.ipcFrameBytes };
  return listen(path, { mode: 0o600, gid: 0 }, limits, (socket) =>
    serveConnection(socket, { greeting: undefined, identify: async () => ROOT }, limits.frameBytes, handle),
  );
}

/** What serving others than root takes. */
export interface UserService {
  readonly path: string;
  /** The group whose members may call. */
  readonly gid: number;
  readonly proofs: CallerProofs;
  readonly userByNumber: (uid: number) => Promise<AclUser | undefined>;
}

/** Serves the tools of a group's members on a Unix socket only they may open, each under the name proven. */
export function serveUsers({ path, gid, proofs, userByNumber }: UserService, handle: RequestHandler): Promise<Server> {
  const limits = { connections: LIMITS.ipcUserConnections, frameBytes: LIMITS.ipcUserFrameBytes };
  return listen(path, { mode: 0o660, gid }, limits, (socket) => {
    const challenge = proofs.challenge();
    const identify = async (): Promise<AclUser | undefined> => {
      const uid = proofs.verify(challenge);
      // Root has a socket of its own: nobody can come to be root by what happens here.
      return uid === undefined || uid === 0 ? undefined : userByNumber(uid);
    };
    socket.once("close", () => proofs.discard(challenge));
    serveConnection(socket, { greeting: { prove: challenge }, identify }, limits.frameBytes, handle);
  });
}

function listen(
  path: string,
  rights: { readonly mode: number; readonly gid: number },
  limits: { readonly connections: number },
  serve: (socket: Socket) => void,
): Promise<Server> {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) unlinkSync(path);
  const server = createServer(serve);
  server.maxConnections = limits.connections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Nobody but root may connect before the rights are as they shall be.
    const usual = process.umask(0o177);
    server.listen(path, () => {
      if (rights.gid !== 0) chownSync(path, 0, rights.gid);
      chmodSync(path, rights.mode);
      resolve(server);
    });
    process.umask(usual);
  });
}

function serveConnection(socket: Socket, door: Door, frameBytes: number, handle: RequestHandler): void {
  const reader = new FrameReader(frameBytes);
  let user: AclUser | undefined;
  let waiting: unknown[] | undefined;
  const answer = (frame: unknown): void => {
    const { id, request } = frame as { id: number; request: unknown };
    if (user)
      handle(request, user, (reply) => {
        if (!socket.destroyed) socket.write(encodeFrame({ id, answer: reply }));
      });
  };
  const take = (frames: readonly unknown[]): void => {
    if (user) for (const frame of frames) answer(frame);
    else if (waiting) waiting.push(...frames);
    else if (frames.length > 0) {
      waiting = [...frames];
      void door.identify().then((found) => {
        user = found;
        if (user) take((waiting ?? []).filter((frame) => !isProof(frame)));
        else socket.end(encodeFrame({ refused: "it cannot be told which user asks" }));
      }, giveUp);
    }
  };
  // Not our protocol: nothing sensible can be answered.
  const giveUp = (): void => void socket.destroy();
  socket.setTimeout(LIMITS.ipcSilenceMs, () => {
    if (!user) giveUp();
  });
  socket.on("error", giveUp);
  socket.on("data", (chunk) => {
    try {
      take(reader.push(chunk));
    } catch {
      giveUp();
    }
  });
  if (door.greeting !== undefined) socket.write(encodeFrame(door.greeting));
}

const isProof = (frame: unknown): boolean => typeof frame === "object" && frame !== null && "proven" in frame;

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

/** Where a daemon listens: root has a socket of its own, others show who they are in `callerFolder`. */
export interface DaemonSockets {
  readonly toolSocket: string;
  readonly userSocket: string;
  readonly callerFolder: string;
}

/** One request to the daemon, one answer. Rejects with DaemonUnreachable when there is no daemon, no right, or no answer in time. */
export function askDaemon({ toolSocket, userSocket, callerFolder }: DaemonSockets, request: unknown, timeoutMs: number): Promise<unknown> {
  const isRoot = process.geteuid?.() === 0;
  return new Promise((resolve, reject) => {
    const socket = connect(isRoot ? toolSocket : userSocket);
    const reader = new FrameReader();
    let wasSent = false;
    const timer = setTimeout(() => giveUp(`no answer from the cluster daemon within ${timeoutMs} ms`), timeoutMs);
    const giveUp = (reason: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new DaemonUnreachable(reason, wasSent));
    };
    const send = (): void => {
      wasSent = true;
      socket.write(encodeFrame({ id: 1, request }));
    };
    socket.on("connect", () => {
      if (isRoot) send();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => giveUp(connectProblem(error)));
    socket.on("close", () => giveUp("the cluster daemon closed the connection"));
    socket.on("data", (chunk) => {
      for (const frame of reader.push(chunk) as Partial<Record<"prove" | "refused" | "answer", unknown>>[]) {
        if (typeof frame.prove === "string") {
          try {
            proveCaller(frame.prove, callerFolder);
          } catch (error) {
            giveUp(`this user cannot show who it is: ${error instanceof Error ? error.message : String(error)}`);
            return;
          }
          socket.write(encodeFrame({ proven: true }));
          send();
        } else if (frame.refused !== undefined) {
          wasSent = false;
          giveUp(String(frame.refused));
        } else {
          clearTimeout(timer);
          socket.removeAllListeners("close");
          socket.end();
          resolve(frame.answer);
        }
      }
    });
  });
}

function connectProblem(error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES") return "Permission denied: only root and members of the group haclient may use the cluster";
  return error.code === "ENOENT" || error.code === "ECONNREFUSED" ? "Connection refused" : error.message;
}
