import { existsSync, mkdirSync, readFileSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { LIMITS } from "../base/limits.ts";
import { formatUuid, nextGeneration, nodeUuid } from "../drivers/disk/heartbeat-files.ts";
import { loadHeartbeatSettings } from "../drivers/heartbeat-settings.ts";
import { encodeFrame, FrameReader } from "../drivers/ipc-frame.ts";
import type { OpenLink } from "../drivers/links/link.ts";
import { openLinks } from "../drivers/links/open-links.ts";
import { messageCipher } from "../drivers/message-cipher.ts";
import { packetSigner } from "../drivers/packet-signer.ts";
import { HeartbeatCore } from "../heartbeat/heartbeat-core.ts";
import type { HeartbeatEffect, HeartbeatTime } from "../heartbeat/heartbeat-types.ts";
import { clusterPaths } from "../model/paths.ts";
import type { TransportCommand, TransportEvent } from "../model/transport.ts";

/** What kodou-beat tells kodoud. After `hello` come events that describe the whole present state. */
export type BeatFrame =
  | {
      readonly kind: "hello";
      readonly node: string;
      readonly uuid: string;
      readonly generation: number;
      readonly nodes: readonly string[];
      readonly links: readonly string[];
      readonly keepaliveMs: number;
      readonly warntimeMs: number;
      readonly deadtimeMs: number;
      readonly initdeadMs: number;
      readonly notices: readonly string[];
    }
  | { readonly kind: "event"; readonly event: TransportEvent }
  | { readonly kind: "log"; readonly level: "info" | "warning" | "error"; readonly text: string };

/** What kodoud tells kodou-beat; its first `alive` makes a connection the client. */
export type BeatRequest =
  | { readonly kind: "alive" }
  | { readonly kind: "stop" }
  | { readonly kind: "command"; readonly command: TransportCommand };

/** Where kodou-beat finds its files; what is not given is at the usual place under `root`. */
export interface BeatOptions {
  readonly root: string;
  readonly configFolder?: string | undefined;
  readonly stateFolder?: string | undefined;
  readonly socket?: string | undefined;
  /** Messages between kodou nodes are not encrypted (they are always signed). */
  readonly isPlain?: boolean | undefined;
}

const WATCH_MS = 500;
const GOODBYE_WAIT_MS = 1000;

/**
 * The process that beats: it owns the links and the protocol, so that nothing kodoud computes can delay a beat. While
 * kodoud is connected and answers, beats say so; when it has fallen silent they say that, and then end. Throws an Error
 * with a sentence when it cannot start.
 */
export async function runBeat(options: BeatOptions): Promise<void> {
  const paths = clusterPaths(options.root);
  const socketPath = options.socket ?? paths.beatSocket;
  if (await isAnswering(socketPath)) throw new Error(`${socketPath}: another kodou-beat of this node is running`);
  const stateFolder = options.stateFolder ?? paths.heartbeatFolder;
  const configFolder = options.configFolder ?? paths.configFolder;
  const { node, settings, keys, notices } = loadHeartbeatSettings(configFolder);
  const uuid = nodeUuid(stateFolder, settings.others.get("uuidfrom")?.[0] === "nodename" ? node : undefined);
  const generation = nextGeneration(stateFolder, settings.others.get("hbgenmethod")?.[0] === "time");

  const client = new ClientConnection();
  const links = new Map<string, OpenLink>();
  let core: HeartbeatCore | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = 0;
  for (const link of await openLinks(
    settings.links,
    (name, bytes) => {
      // While the other links are still being opened nobody can answer.
      if (core) perform(core.packet(name, bytes, presentTime()));
    },
    (text) => client.tell({ kind: "log", level: "warning", text }),
  ))
    links.set(link.name, link);
  const running = new HeartbeatCore(
    {
      node,
      uuid,
      generation,
      nodes: settings.nodes,
      links: [...links.values()].map(({ name, bytesPerSecond }) => ({
        name,
        form: bytesPerSecond === undefined ? "netstring" : "classic",
        bytesPerSecond,
      })),
      keepaliveMs: settings.keepaliveMs,
      deadtimeMs: settings.deadtimeMs,
      warntimeMs: settings.warntimeMs,
      initdeadMs: settings.initdeadMs,
      rexmitDelayMs: settings.rexmitDelayMs,
      hopfudge: settings.hopfudge,
      hasInnerSignature: settings.messageForm === "classic",
      mayAutojoin: settings.mayAutojoin,
      keys,
      sealsMessages: options.isPlain !== true,
    },
    { signer: packetSigner, cipher: messageCipher, random: Math.random, loadAverage },
    presentTime(),
  );
  core = running;

  function perform(effects: readonly HeartbeatEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "transmit") links.get(effect.link)?.send(effect.bytes);
      else if (effect.kind === "upward") client.tell({ kind: "event", event: effect.event });
      else client.tell(effect);
    }
    // One that goes off too early does no harm, and costs less than to set it anew for each packet.
    const deadlineMs = running.deadlineMs();
    if (timer !== undefined && timerMs <= deadlineMs) return;
    clearTimeout(timer);
    timerMs = deadlineMs;
    timer = setTimeout(
      () => {
        timer = undefined;
        perform(running.tick(presentTime()));
      },
      Math.max(1, deadlineMs - performance.now()),
    );
  }

  let lastAliveMs: number | undefined;
  const watch = setInterval(() => {
    if (lastAliveMs === undefined) return;
    const silenceMs = performance.now() - lastAliveMs;
    perform(running.setDaemonState(silenceMs > LIMITS.daemonSilenceMs, silenceMs > 2 * LIMITS.daemonSilenceMs, presentTime()));
  }, WATCH_MS);
  const alive = (): void => {
    lastAliveMs = performance.now();
    perform(running.setDaemonState(false, false, presentTime()));
  };

  const { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs, nodes } = settings;
  const times = { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs };
  const server = await listen(socketPath, (socket) =>
    client.admit(
      socket,
      () => {
        client.tell({ kind: "hello", node, uuid: formatUuid(uuid), generation, nodes, links: [...links.keys()], ...times, notices });
        for (const event of running.snapshot(presentTime())) client.tell({ kind: "event", event });
        alive();
      },
      (request) => {
        if (request.kind === "alive") alive();
        else if (request.kind === "stop") void stop();
        else if (request.kind === "command") perform(running.command(request.command, presentTime()));
      },
    ),
  );

  /** Ends the process; a goodbye that was begun is said to its end first. */
  async function stop(): Promise<void> {
    clearInterval(watch);
    const since = performance.now();
    while (running.isLeaving && !running.hasSaidGoodbye && performance.now() - since < GOODBYE_WAIT_MS) await pause(10);
    await pause(10);
    clearTimeout(timer);
    for (const link of links.values()) link.close();
    server.close();
    if (existsSync(socketPath)) unlinkSync(socketPath);
    process.exit(0);
  }
  process.on("SIGHUP", () => {
    try {
      running.setKeys(loadHeartbeatSettings(configFolder).keys);
      client.tell({ kind: "log", level: "info", text: "authkeys were read again" });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      client.tell({ kind: "log", level: "error", text: `the keys stay as they were: ${reason}` });
    }
  });
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  perform(running.tick(presentTime()));
}

