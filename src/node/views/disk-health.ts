import type { NodeContext } from "../interface/node-context.ts";

/** Pause between two attempts to write to a disk that failed. */
const RETRY_MS = 5000;
/** Time in which a failure of such an attempt is reported. */
const SETTLE_MS = 50;

/** Whether this node's disk can be written. A node whose disk cannot keeps no promise: it takes no part in views. */
export class DiskHealth {
  readonly #context: NodeContext;
  #failure: string | undefined;
  #retryMs = 0;
  #isTried = false;

  constructor(context: NodeContext) {
    this.#context = context;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** When it is tried again; undefined for a good disk. */
  get deadlineMs(): number | undefined {
    return this.hasFailed ? this.#retryMs : undefined;
  }

  /** Something could not be written. */
  failed(message: string): void {
    this.#failure = message;
    this.#retryMs = this.#context.time().nowMs + RETRY_MS;
    this.#isTried = false;
    this.#context.log("error", `cannot write: ${message}; this node stays out of the cluster until its disk is in order`);
  }

  /** Writes to a disk that failed, now and then; it counts as good when no failure was reported of that. */
  tryAgainWhenDue(): void {
    const { nowMs } = this.#context.time();
    if (!this.hasFailed || nowMs < this.#retryMs) return;
    if (this.#isTried) {
      this.#failure = undefined;
      this.#isTried = false;
      this.#context.log("notice", "this node's disk can be written again");
      return;
    }
    this.#isTried = true;
    this.#retryMs = nowMs + SETTLE_MS;
    this.#context.emit({ kind: "persist-promise", term: this.#context.promised() });
  }
}
