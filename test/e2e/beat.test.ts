import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor } from "../../src/lab/lab-cluster.ts";
import { BEAT_PROGRAM, BeatProcess } from "./beat-process.ts";
import { PROGRAMS } from "./programs.ts";
import { shell, writeClusterFiles } from "./real-heartbeat-node.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

const NODES = ["alice", "bob"] as const;
const SHARED = "/run/kodou-e2e-beat2";

let folder = "";
let lab: Lab;
let labs = 0;

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "mount");
  mkdirSync(SHARED, { recursive: true });
});
afterEach(async () => {
  await lab?.down();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  rmSync(SHARED, { recursive: true, force: true });
});

async function start(media: string): Promise<{ alice: BeatProcess; bob: BeatProcess }> {
  folder = mkdtempSync(`${SHARED}/run-`);
  labs += 1;
  lab = await Lab.up({ tag: `c${process.pid.toString(36)}x${labs}`, nodes: NODES, binds: [folder, ...bindsFor(PROGRAMS)] });
  for (const node of NODES) await writeClusterFiles(lab, node, { media, nodes: NODES, key: "sha256 5ecret", deadtimeS: 2 });
  const [alice, bob] = [new BeatProcess(lab, "alice", BEAT_PROGRAM, folder), new BeatProcess(lab, "bob", BEAT_PROGRAM, folder)];
  await Promise.all([alice.start(), bob.start()]);
  await eventually(
    "both active",
    () => alice.statusOf("bob")?.status === "active" && bob.statusOf("alice")?.status === "active",
    10_000,
    () => [alice.logs(), bob.logs(), readFileSync(alice.logFile, "utf8")].join("\n"),
  );
  return { alice, bob };
}

describe.skipIf(process.env["KODOU_E2E_SKIP"] === "1")("two nodes with kodou-beat", () => {
  it("exchange messages, large ones too, over the network, and small ones over the serial line alone", async () => {
    const { alice, bob } = await start("bcast eth0\nserial /dev/ttyHB0");
    const large = Array.from({ length: 60_000 }, (_, i) => `<nvpair id="ä${i}"/>`).join("");
    const since = performance.now();
    alice.send(undefined, large);
    alice.send("bob", "second");
    bob.send("alice", "answer");
    await eventually(
      "messages arrive",
      () => bob.messagesFrom("alice").length === 2 && alice.messagesFrom("bob").length === 1,
      20_000,
      () => bob.logs(),
    );
    expect(bob.messagesFrom("alice")[0] === large).toBe(true);
    expect(bob.messagesFrom("alice")[1]).toBe("second");
    expect(performance.now() - since).toBeLessThan(10_000);

    await lab.cut("alice", "eth0");
    await eventually(
      "the network counts as dead",
      () => alice.isLinkUp("bob", "eth0") === false && bob.isLinkUp("alice", "eth0") === false,
      6000,
    );
    alice.send("bob", "over the serial line");
    await eventually(
      "it arrives",
      () => bob.messagesFrom("alice").includes("over the serial line"),
      6000,
      () => alice.logs(),
    );
    expect(alice.statusOf("bob")?.status).toBe("active");
    await lab.heal("alice", "eth0");
    await eventually("the network is back", () => alice.isLinkUp("bob", "eth0") === true, 6000);
    expect(alice.events().filter((event) => event.kind === "peer-status" && event.status === "dead")).toEqual([]);
  });

  it("notice the end of kodou-beat and its new run, but not a daemon that connects again in time", async () => {
    const { alice, bob } = await start("bcast eth0");
    const first = alice.statusOf("bob")?.generation ?? 0;
    const before = alice.events().length;
    bob.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await bob.connect();
    expect(bob.statusOf("alice")?.status).toBe("active");
    expect(bob.events().some((event) => event.kind === "communication-up")).toBe(true);
    expect(alice.events().slice(before)).toEqual([]);

    await bob.kill();
    await bob.start();
    await eventually(
      "alice sees the new run",
      () => alice.statusOf("bob")?.generation === first + 1 && alice.statusOf("bob")?.status === "active",
      8000,
    );
    alice.send("bob", "to the new run");
    await eventually("it arrives", () => bob.messagesFrom("alice").includes("to the new run"), 3000);
    await bob.kill();
    const dead = await eventually("alice sees bob die", () => alice.statusOf("bob")?.status === "dead" && alice.statusOf("bob"), 8000);
    expect(dead.hasLeftCleanly).toBe(false);
    await bob.start();
    await eventually("alice sees bob again", () => alice.statusOf("bob")?.status === "active", 8000);
    bob.leave();
    const left = await eventually("alice hears the goodbye", () => alice.statusOf("bob")?.status === "dead" && alice.statusOf("bob"), 1500);
    expect(left.hasLeftCleanly).toBe(true);
  });

  it("do not take a node for alive whose cluster daemon hangs", async () => {
    const { alice, bob } = await start("bcast eth0");
    bob.fallSilent();
    await eventually("alice reports bob dead", () => alice.statusOf("bob")?.status === "dead", 8000);
    await eventually(
      "beats stop",
      () => alice.logs().includes("node bob: is dead"),
      12_000,
      () => alice.logs(),
    );
    bob.disconnect();
    await bob.connect();
    await eventually(
      "bob is back",
      () => alice.statusOf("bob")?.status === "active",
      5000,
      () => alice.logs(),
    );
  });

  it("hear each other over every kind of UDP medium", async () => {
    const media = `mcast eth0 239.1.2.3 694 1 0
ucast eth1 192.168.3.1
ucast eth1 192.168.3.2
bcast eth1
mcast6 eth2 ff02::1:694 694 1 0`;
    const { alice, bob } = await start(media);
    for (const link of ["eth0", "eth1", "eth2"]) {
      await eventually(
        `${link} is up`,
        () => alice.isLinkUp("bob", link) && bob.isLinkUp("alice", link),
        8000,
        () => alice.logs(),
      );
    }
    const ipv6 = await shell(lab, "bob", "ip -6 -o addr show dev eth2 scope link | awk '{print $4}' | cut -d/ -f1");
    expect(ipv6.trim()).toMatch(/^fe80::/);
  });
});
