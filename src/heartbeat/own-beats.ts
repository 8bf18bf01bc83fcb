import { type PacketField, textField } from "../wire/packet.ts";
import type { CoreContext } from "./core-context.ts";
import { RELEASES_ALL } from "./haresources-answers.ts";
import { formatGenerations } from "./named-generations.ts";

/** Added to the announced deadtime while a node starts. Source: captures of heartbeat 3.0.6. */
const EARLY_DEADTIME_MS = 2000;
const EARLY_MS = 5000;
const GOODBYES = 3;
const GOODBYE_MS = 50;

/** What this node says of itself: its beats, from its start to its goodbye. */
export class OwnBeats {
  readonly #context: CoreContext;
  readonly #startedAtMs: number;
  #status: "init" | "up" | "active" = "init";
  #nextBeatMs: number;
  #isSilent = false;
  #isMuted = false;
  #goodbyesLeft: number | undefined;
  #nextGoodbyeMs = 0;

  /** `startedAtMs` is the time of the node's start, on the clock of the steps. */
  constructor(context: CoreContext, startedAtMs: number) {
    this.#context = context;
    this.#startedAtMs = startedAtMs;
    this.#nextBeatMs = startedAtMs;
  }

  /** Whether the node takes part: all peers are heard, or `initdead` is over. */
  get isActive(): boolean {
    return this.#status === "active";
  }

  /** Whether it was told to leave. */
  get isLeaving(): boolean {
    return this.#goodbyesLeft !== undefined;
  }

  /** Whether the goodbye was said and repeated. */
  get hasSaidGoodbye(): boolean {
    return this.#goodbyesLeft === 0;
  }

  /** When the next beat or goodbye is due; undefined when there is none to come. */
  get deadlineMs(): number | undefined {
    if (this.hasSaidGoodbye) return undefined;
    return this.isLeaving ? this.#nextGoodbyeMs : this.#nextBeatMs;
  }

  /** The cluster daemon above does not answer: beats say so; when `isMuted` there are none. */
  setDaemonState(isSilent: boolean, isMuted: boolean): void {
    if (isSilent !== this.#isSilent) {
      this.beatSoon();
      const text = isSilent ? "the cluster daemon does not answer: beats say so" : "the cluster daemon answers again";
      this.#context.log(isSilent ? "error" : "info", text);
    }
    if (isMuted && !this.#isMuted) this.#context.log("error", "the cluster daemon still does not answer: beats stop");
    this.#isSilent = isSilent;
    this.#isMuted = isMuted;
  }

  /** Makes the next beat due now. */
  beatSoon(): void {
    this.#nextBeatMs = this.#context.time().nowMs;
  }

  /** From now on the beats say `active`. */
  becomeActive(): void {
    this.#status = "active";
    this.beatSoon();
    this.beatWhenDue();
  }

  beatWhenDue(): void {
    const { nowMs } = this.#context.time();
    if (this.isLeaving || nowMs < this.#nextBeatMs) return;
    const { keepaliveMs } = this.#context.configuration;
    this.#nextBeatMs += keepaliveMs;
    if (this.#nextBeatMs - nowMs < keepaliveMs / 2) this.#nextBeatMs = nowMs + keepaliveMs;
    if (this.#status === "init") {
      this.#beat();
      this.#status = "up";
    }
    if (!this.#isMuted) this.#beat();
  }

  /** One beat out of turn, with `extra` fields; none when muted. */
  beatNow(extra: readonly PacketField[]): void {
    if (!this.#isMuted) this.#beat(extra);
  }

  /** Releases all that heartbeat may think this node holds, and begins to say goodbye. */
  leave(): void {
    if (this.isLeaving) return;
    this.#context.transmit(RELEASES_ALL);
    this.#goodbyesLeft = GOODBYES;
    this.#nextGoodbyeMs = this.#context.time().nowMs;
  }

  /** Says goodbye several times: there will be nobody left to ask for a lost packet. */
  sayGoodbyeWhenDue(): void {
    const { nowMs } = this.#context.time();
    if (this.#goodbyesLeft === undefined || this.#goodbyesLeft === 0 || nowMs < this.#nextGoodbyeMs) return;
    this.#goodbyesLeft -= 1;
    this.#nextGoodbyeMs = nowMs + GOODBYE_MS;
    this.#context.transmit([textField("t", "shutdone"), textField("st", "dead"), textField("kodou", "1")]);
  }

  #beat(extra: readonly PacketField[] = []): void {
    const { configuration, peers } = this.#context;
    const isEarly = this.#context.time().nowMs - this.#startedAtMs < EARLY_MS && !this.isActive;
    const deadtimeMs = Math.round(configuration.deadtimeMs + (isEarly ? EARLY_DEADTIME_MS : 0));
    const heard = [...peers.values()].filter((peer) => peer.isKodou && peer.status !== "dead" && peer.generation > 0);
    this.#context.transmit([
      textField("t", "status"),
      textField("st", this.#status),
      textField("dt", deadtimeMs.toString(16)),
      textField("protocol", "1"),
      textField("kodou", this.#isSilent ? "silent" : "1"),
      ...(heard.length === 0 ? [] : [textField("khear", formatGenerations(heard))]),
      ...extra,
    ]);
  }
}
