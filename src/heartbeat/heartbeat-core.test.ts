import { describe, expect, it } from "vitest";
import { SeededRandom } from "../base/random.ts";
import { messageCipher } from "../drivers/message-cipher.ts";
import { packetSigner } from "../drivers/packet-signer.ts";
import type { TransportEvent } from "../model/transport.ts";
import type { AuthKeys } from "../wire/signature.ts";
import { HeartbeatCore } from "./heartbeat-core.ts";
import type { HeartbeatEffect } from "./heartbeat-types.ts";

const KEYS: AuthKeys = { active: 1, keys: new Map([[1, { method: "sha1", secret: "secret" }]]) };

/** Nodes on one wire with loss, duplication and reordering. */
class Wire {
  readonly cores = new Map<string, HeartbeatCore>();
  readonly events = new Map<string, TransportEvent[]>();
  readonly logs: string[] = [];
  readonly random: SeededRandom;
  readonly silent = new Set<string>();
  loss = 0;
  nowMs = 0;
  #queue: { at: number; to: string; link: string; bytes: string }[] = [];

  constructor(names: readonly string[], seed = 7) {
    this.random = new SeededRandom(seed);
    for (const name of names) this.boot(name, names, 1000);
  }

  boot(name: string, names: readonly string[], generation: number, keys = KEYS): void {
    const links = ["eth0", "ttyS0"].map((link) => ({
      name: link,
      form: link === "eth0" ? ("netstring" as const) : ("classic" as const),
      bytesPerSecond: link === "ttyS0" ? 1920 : undefined,
    }));
    const core = new HeartbeatCore(
      {
        node: name,
        uuid: name.padEnd(16, "\0"),
        generation,
        nodes: names,
        links,
        keepaliveMs: 100,
        deadtimeMs: 1000,
        warntimeMs: 500,
        initdeadMs: 3000,
        rexmitDelayMs: 250,
        hopfudge: 1,
        hasInnerSignature: true,
        mayAutojoin: false,
        keys,
        sealsMessages: keys.keys.get(keys.active)?.method === "sha256",
      },
      { signer: packetSigner, cipher: messageCipher, random: () => this.random.next(), loadAverage: () => "0.00 0.00 0.00 1/1 1" },
      this.time(),
    );
    this.cores.set(name, core);
    this.events.set(name, []);
  }

  time(): { nowMs: number; epochSeconds: number } {
    return { nowMs: this.nowMs, epochSeconds: 1_800_000_000 + Math.floor(this.nowMs / 1000) };
  }

  perform(from: string, effects: readonly HeartbeatEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "upward") this.events.get(from)?.push(effect.event);
      if (effect.kind === "log") this.logs.push(`${from}: ${effect.text}`);
      if (effect.kind !== "transmit" || this.silent.has(from)) continue;
      for (const to of this.cores.keys()) {
        if (to === from && effect.link === "ttyS0") continue;
        for (let copies = this.random.next() < 0.1 ? 2 : 1; copies > 0; copies -= 1) {
          if (this.random.next() < this.loss) continue;
          this.#queue.push({ at: this.nowMs + this.random.next() * 20, to, link: effect.link, bytes: effect.bytes });
        }
      }
    }
  }

  run(untilMs: number): void {
    for (; this.nowMs < untilMs; this.nowMs += 5) {
      const due = this.#queue.filter((item) => item.at <= this.nowMs);
      this.#queue = this.#queue.filter((item) => item.at > this.nowMs);
      for (const { to, link, bytes } of due) this.perform(to, this.cores.get(to)?.packet(link, bytes, this.time()) ?? []);
      for (const [name, core] of this.cores) if (core.deadlineMs() <= this.nowMs) this.perform(name, core.tick(this.time()));
    }
  }

  send(from: string, to: string | undefined, text: string): void {
    this.perform(from, this.cores.get(from)?.command({ kind: "send", to, text }, this.time()) ?? []);
  }

  messages(at: string, from: string): string[] {
    return (this.events.get(at) ?? []).flatMap((event) => (event.kind === "message" && event.from === from ? [event.text] : []));
  }

  lastStatus(at: string, of: string): string | undefined {
    const found = this.events.get(at)?.findLast((event) => event.kind === "peer-status" && event.node === of);
    return found?.kind === "peer-status" ? found.status : undefined;
  }
}

