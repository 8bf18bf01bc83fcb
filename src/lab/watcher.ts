import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { nodeHasAddress } from "./address-holders.ts";
import { LAB_ENVIRONMENT, until } from "./host-commands.ts";
import type { Lab } from "./lab.ts";

/** What to watch. */
export interface WatchOptions {
  readonly address: string;
  /** Time between two probes. */
  readonly everyMs?: number;
  /** Silence from which on it counts as an outage. */
  readonly gapMs?: number;
}

/** A time in which the client got no answers. */
export interface Outage {
  /** From the last answer before to the first one after, or to now if it lasts. */
  readonly lengthMs: number;
  /** Wall clock of the last answer before, in ms since 1970. */
  readonly fromMs: number;
  readonly isOpen: boolean;
}

/** What was seen so far. */
export interface WatchReport {
  readonly answers: number;
  readonly outages: readonly Outage[];
  readonly longestOutageMs: number;
  /** Most nodes that had the address at one moment. */
  readonly maxHolders: number;
  /** Each change of who has the address. */
  readonly holderChanges: readonly { readonly atMs: number; readonly nodes: readonly string[] }[];
}

/**
 * Watches a service address as a client sees it (ICMP from the lab's client), and which nodes have it configured.
 * Both are looked at every `everyMs` (10 ms).
 */
export class Watcher {
  readonly #lab: Lab;
  readonly #address: string;
  readonly #everyMs: number;
  readonly #gapMs: number;
  readonly #outages: Outage[] = [];
  readonly #changes: { atMs: number; nodes: readonly string[] }[] = [];
  #answers = 0;
  #lastAnswerMs: number | undefined;
  #maxHolders = 0;
  #ping: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(lab: Lab, options: WatchOptions) {
    this.#lab = lab;
    this.#address = options.address;
    this.#everyMs = options.everyMs ?? 10;
    this.#gapMs = options.gapMs ?? 3 * this.#everyMs;
  }

  start(): void {
    this.#startPing();
    this.#timer = setInterval(() => this.#lookForHolders(), this.#everyMs);
    this.#lookForHolders();
  }

  /** Waits until the address has answered the client `count` more times. */
  async answered(count = 1, timeoutMs = 30_000): Promise<void> {
    const goal = this.#answers + count;
    await until(`answers of ${this.#address}`, () => this.#answers >= goal, timeoutMs);
  }

  /** Waits until the address has been silent for `silenceMs`. */
  async silent(silenceMs = 200, timeoutMs = 30_000): Promise<void> {
    const startedMs = Date.now();
    await until(`silence of ${this.#address}`, () => Date.now() - Math.max(this.#lastAnswerMs ?? 0, startedMs) >= silenceMs, timeoutMs);
  }

  report(): WatchReport {
    const outages = [...this.#outages];
    const nowMs = Date.now();
    if (this.#lastAnswerMs !== undefined && nowMs - this.#lastAnswerMs > this.#gapMs) {
      outages.push({ lengthMs: nowMs - this.#lastAnswerMs, fromMs: this.#lastAnswerMs, isOpen: true });
    }
    return {
      answers: this.#answers,
      outages,
      longestOutageMs: Math.max(0, ...outages.map((outage) => outage.lengthMs)),
      maxHolders: this.#maxHolders,
      holderChanges: [...this.#changes],
    };
  }

  /** Ends the probes and gives the last report. */
  async stop(): Promise<WatchReport> {
    const report = this.report();
    clearInterval(this.#timer);
    const ping = this.#ping;
    this.#ping = undefined;
    ping?.kill("SIGKILL");
    await this.#ended;
    return report;
  }

  #startPing(): void {
    const seconds = (this.#everyMs / 1000).toFixed(3);
    const [file = "", ...args] = this.#lab.enter("client", ["stdbuf", "-oL", "ping", "-n", "-D", "-i", seconds, "-W", "1", this.#address]);
    const ping = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"], env: LAB_ENVIRONMENT });
    this.#ping = ping;
    createInterface({ input: ping.stdout }).on("line", (line) => {
      const atSeconds = /^\[(\d+\.\d+)\] \d+ bytes from /.exec(line)?.[1];
      if (atSeconds !== undefined) this.#answer(Number(atSeconds) * 1000);
    });
    this.#ended = new Promise((resolve) => {
      ping.on("error", () => resolve());
      ping.on("close", () => resolve());
    });
  }

  #answer(atMs: number): void {
    this.#answers += 1;
    const last = this.#lastAnswerMs;
    if (last !== undefined && atMs - last > this.#gapMs) this.#outages.push({ lengthMs: atMs - last, fromMs: last, isOpen: false });
    this.#lastAnswerMs = Math.max(last ?? 0, atMs);
  }

  #lookForHolders(): void {
    const nodes = this.#lab.nodes.filter((name) => {
      const pid = this.#lab.node(name).pid;
      return pid !== undefined && nodeHasAddress(pid, this.#address);
    });
    this.#maxHolders = Math.max(this.#maxHolders, nodes.length);
    if (this.#changes.at(-1)?.nodes.join() !== nodes.join()) this.#changes.push({ atMs: Date.now(), nodes });
  }
}
