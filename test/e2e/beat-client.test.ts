import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BeatFrame } from "../../src/daemons/beat.ts";
import { type BeatClient, startBeat } from "../../src/daemons/beat-client.ts";
import { openByPackage, openByTerminal } from "../../src/drivers/links/serial-line.ts";
import { BEAT_PROGRAM } from "./beat-process.ts";
import { requirePackages } from "./requirements.ts";
import { eventually } from "./waiting.ts";

const NODES = [hostname().toLowerCase(), "other"] as const;

/** How many bytes wait to be read from a terminal. */
const waitingBytes = (path: string): number => {
  const ask = `import fcntl,termios,struct,os; f=os.open(${JSON.stringify(path)},os.O_RDONLY|os.O_NOCTTY|os.O_NONBLOCK); print(struct.unpack("i",fcntl.ioctl(f,termios.FIONREAD,b"....".ljust(4)))[0])`;
  return Number(execFileSync("python3", ["-c", ask], { encoding: "utf8" }));
};

let folder = "";
let cable: ChildProcess;
const clients: BeatClient[] = [];
let held: number[] = [];

beforeEach(async () => {
  requirePackages("socat");
  mkdirSync("/run/kodou-e2e-client", { recursive: true });
  folder = mkdtempSync("/run/kodou-e2e-client/");
  const ends = NODES.map((_, index) => `pty,raw,echo=0,link=${folder}/tty${index}`);
  cable = spawn("socat", ends, { stdio: "ignore" });
  await eventually("the cable", () => existsSync(`${folder}/tty0`) && existsSync(`${folder}/tty1`), 5000);
  // The cable of socat breaks when nobody has its end open.
  held = [0, 1].map((index) => openSync(`${folder}/tty${index}`, constants.O_RDWR | constants.O_NOCTTY));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const handle of held.splice(0)) closeSync(handle);
  cable.kill();
  rmSync("/run/kodou-e2e-client", { recursive: true, force: true });
});

/** A node without any network: only the cable. Returns what its kodou-beat says. */
function node(index: 0 | 1): { client: BeatClient; frames: BeatFrame[]; failures: string[]; root: string } {
  const root = join(folder, `node${index}`);
  mkdirSync(join(root, "etc/ha.d"), { recursive: true });
  const lines = [`serial ${folder}/tty${index}`, "keepalive 200ms", "deadtime 2", "initdead 5", `node ${NODES.join(" ")}`];
  writeFileSync(join(root, "etc/ha.d/ha.cf"), `${lines.join("\n")}\n`);
  if (index === 1) writeFileSync(join(root, "etc/ha.d/nodeinfo"), "other\n");
  writeFileSync(join(root, "etc/ha.d/authkeys"), "auth 1\n1 sha256 k\n");
  chmodSync(join(root, "etc/ha.d/authkeys"), 0o600);
  const frames: BeatFrame[] = [];
  const failures: string[] = [];
  const client = startBeat({
    program: BEAT_PROGRAM,
    root,
    socket: join(root, "run/kodou/beat.sock"),
    onFrame: (frame) => frames.push(frame),
    onFailure: (text) => failures.push(text),
  });
  clients.push(client);
  return { client, frames, failures, root };
}

const hellos = (frames: readonly BeatFrame[]): Extract<BeatFrame, { kind: "hello" }>[] =>
  frames.flatMap((f) => (f.kind === "hello" ? [f] : []));
const isActive = (frames: readonly BeatFrame[], peer: string): boolean =>
  frames.some((f) => f.kind === "event" && f.event.kind === "peer-status" && f.event.node === peer && f.event.status === "active");

/** Numbers of the processes that run kodou-beat under this root. */
function beatsUnder(root: string): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes(root) && words.includes(BEAT_PROGRAM) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

