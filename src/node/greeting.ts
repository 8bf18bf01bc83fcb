import { cibVersion } from "../cib/version.ts";
import type { Rank } from "../election/rank.ts";
import type { Term } from "../model/view.ts";
import type { LoadLevel } from "./load-level.ts";
import { encodeMessage, type Hello } from "./messages.ts";
import type { NodeContext } from "./node-context.ts";
import type { PeerTable } from "./peer-table.ts";

/** What a greeting says that others know. */
export interface GreetingPort {
  readonly peers: PeerTable;
  committedTerm(): Term;
  /** Whether this node leads its view, also before that is installed. */
  isDc(): boolean;
  isDiskBad(): boolean;
  loadLevel(): LoadLevel;
}

/** What this node tells all others of itself: at once when it changes, and now and then. */
export class Greeting {
  readonly #context: NodeContext;
  readonly #port: GreetingPort;
  readonly #startedAtMs: number;
  #last = "";
  #nextMs = 0;

  constructor(context: NodeContext, port: GreetingPort, startedAtMs: number) {
    this.#context = context;
    this.#port = port;
    this.#startedAtMs = startedAtMs;
  }

  get deadlineMs(): number {
    return this.#nextMs;
  }

  /** Somebody may not know it yet: it is said again. */
  repeat(): void {
    this.#last = "";
  }

  /** This node's place among candidates. */
  rank(): Omit<Rank, "node"> {
    const { adminEpoch, epoch } = cibVersion(this.#context.cib());
    return {
      committedTerm: this.#port.committedTerm(),
      adminEpoch,
      epoch,
      isDc: this.#port.isDc(),
      uptimeMs: this.#context.time().nowMs - this.#startedAtMs,
      promised: this.#context.promised(),
    };
  }

  sayWhenDue(): void {
    const { configuration, time } = this.#context;
    const { nowMs } = time();
    const { peers } = this.#port;
    const hello: Hello = {
      type: "hello",
      nodeId: configuration.nodeId,
      incarnation: configuration.incarnation,
      rank: this.rank(),
      // Who cannot write can promise nothing: the others have to go on without this node.
      hears: this.#port.isDiskBad() ? [] : peers.hears(nowMs),
      companions: peers.companions,
      ...(configuration.processors === undefined ? {} : { processors: configuration.processors }),
      ...(this.#port.loadLevel() === "negligible" ? {} : { load: this.#port.loadLevel() }),
    };
    // Members have what was acknowledged, all of them: that this node has one change more is no news.
    const text = JSON.stringify({ ...hello, rank: { ...hello.rank, uptimeMs: 0, adminEpoch: 0, epoch: 0 } });
    if (text === this.#last && nowMs < this.#nextMs) return;
    this.#last = text;
    this.#nextMs = nowMs + configuration.helloMs;
    this.#context.emit({ kind: "transport", command: { kind: "send", to: undefined, text: encodeMessage(hello) } });
  }
}