describe("heartbeat core", () => {
  it("brings all nodes to active and counts a message heard on two links once", () => {
    const wire = new Wire(["a", "b", "c"]);
    wire.run(1000);
    for (const x of "abc") for (const y of "abc") if (x !== y) expect(wire.lastStatus(x, y)).toBe("active");
    wire.send("a", undefined, "hello");
    wire.send("a", "b", "only b");
    wire.run(1500);
    expect(wire.messages("b", "a")).toEqual(["hello", "only b"]);
    expect(wire.messages("c", "a")).toEqual(["hello"]);
  });

  it("delivers every message whole, once and in order over a bad wire", () => {
    const wire = new Wire(["a", "b"], 11);
    wire.run(1000);
    wire.loss = 0.3;
    const sent = Array.from({ length: 60 }, (_, i) => `${i} ä€ ${"x".repeat(i % 7 === 0 ? 60_000 : 10)}`);
    sent.forEach((text, i) => {
      wire.send("a", i % 2 === 0 ? "b" : undefined, text);
      wire.run(wire.nowMs + 30);
    });
    wire.loss = 0;
    wire.run(wire.nowMs + 5000);
    expect(wire.messages("b", "a").map((text) => text.slice(0, 12))).toEqual(sent.map((text) => text.slice(0, 12)));
    expect(wire.messages("b", "a")).toEqual(sent);
  });

  it("declares a silent node dead after its deadtime and takes it back", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    wire.silent.add("b");
    wire.run(1900);
    expect(wire.lastStatus("a", "b")).toBe("active");
    wire.run(4500);
    expect(wire.lastStatus("a", "b")).toBe("dead");
    wire.silent.delete("b");
    wire.run(5500);
    expect(wire.lastStatus("a", "b")).toBe("active");
  });

  it("sees a clean leave at once", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    wire.perform("b", wire.cores.get("b")?.command({ kind: "leave" }, wire.time()) ?? []);
    wire.run(1100);
    const event = wire.events.get("a")?.findLast((e) => e.kind === "peer-status");
    expect(event).toMatchObject({ status: "dead", hasLeftCleanly: true });
  });

  it("takes a restarted node by its higher generation and refuses its old packets", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    wire.boot("b", ["a", "b"], 1001);
    wire.run(2500);
    expect(wire.logs).toContain("a: Heartbeat restart on node b");
    wire.send("b", "a", "again");
    wire.run(2800);
    expect(wire.messages("a", "b")).toEqual(["again"]);
    wire.boot("b", ["a", "b"], 900);
    wire.run(6000);
    expect(wire.logs.some((line) => line.includes("attempted replay attack [b]"))).toBe(true);
    expect(wire.lastStatus("a", "b")).toBe("dead");
  });

  it("refuses a wrong key and says so once", () => {
    const wire = new Wire(["a", "b"]);
    wire.boot("b", ["a", "b"], 1000, { active: 1, keys: new Map([[1, { method: "sha1", secret: "other" }]]) });
    wire.run(5000);
    expect(wire.lastStatus("a", "b")).toBe("dead");
    expect(wire.logs.some((line) => line.includes("a: eth0: packet of [b] refused: failed authentication"))).toBe(true);
  });

  it("notices a second machine with its own name", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(500);
    const effects = wire.cores.get("b")?.command({ kind: "leave" }, wire.time()) ?? [];
    const packet = effects.find((effect) => effect.kind === "transmit" && effect.link === "eth0");
    const forged = new Wire(["b", "c"]);
    const twin = forged.cores.get("b")?.tick({ nowMs: 0, epochSeconds: 1_800_000_000 }) ?? [];
    const beat = twin.find((effect) => effect.kind === "transmit" && effect.link === "eth0");
    expect(packet?.kind === "transmit" && beat?.kind === "transmit").toBe(true);
    const other = new Wire(["b", "a"]);
    other.boot("b", ["a", "b"], 1000);
    const core = wire.cores.get("a");
    const seen = beat?.kind === "transmit" ? core?.packet("eth0", beat.bytes.replace("3:b", "3:b"), wire.time()) : [];
    expect(seen).toBeDefined();
  });
});
