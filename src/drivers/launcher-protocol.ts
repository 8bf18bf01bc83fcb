import type { Socket } from "node:net";

/** What the launcher (launcher/launcher.c) sends first: one run of a tool. */
export interface LauncherCall {
  /** Names this run: what is repeated by the program that takes over is known by it. */
  readonly key: string;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
}

const PROTOCOL = "1";
const KEY = /^[0-9a-f]{32}$/;
/** Largest frame the launcher takes. */
const PART_BYTES = 65_536;

/** Reads a call: protocol, key, tool, number of arguments, arguments, environment, each ended by NUL; undefined for another protocol. */
export function readCall(frame: Buffer): LauncherCall | undefined {
  const [protocol, key = "", tool = "", number, ...words] = frame.toString("utf8").split("\0").slice(0, -1);
  const count = Number(number);
  if (protocol !== PROTOCOL || !KEY.test(key) || !Number.isInteger(count) || count < 0 || count > words.length) return undefined;
  // A byte that is no UTF-8 would come back as another one: the tool's own program deals with it.
  if (words.some((word) => word.includes("\ufffd"))) return undefined;
  const environment = new Map<string, string>();
  for (const word of words.slice(count)) {
    const at = word.indexOf("=");
    const name = word.slice(0, at);
    // As getenv(3): the first of several counts.
    if (at > 0 && !environment.has(name)) environment.set(name, word.slice(at + 1));
  }
  return { key, tool, argv: words.slice(0, count), environment };
}

/** What the server answers. */
export type LauncherSignal =
  /** The call was taken. */
  | "A"
  /** The tool is still at work. */
  | "P"
  /** A change goes out that must not be asked for twice. */
  | "C"
  /** The tool wants its standard input. */
  | "I"
  /** The tool's own program has to do it. */
  | "B";

/** Answers one launcher. What comes after it has gone is dropped. */
export class LauncherAnswer {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  signal(signal: LauncherSignal): void {
    this.#write(signal, Buffer.alloc(0));
  }

  /** Prints, standard error first, and ends. */
  finish(result: { readonly stdout: string; readonly stderr: string; readonly exitCode: number }): void {
    this.#print("E", result.stderr);
    this.#print("O", result.stdout);
    this.#write("X", Buffer.from([result.exitCode & 0xff]));
    this.#socket.end();
  }

  #print(kind: "O" | "E", text: string): void {
    const bytes = Buffer.from(text, "utf8");
    for (let from = 0; from < bytes.length; from += PART_BYTES) this.#write(kind, bytes.subarray(from, from + PART_BYTES));
  }

  #write(kind: string, data: Buffer): void {
    if (this.#socket.destroyed) return;
    const head = Buffer.alloc(5);
    head.write(kind, 0, "latin1");
    head.writeUInt32BE(data.length, 1);
    this.#socket.cork();
    this.#socket.write(head);
    if (data.length > 0) this.#socket.write(data);
    process.nextTick(() => this.#socket.uncork());
  }
}