/** The one client: the newest connection that has said something counts. */
class ClientConnection {
  #socket: Socket | undefined;

  tell(frame: BeatFrame): void {
    const socket = this.#socket;
    if (!socket || socket.destroyed) {
      if (frame.kind === "log") process.stderr.write(`kodou-beat: ${frame.level}: ${frame.text}\n`);
      return;
    }
    // A client that does not read must not fill our memory; when it connects again it gets the whole state.
    if (socket.writableLength > LIMITS.beatClientBytes) socket.destroy();
    else socket.write(encodeFrame(frame));
  }

  /** Serves a connection; `onClient` is called when it becomes the client. */
  admit(socket: Socket, onClient: () => void, onRequest: (request: BeatRequest) => void): void {
    const reader = new FrameReader(LIMITS.beatFrameBytes);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      let frames: unknown[] = [];
      try {
        frames = reader.push(chunk);
      } catch {
        // Not our protocol.
        socket.destroy();
      }
      for (const frame of frames) {
        if (typeof frame !== "object" || frame === null) continue;
        if (this.#socket !== socket) {
          this.#socket?.destroy();
          this.#socket = socket;
          onClient();
        }
        onRequest(frame as BeatRequest);
      }
    });
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
  }
}

function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) unlinkSync(path);
  const server = createServer(onConnection);
  const mask = process.umask(0o177);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
    process.umask(mask);
  });
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const attempt = connect(path);
    attempt.once("error", () => resolve(false));
    attempt.once("connect", () => {
      attempt.destroy();
      resolve(true);
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function presentTime(): HeartbeatTime {
  return { nowMs: performance.now(), epochSeconds: Math.floor(Date.now() / 1000) };
}

let load = { text: "n/a", atMs: Number.NEGATIVE_INFINITY };

function loadAverage(): string {
  const nowMs = performance.now();
  if (nowMs - load.atMs < 1000) return load.text;
  try {
    load = { text: readFileSync("/proc/loadavg", "latin1").trim(), atMs: nowMs };
  } catch {
    load = { text: "n/a", atMs: nowMs };
  }
  return load.text;
}
