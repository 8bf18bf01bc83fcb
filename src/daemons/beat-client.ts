import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { LIMITS } from "../base/limits.ts";
import { encodeFrame, FrameReader } from "../drivers/ipc-frame.ts";
import type { TransportCommand } from "../model/transport.ts";
import type { BeatFrame, BeatRequest } from "./beat.ts";

/** kodoud's side of kodou-beat. */
export interface BeatClient {
  send(command: TransportCommand): void;
  /** Ends kodou-beat. */
  close(): Promise<void>;
}

/** Pings are well within LIMITS.daemonSilenceMs. */
const ALIVE_MS = 1000;
const RETRY_MS = 20;
/** A kodou-beat that ends earlier than this was hardly well. */
const SHORT_LIFE_MS = 2000;
const RESPAWN_PAUSE_MS = 500;
const CLOSE_MS = 3000;
const CHRT = "/usr/bin/chrt";
const PRLIMIT = "/usr/bin/prlimit";
/** At real-time priority nothing else runs: one that computes so long without a pause has gone wrong, and is ended. */
const MAX_REAL_TIME_MICROSECONDS = 2_000_000;

/**
 * Round robin, and one thread: V8's garbage collector waits for its worker threads by asking again and again, and under
 * SCHED_FIFO workers of equal priority never get the processor from the one that asks: as many kodou-beats as there are
 * processors keep the machine for themselves.
 */
const REAL_TIME = [...(existsSync(PRLIMIT) ? [PRLIMIT, `--rttime=${MAX_REAL_TIME_MICROSECONDS}`] : []), CHRT, "-r", "50"];
const ENGINE = ["--single-threaded"];

/** How kodou-beat is started and what becomes of what it says. */
export interface BeatClientOptions {
  readonly program: string;
  readonly root: string;
  readonly socket: string;
  /** More arguments for the program. */
  readonly arguments?: readonly string[];
  readonly onFrame: (frame: BeatFrame) => void;
  /** It cannot be started: then nothing works. */
  readonly onFailure: (text: string) => void;
}

/**
 * Starts kodou-beat (at real-time priority where the system permits it), keeps it running and connected. One that
 * outlived an earlier kodoud is taken over: the peers have not noticed anything. After each connection the first frame
 * is `hello`, then events describe the whole present state.
 */
export function startBeat(options: BeatClientOptions): BeatClient {
  let socket: Socket | undefined;
  let child: ChildProcess | undefined;
  let isClosing = false;
  let isRealTime = existsSync(CHRT);
  let hasWorked = false;
  let notBeforeMs = 0;

  const write = (request: BeatRequest): void => {
    if (socket && !socket.destroyed) socket.write(encodeFrame(request));
  };

  async function keepRunning(): Promise<void> {
    while (!isClosing) {
      const isConnected = socket !== undefined && !socket.destroyed;
      if (!isConnected && !(await tryConnect()) && !child && performance.now() >= notBeforeMs) launch();
      await pause(RETRY_MS);
    }
  }

  function launch(): void {
    const words = [...(isRealTime ? REAL_TIME : []), process.execPath, ...ENGINE, options.program, "--root", options.root];
    words.push(...(options.arguments ?? []));
    const startedMs = performance.now();
    let errors = "";
    let hadHello = false;
    const started = spawn(words[0] ?? "", words.slice(1), {
      stdio: ["ignore", "inherit", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    });
    child = started;
    onHello = () => {
      hadHello = true;
      hasWorked = true;
    };
    started.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    const end = (reason: string): void => {
      if (child !== started) return;
      child = undefined;
      socket?.destroy();
      const wasShort = performance.now() - startedMs < SHORT_LIFE_MS;
      if (wasShort) notBeforeMs = performance.now() + RESPAWN_PAUSE_MS;
      if (isClosing || hadHello || !wasShort) return;
      if (isRealTime && /set pid|Operation not permitted/i.test(errors)) {
        // Without the right to real-time priority chrt itself fails.
        isRealTime = false;
        notBeforeMs = 0;
      } else if (!hasWorked) {
        isClosing = true;
        clearInterval(alive);
        options.onFailure(errors.trim() || reason);
      }
    };
    started.on("error", (error) => end(`kodou-beat cannot be started: ${error.message}`));
    started.on("exit", (code, signal) => end(`kodou-beat ended with ${signal ?? `code ${code}`}`));
  }
  let onHello = (): void => {
    hasWorked = true;
  };

  function tryConnect(): Promise<boolean> {
    return new Promise((resolve) => {
      const attempt = connect(options.socket);
      attempt.once("error", () => resolve(false));
      attempt.once("connect", () => {
        socket = attempt;
        const reader = new FrameReader(LIMITS.beatFrameBytes);
        attempt.on("error", () => attempt.destroy());
        attempt.on("data", (chunk) => {
          for (const frame of reader.push(chunk) as BeatFrame[]) {
            if (frame.kind === "hello") onHello();
            options.onFrame(frame);
          }
        });
        write({ kind: "alive" });
        resolve(true);
      });
    });
  }

  const alive = setInterval(() => write({ kind: "alive" }), ALIVE_MS);
  void keepRunning();

  return {
    send: (command) => write({ kind: "command", command }),
    close: async () => {
      isClosing = true;
      clearInterval(alive);
      const open = socket;
      if (open && !open.destroyed) {
        const ended = new Promise((resolve) => open.once("close", resolve));
        write({ kind: "stop" });
        await Promise.race([ended, pause(CLOSE_MS)]);
        open.destroy();
      }
      child?.kill("SIGTERM");
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
