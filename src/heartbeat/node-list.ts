import { fieldValue, type PacketField, textField } from "../wire/packet.ts";
import type { CoreContext } from "./core-context.ts";

/** A node that was asked for its list has this long to answer. */
const ANSWER_MS = 1000;
const MOST_REQUESTS = 5;

/** What `reqnodes` is answered with: all nodes known here. Facts: heartbeat 3.0.6, blank-terminated lists. */
export function nodeListAnswer(to: string, names: Iterable<string>): readonly PacketField[] {
  return [
    textField("dest", to),
    textField("t", "repnodes"),
    textField("nodelist", [...names].map((name) => `${name} `).join("")),
    textField("delnodelist", " "),
  ];
}

/** Asks one live node after the other, once at the start, which nodes it knows. */
export class NodeListRequests {
  readonly #context: CoreContext;
  #count = 0;
  #nextMs: number | undefined;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Time of the next request. */
  get deadlineMs(): number | undefined {
    return this.#nextMs;
  }

  begin(): void {
    this.#nextMs = this.#context.time().nowMs;
  }

  end(): void {
    this.#nextMs = undefined;
  }

  askWhenDue(): void {
    const { nowMs } = this.#context.time();
    if (this.#nextMs === undefined || nowMs < this.#nextMs) return;
    const live = [...this.#context.peers.values()].filter((peer) => peer.status === "up" || peer.status === "active");
    const asked = live[this.#count % Math.max(1, live.length)];
    this.#count += 1;
    this.#nextMs = asked && this.#count < MOST_REQUESTS ? nowMs + ANSWER_MS : undefined;
    if (asked) this.#context.transmit([textField("t", "reqnodes"), textField("dest", asked.name)]);
  }

  /** Reads an answer: names that are not known here. Without autojoin differences are complained about. */
  take(from: string, fields: readonly PacketField[]): string[] {
    this.end();
    const { configuration, peers } = this.#context;
    const theirs = (fieldValue(fields, "nodelist") ?? "")
      .toLowerCase()
      .split(" ")
      .filter((name) => name !== "");
    const unknown = theirs.filter((name) => name !== configuration.node && !peers.has(name));
    if (configuration.mayAutojoin) return unknown;
    const missing = [configuration.node, ...peers.keys()].filter((name) => !theirs.includes(name));
    const differences = [...unknown.map((name) => `${name} only there`), ...missing.map((name) => `${name} only here`)].join(", ");
    if (differences !== "")
      this.#context.complain("reqnodes", `the node lines of ha.cf differ between this node and ${from}: ${differences.slice(0, 500)}`);
    return [];
  }
}
