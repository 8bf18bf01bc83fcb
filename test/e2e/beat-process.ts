import { mkdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { BeatFrame, BeatRequest } from "../../src/daemons/beat.ts";
import { encodeFrame, FrameReader } from "../../src/drivers/ipc-frame.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { TransportEvent } from "../../src/model/transport.ts";
import { PROGRAMS } from "./programs.ts";
import { eventually } from "./waiting.ts";

/** The built kodou-beat. */
export const BEAT_PROGRAM = join(PROGRAMS, "kodou-beat.cjs");

/** kodou-beat in a node of a lab, with a client that answers for the cluster daemon. */
export class BeatProcess {
  readonly frames: BeatFrame[] = [];
  readonly #lab: Lab;
  readonly #node: string;
  readonly #program: string;
  readonly #socketPath: string;
  #socket: Socket | undefined;
  #alive: NodeJS.Timeout | undefined;

  /** `folder` is one that host and node see at the same place. */
  constructor(lab: Lab, node: string, program: string, folder: string) {
    this.#lab = lab;
    this.#node = node;
    this.#program = program;
    this.#socketPath = join(folder, `${node}.sock`);
    mkdirSync(folder, { recursive: true });
  }

  /** Host's path of what the process prints. */
  get logFile(): string {
    return join(this.#lab.nodeFolder(this.#node), "beat.log");
  }

  async start(options: readonly string[] = []): Promise<void> {
    const words = [process.execPath, this.#program, "--config-dir", "/etc/ha.d", "--state-dir", "/var/lib/heartbeat"];
    this.#lab.spawn(this.#node, this.logFile, [...words, "--socket", this.#socketPath, ...options]);
    await this.connect();
  }

  /** Connects; the frames of earlier connections are forgotten. */
  async connect(): Promise<void> {
    this.frames.length = 0;
    await eventually("kodou-beat takes a client", () => this.#tryConnect(), 10_000);
    await eventually("hello", () => this.frames.some((frame) => frame.kind === "hello"), 5000);
    this.#alive = setInterval(() => this.#write({ kind: "alive" }), 500);
  }

  /** Stays connected, but does not answer any more: a daemon that hangs. */
  fallSilent(): void {
    clearInterval(this.#alive);
  }

  disconnect(): void {
    clearInterval(this.#alive);
    this.#socket?.destroy();
  }

  send(to: string | undefined, text: string): void {
    this.#write({ kind: "command", command: { kind: "send", to, text } });
  }

  /** Leaves the cluster and ends. */
  leave(): void {
    this.#write({ kind: "command", command: { kind: "leave" } });
    this.#write({ kind: "stop" });
    clearInterval(this.#alive);
  }

  /** kill -9 of this node's kodou-beat, by its number. */
  async kill(): Promise<void> {
    clearInterval(this.#alive);
    await this.#lab.exec(this.#node, [
      "sh",
      "-c",
      'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline | grep -q "[k]odou-beat.cjs" && kill -9 "$(basename "$p")"; done; true',
    ]);
  }

  /** Last status of a peer that was reported. */
  statusOf(peer: string): Extract<TransportEvent, { kind: "peer-status" }> | undefined {
    const found = this.events().findLast((event) => event.kind === "peer-status" && event.node === peer);
    return found?.kind === "peer-status" ? found : undefined;
  }

  isLinkUp(peer: string, link: string): boolean | undefined {
    const found = this.events().findLast((event) => event.kind === "link-status" && event.peer === peer && event.link === link);
    return found?.kind === "link-status" ? found.isUp : undefined;
  }

  events(): TransportEvent[] {
    return this.frames.flatMap((frame) => (frame.kind === "event" ? [frame.event] : []));
  }

  messagesFrom(peer: string): string[] {
    return this.events().flatMap((event) => (event.kind === "message" && event.from === peer ? [event.text] : []));
  }

  logs(): string {
    return this.frames.flatMap((frame) => (frame.kind === "log" ? [`${frame.level}: ${frame.text}`] : [])).join("\n");
  }

  #write(request: BeatRequest): void {
    if (this.#socket && !this.#socket.destroyed) this.#socket.write(encodeFrame(request));
  }

  #tryConnect(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#socketPath);
      socket.once("error", () => resolve(false));
      socket.once("connect", () => {
        this.#socket = socket;
        const reader = new FrameReader();
        socket.on("error", () => socket.destroy());
        socket.on("data", (chunk) => this.frames.push(...(reader.push(chunk) as BeatFrame[])));
        this.#write({ kind: "alive" });
        resolve(true);
      });
    });
  }
}