describe.skipIf(process.env["KODOU_E2E_SKIP"] === "1")("the client of kodou-beat", () => {
  it("starts kodou-beat, carries messages, and starts it again when it was killed", async () => {
    const [a, b] = [node(0), node(1)];
    await eventually(
      "both active",
      () => isActive(a.frames, "other") && isActive(b.frames, NODES[0]),
      10_000,
      () => JSON.stringify([a, b]),
    );
    expect(hellos(a.frames)[0]).toMatchObject({ node: NODES[0], nodes: [...NODES], keepaliveMs: 200, deadtimeMs: 2000 });
    a.client.send({ kind: "send", to: "other", text: "hello ä" });
    const text = (frames: readonly BeatFrame[]): string[] =>
      frames.flatMap((f) => (f.kind === "event" && f.event.kind === "message" ? [f.event.text] : []));
    await eventually("the message", () => text(b.frames).includes("hello ä"), 5000);

    const [pid] = beatsUnder(b.root);
    expect(beatsUnder(b.root)).toHaveLength(1);
    process.kill(pid ?? 0, "SIGKILL");
    const [first, second] = await eventually("a second run", () => hellos(b.frames).length === 2 && hellos(b.frames), 5000);
    expect(second?.generation).toBe((first?.generation ?? 0) + 1);
    expect(second?.uuid).toBe(first?.uuid);
    const again = (): BeatFrame[] => b.frames.slice(b.frames.findLastIndex((frame) => frame.kind === "hello"));
    await eventually(
      "it hears the peer again",
      () => isActive(again(), NODES[0]),
      5000,
      () => JSON.stringify(b.frames),
    );
    a.client.send({ kind: "send", to: "other", text: "once more" });
    await eventually("the message to the new run", () => text(b.frames).includes("once more"), 5000);
    await b.client.close();
    await eventually("no process is left", () => beatsUnder(b.root).length === 0, 3000);
    expect([...a.failures, ...b.failures]).toEqual([]);
  });

  it("has kodou-beat take turns with others of its priority, never wait for other threads, and not compute for ever", async () => {
    requirePackages("util-linux");
    const { frames, root } = node(0);
    await eventually("hello", () => hellos(frames).length > 0, 10_000);
    const [pid] = beatsUnder(root);
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")).toContain("--single-threaded");
    // Field 41 of proc(5)'s stat: SCHED_OTHER without the right to real time, else SCHED_RR; never SCHED_FIFO.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    expect(["0", "2"]).toContain(fields[38]);
    if (fields[38] === "2") expect(readFileSync(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max realtime timeout +2000000 +2000000 /m);
  });

  it("says why kodou-beat cannot start", async () => {
    const a = node(0);
    writeFileSync(join(a.root, "etc/ha.d/ha.cf"), `node ${NODES.join(" ")}\nserial ${folder}/tty0\nnonsense 1\n`);
    await eventually("the reason", () => a.failures.length > 0, 5000);
    expect(a.failures[0]).toContain("ha.cf:3: unknown directive nonsense");
  });

  it("refuses a second kodou-beat of the same node", async () => {
    const a = node(0);
    await eventually("hello", () => hellos(a.frames).length === 1, 5000);
    const second = spawn(process.execPath, [BEAT_PROGRAM, "--root", a.root], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    second.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => second.on("exit", resolve));
    expect(code).toBe(6);
    expect(said).toContain("another kodou-beat of this node is running");
    expect(hellos(a.frames)).toHaveLength(1);
  });

  it.each([
    ["as a terminal", openByTerminal],
    ["by the serialport package", openByPackage],
  ])("reads and writes a serial line %s", async (_how, open) => {
    const got: string[] = [];
    const ends: string[] = [];
    // What came before the line was opened is not for us.
    writeSync(held[0] ?? -1, ">>>\nt=old\n<<<\n");
    await eventually("the old bytes", () => waitingBytes(`${folder}/tty1`) > 0, 3000);
    const left = await open(
      `${folder}/tty0`,
      19_200,
      () => undefined,
      (reason) => ends.push(reason),
    );
    const right = await open(
      `${folder}/tty1`,
      19_200,
      (bytes) => got.push(bytes),
      (reason) => ends.push(reason),
    );
    left.write(">>>\nt=status\n<<<\n");
    await eventually(
      "the bytes",
      () => got.join("") === ">>>\nt=status\n<<<\n",
      3000,
      () => JSON.stringify(got),
    );
    expect(left.waitingBytes()).toBe(0);
    left.close();
    right.close();
    await eventually("both ends", () => ends.length === 2, 3000);
  });
});
