import { describe, expect, it } from "vitest";
import { SeededRandom } from "../base/random.ts";
import { messageCipher } from "../drivers/message-cipher.ts";
import { packetSigner } from "../drivers/packet-signer.ts";
import type { TransportEvent } from "../model/transport.ts";
import { type AuthKeys, signBytes } from "../wire/signature.ts";
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
  /** Links that carry nothing, for all. */
  readonly cut = new Set<string>();
  /** Nodes that are held up: neither packets nor time reach them. */
  readonly frozen = new Set<string>();
  /** Everything that was ever sent. */
  readonly recorded: { from: string; link: string; bytes: string }[] = [];
  loss = 0;
  nowMs = 0;
  #queue: { at: number; to: string; link: string; bytes: string }[] = [];

  constructor(names: readonly string[], seed = 7, keys = KEYS, linkNames: readonly string[] = ["eth0", "ttyS0"]) {
    this.random = new SeededRandom(seed);
    for (const name of names) this.boot(name, names, 1000, keys, linkNames);
  }

  boot(name: string, names: readonly string[], generation: number, keys = KEYS, linkNames: readonly string[] = ["eth0", "ttyS0"]): void {
    const links = linkNames.map((link) => ({
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
        sealsMessages: true,
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
      if (effect.kind !== "transmit") continue;
      this.recorded.push({ from, link: effect.link, bytes: effect.bytes });
      if (this.silent.has(from) || this.cut.has(effect.link)) continue;
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
      const isDue = (item: { at: number; to: string }): boolean => item.at <= this.nowMs && !this.frozen.has(item.to);
      const due = this.#queue.filter(isDue);
      this.#queue = this.#queue.filter((item) => !isDue(item));
      for (const { to, link, bytes } of due) this.perform(to, this.cores.get(to)?.packet(link, bytes, this.time()) ?? []);
      for (const [name, core] of this.cores)
        if (core.deadlineMs() <= this.nowMs && !this.frozen.has(name)) this.perform(name, core.tick(this.time()));
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

  it("waits for a node of whose earlier run it hears the last words only", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(2000);
    // a is started again while b says goodbye, and b soon after that.
    wire.silent.add("a");
    wire.boot("a", ["a", "b"], 1001);
    wire.run(2300);
    wire.perform("b", wire.cores.get("b")?.command({ kind: "leave" }, wire.time()) ?? []);
    wire.run(4000);
    wire.silent.delete("a");
    expect(wire.logs).toContain("a: Received shutdown notice from 'b'.");
    expect(wire.events.get("a")?.some(({ kind }) => kind === "communication-up")).toBe(false);
    wire.boot("b", ["a", "b"], 1001);
    wire.run(4800);
    expect(wire.lastStatus("a", "b")).toBe("active");
    expect(wire.events.get("a")?.some((event) => event.kind === "peer-status" && event.status === "dead")).toBe(false);
    expect(wire.events.get("a")?.some(({ kind }) => kind === "communication-up")).toBe(true);
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

  it("notices a second machine with its own name, and a cloned uuid", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    const own = wire.cores;
    const beat = rename(wire.recorded.find((packet) => packet.from === "b" && packet.link === "ttyS0")?.bytes ?? "", "b", "a");
    wire.perform("a", own.get("a")?.packet("ttyS0", beat, wire.time()) ?? []);
    expect(wire.logs).toContain("a: ttyS0: another machine calls itself a: give each node a name of its own (uname -n)");
    const clone = rename(wire.recorded.find((packet) => packet.from === "a" && packet.link === "ttyS0")?.bytes ?? "", "a", "b");
    wire.perform("a", own.get("a")?.packet("ttyS0", clone, wire.time()) ?? []);
    expect(wire.logs).toContain("a: ttyS0: node b has this node's uuid: delete hb_uuid on the machine that was cloned");
  });

  it("listens to the node that was there first when another machine takes its name", () => {
    const wire = new Wire(["a", "b", "c"]);
    wire.run(1000);
    const recorded = wire.recorded.find((packet) => packet.from === "b" && packet.link === "ttyS0")?.bytes ?? "";
    const twin = rename(recorded.replace(/^hg=.*$/m, "hg=7fffffff"), "b", "a");
    wire.perform("c", wire.cores.get("c")?.packet("ttyS0", twin, wire.time()) ?? []);
    expect(wire.logs.some((line) => line.startsWith("c: ttyS0: two machines call themselves a"))).toBe(true);
    wire.run(2000);
    expect(wire.logs.some((line) => /is dead|restart on node/.test(line))).toBe(false);
  });

  it("refuses nodes that are not configured", () => {
    const wire = new Wire(["a", "b"]);
    wire.boot("b", ["a", "b"], 1000);
    wire.boot("x", ["a", "b", "x"], 1000);
    wire.run(1000);
    expect(wire.lastStatus("a", "x")).toBeUndefined();
    expect(wire.logs.some((line) => line.includes("packet of unknown node [x]"))).toBe(true);
  });

  it("sends no message to the wire while no kodou node listens", () => {
    const wire = new Wire(["a", "b"]);
    wire.silent.add("b");
    wire.run(500);
    wire.send("a", undefined, "nobody hears");
    wire.send("a", "b", "nor b");
    wire.run(1500);
    expect(wire.recorded.some(({ bytes }) => bytes.includes("t=kodou\n") || bytes.includes("t=kodou,"))).toBe(false);
  });

  it("loses no message that is sent as soon as a peer is reported, whatever is lost on the wire", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const wire = new Wire(["a", "b"], seed);
      wire.loss = 0.4;
      let sent = 0;
      for (; wire.nowMs < 4000; ) {
        wire.run(wire.nowMs + 5);
        if (wire.lastStatus("a", "b") !== undefined && wire.lastStatus("a", "b") !== "init" && sent < 20) wire.send("a", "b", `m${sent++}`);
      }
      wire.loss = 0;
      wire.run(8000);
      const got = wire.messages("b", "a");
      expect(got, `seed ${seed}`).toEqual(Array.from({ length: 20 }, (_, i) => `m${i}`));
    }
  });

  it("carries megabytes over a lossy network without an irretrievable loss", () => {
    const wire = new Wire(["a", "b", "c"], 3, KEYS, ["eth0"]);
    wire.run(1000);
    wire.loss = 0.05;
    const text = Array.from({ length: 300_000 }, (_, i) => `<nvpair id="${i}"/>`).join("");
    wire.send("a", undefined, text);
    wire.send("a", "b", "after");
    wire.run(wire.nowMs + 30_000);
    for (const at of ["b", "c"]) expect(wire.messages(at, "a")[0] === text).toBe(true);
    expect(wire.messages("b", "a")[1]).toBe("after");
    expect(wire.logs.filter((line) => /Irretrievably|lost a lot|is dead/.test(line))).toEqual([]);
  });

  it("cuts messages small and sends them slowly while only a serial line lives", () => {
    const wire = new Wire(["a", "b"], 5);
    wire.cut.add("eth0");
    wire.run(4000);
    wire.recorded.length = 0;
    const text = "x".repeat(10_000);
    const since = wire.nowMs;
    wire.send("a", "b", text);
    wire.run(since + 3000);
    const bytes = wire.recorded.filter((p) => p.link === "ttyS0" && p.bytes.includes("kdata=")).reduce((sum, p) => sum + p.bytes.length, 0);
    // Half of 1920 bytes per second, two seconds' worth of it at once at the start.
    expect(bytes).toBeLessThan(5 * 960 + 1500);
    wire.run(since + 60_000);
    expect(wire.messages("b", "a")).toEqual([text]);
    expect(wire.lastStatus("a", "b")).toBe("active");
  });

  it("keeps bulk off the serial line while a network lives", () => {
    const wire = new Wire(["a", "b"], 5);
    wire.run(1000);
    wire.recorded.length = 0;
    wire.send("a", "b", "x".repeat(500_000));
    wire.run(3000);
    const onSerial = wire.recorded.filter((p) => p.link === "ttyS0" && p.bytes.includes("kdata=")).length;
    expect(onSerial).toBeLessThan(3);
    expect(wire.messages("b", "a")).toHaveLength(1);
  });

  it("encrypts messages when the key is sha256", () => {
    const keys: AuthKeys = { active: 1, keys: new Map([[1, { method: "sha256", secret: "s3cret" }]]) };
    const wire = new Wire(["a", "b"], 9, keys);
    wire.run(1000);
    const text = "the password is swordfish";
    wire.send("a", "b", text);
    wire.run(1500);
    expect(wire.messages("b", "a")).toEqual([text]);
    const packets = wire.recorded.filter((p) => p.bytes.includes("kdata="));
    expect(packets.length).toBeGreaterThan(0);
    expect(packets.every((p) => p.bytes.includes("kenc=1") && !p.bytes.includes(btoa(text).slice(0, 12)))).toBe(true);
  });

  it("changes keys without an interruption, from an old method to ours", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    const keys = new Map([...KEYS.keys, [2, { method: "sha256", secret: "new" }]] as const);
    for (const active of [1, 2]) {
      for (const core of wire.cores.values()) {
        core.setKeys({ active, keys });
        wire.run(wire.nowMs + 300);
        wire.send("a", "b", `active ${active}`);
      }
    }
    for (const core of wire.cores.values()) core.setKeys({ active: 2, keys: new Map([...keys].slice(1)) });
    wire.recorded.length = 0;
    wire.send("a", "b", "sealed");
    wire.run(4000);
    expect(wire.messages("b", "a").at(-1)).toBe("sealed");
    expect(wire.messages("b", "a")).toHaveLength(5);
    expect(wire.recorded.filter((p) => p.bytes.includes("kdata=")).every((p) => p.bytes.includes("kenc=2"))).toBe(true);
    expect(wire.logs.filter((line) => /dead|refused/.test(line))).toEqual([]);
  });

  it("rests after its goodbye", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    const core = wire.cores.get("b");
    wire.perform("b", core?.command({ kind: "leave" }, wire.time()) ?? []);
    wire.run(2000);
    expect(core?.hasSaidGoodbye).toBe(true);
    expect(core?.deadlineMs()).toBeGreaterThan(wire.nowMs - 5);
  });

  it("does not take recorded packets of an earlier run for messages", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    wire.send("a", "b", "stop everything");
    wire.run(1500);
    expect(wire.messages("b", "a")).toEqual(["stop everything"]);
    const recording = wire.recorded.filter((p) => p.from === "a" && p.link === "eth0");
    wire.silent.add("a");
    wire.boot("b", ["a", "b"], 1001);
    wire.run(2000);
    for (const { link, bytes } of recording) wire.perform("b", wire.cores.get("b")?.packet(link, bytes, wire.time()) ?? []);
    wire.run(2200);
    expect(wire.messages("b", "a")).toEqual([]);
    expect(["init", undefined]).toContain(wire.lastStatus("b", "a"));
  });

  it("reports a node whose cluster daemon hangs as dead, and takes it back", () => {
    const wire = new Wire(["a", "b"]);
    wire.run(1000);
    wire.perform("b", wire.cores.get("b")?.setDaemonState(true, false, wire.time()) ?? []);
    wire.run(1100);
    expect(wire.lastStatus("a", "b")).toBe("dead");
    wire.perform("b", wire.cores.get("b")?.setDaemonState(false, false, wire.time()) ?? []);
    wire.run(1200);
    expect(wire.lastStatus("a", "b")).toBe("active");
    wire.perform("b", wire.cores.get("b")?.setDaemonState(true, true, wire.time()) ?? []);
    wire.recorded.length = 0;
    wire.run(3000);
    expect(wire.recorded.some(({ from, bytes }) => from === "b" && /t=status/.test(bytes))).toBe(false);
  });

  it("declares nobody dead because it was held up itself", () => {
    const wire = new Wire(["a", "b", "c"]);
    wire.run(1000);
    wire.frozen.add("a");
    wire.run(4000);
    wire.frozen.delete("a");
    wire.run(5000);
    expect(wire.logs.filter((line) => /^a: node . is dead|^a: node .: is dead/.test(line))).toEqual([]);
    expect(wire.lastStatus("a", "b")).toBe("active");
    expect(wire.lastStatus("b", "a")).toBe("active");
  });

  it("answers a heartbeat in haresources mode, negotiated or legacy", () => {
    const wire = new Wire(["a", "b"]);
    wire.cores.delete("b");
    wire.run(200);
    const hear = (...lines: string[]): void => {
      const body = [...lines, "src=b", `seq=${((seq += 1)).toString(16)}`, "hg=64", "ts=6b00e035", "ttl=3"]
        .map((line) => `${line}\n`)
        .join("");
      const packet = `>>>\n${body}auth=${signBytes(body, KEYS, packetSigner)}\n<<<\n`;
      wire.perform("a", wire.cores.get("a")?.packet("eth0", packet, wire.time()) ?? []);
    };
    let seq = 0;
    const said = (text: string): boolean => wire.recorded.some(({ bytes }) => text.split(" ").every((word) => bytes.includes(word)));
    hear("t=status", "st=active", "dt=1388", "protocol=1");
    expect(wire.lastStatus("a", "b")).toBe("active");
    wire.run(400);
    expect(said("t=reqnodes dest=b")).toBe(true);
    wire.recorded.length = 0;
    hear("t=starting");
    expect(said("t=resource rsc_hold=none isstable=1")).toBe(true);
    hear("t=ip-request", "ipaddr=IPaddr::10.0.0.1");
    expect(said("t=ip-request-resp dest=b ipaddr=IPaddr::10.0.0.1 weown=no ok=OK")).toBe(true);
    hear("t=reqnodes", "dest=a");
    expect(said("t=repnodes nodelist=a b")).toBe(true);
    hear("dest=a", "t=repnodes", "nodelist=a b c ", "delnodelist= ");
    expect(wire.logs.some((line) => line.includes("differ between this node and b: c only there"))).toBe(true);
    hear("t=shutdone", "st=dead");
    expect(wire.events.get("a")?.findLast((e) => e.kind === "peer-status")).toMatchObject({ status: "dead", hasLeftCleanly: true });
  });
});

/** The same classic packet, said by somebody else. */
function rename(packet: string, from: string, to: string): string {
  const lines = packet.split("\n").filter((line) => !/^(>>>|<<<|auth=.*|)$/.test(line));
  const body = lines.map((line) => `${line === `src=${from}` ? `src=${to}` : line}\n`).join("");
  return `>>>\n${body}auth=${signBytes(body, KEYS, packetSigner)}\n<<<\n`;
}
