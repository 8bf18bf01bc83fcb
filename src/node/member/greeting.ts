import { cibVersion } from "../../cib/version.ts";
import type { Rank } from "../../election/rank.ts";
import type { Hello } from "../interface/messages.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { DiskHealth } from "../views/disk-health.ts";
import type { PeerTable } from "../views/peer-table.ts";
import type { ViewKeeper } from "../views/view-keeper.ts";
import type { MachineLoads } from "./machine-loads.ts";

/** The parts of a node that know what a greeting says. */
export interface GreetingSources {
  readonly disk: Pick<DiskHealth, "hasFailed">;
  readonly loads: Pick<MachineLoads, "own">;
  readonly peers: Pick<PeerTable, "companions" | "hears">;
  readonly views: Pick<ViewKeeper, "committedTerm" | "isLeading">;
}

/** What this node tells all others of itself: at once when it changes, and now and then. */
export class Greeting {
  readonly #context: NodeContext;
  readonly #sources: GreetingSources;
  readonly #startedAtMs: number;
  #last = "";
  #nextMs = 0;

  constructor(context: NodeContext, sources: GreetingSources, startedAtMs: number) {
    this.#context = context;
    this.#sources = sources;
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
      committedTerm: this.#sources.views.committedTerm,
      adminEpoch,
      epoch,
      isDc: this.#sources.views.isLeading,
      uptimeMs: this.#context.time().nowMs - this.#startedAtMs,
      promised: this.#context.promised(),
    };
  }

  sayWhenDue(): void {
    const { configuration, time } = this.#context;
    const { nowMs } = time();
    const { disk, loads, peers } = this.#sources;
    const hello: Hello = {
      type: "hello",
      nodeId: configuration.nodeId,
      incarnation: configuration.incarnation,
      rank: this.rank(),
      // Who cannot write can promise nothing: the others have to go on without this node.
      hears: disk.hasFailed ? [] : peers.hears(nowMs),
      companions: peers.companions,
      ...(configuration.processors === undefined ? {} : { processors: configuration.processors }),
      ...(loads.own === "negligible" ? {} : { load: loads.own }),
    };
    // Members have what was acknowledged, all of them: that this node has one change more is no news.
    const text = JSON.stringify({ ...hello, rank: { ...hello.rank, uptimeMs: 0, adminEpoch: 0, epoch: 0 } });
    if (text === this.#last && nowMs < this.#nextMs) return;
    this.#last = text;
    this.#nextMs = nowMs + configuration.helloMs;
    this.#context.send(undefined, hello);
  }
}
