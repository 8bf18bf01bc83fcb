import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { encodeFrame, FrameReader } from "../drivers/ipc-frame.ts";
import type { TransportCommand } from "../model/transport.ts";
import type { BeatFrame } from "./beat.ts";

/** kodoud's side of kodou-beat. */
export interface BeatClient {
  send(command: TransportCommand): void;
  /** Ends kodou-beat. */
  close(): Promise<void>;
}

const ALIVE_MS = 1000;
const CHRT = "/usr/bin/chrt";

/**
 * Starts kodou-beat (at real-time priority where the system permits it), keeps it running and connected. `onFrame` gets
 * what it says; `onFailure` is called when it cannot be started: then nothing works.
 */
export function startBeat(options: {
  readonly program: string;
  readonly root: string;
  readonly socket: string;
  readonly onFrame: (frame: BeatFrame) => void;
  readonly onFailure: (text: string) => void;
}): BeatClient {
  let socket: Socket | undefined;
  let isClosing = false;
  let hadHello = false;
  let errors = "";
  let child: ReturnType<typeof spawn> | undefined;
  // A kodou-beat that outlived its kodoud goes on: the peers have not noticed anything.
  void tryConnect().then((isAdopted) => {
    if (isAdopted) socket?.once("close", () => begin());
    else begin();
  });

  function begin(): void {
    if (!isClosing) child = launch(true);
  }

  function launch(isRealTime: boolean): ReturnType<typeof spawn> {
    const command = [process.execPath, options.program, "--root", options.root];
    const words = isRealTime && existsSync(CHRT) ? [CHRT, "-f", "50", ...command] : command;
    const started = performance.now();
    errors = "";
    hadHello = false;
    const made = spawn(words[0] ?? "", words.slice(1), {
      stdio: ["ignore", "inherit", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    });
    made.stderr?.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    made.on("exit", (code) => {
      socket?.destroy();
      if (isClosing) return;
      const wasShort = performance.now() - started < 2000;
      // Without the right to real-time priority chrt itself fails: try once without it.
      if (isRealTime && wasShort && !hadHello && /set pid|Operation not permitted/i.test(errors)) child = launch(false);
      else if (wasShort && !hadHello) options.onFailure(errors.trim() || `kodou-beat ended with code ${code}`);
      else child = launch(isRealTime);
    });
    void connectWhenReady(made);
    return made;
  }

  async function connectWhenReady(process_: ReturnType<typeof spawn>): Promise<void> {
    while (!isClosing && process_.exitCode === null && process_.signalCode === null) {
      if (await tryConnect()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function tryConnect(): Promise<boolean> {
    return new Promise((resolve) => {
      const attempt = connect(options.socket);
      attempt.once("error", () => resolve(false));
      attempt.once("connect", () => {
        socket = attempt;
        const reader = new FrameReader();
        attempt.on("error", () => attempt.destroy());
        attempt.on("data", (chunk) => {
          for (const frame of reader.push(chunk)) {
            hadHello = true;
            options.onFrame(frame as BeatFrame);
          }
        });
        resolve(true);
      });
    });
  }

  const alive = setInterval(() => {
    if (socket && !socket.destroyed) socket.write(encodeFrame({ kind: "alive" }));
  }, ALIVE_MS);

  return {
    send: (command) => {
      if (socket && !socket.destroyed) socket.write(encodeFrame({ kind: "command", command }));
    },
    close: async () => {
      isClosing = true;
      clearInterval(alive);
      const open = socket;
      if (!open || open.destroyed) {
        child?.kill("SIGTERM");
        return;
      }
      const ended = new Promise((resolve) => open.once("close", resolve));
      open.write(encodeFrame({ kind: "stop" }));
      await ended;
    },
  };
}
