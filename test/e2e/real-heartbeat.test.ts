import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor } from "../../src/lab/lab-cluster.ts";
import { BEAT_PROGRAM, BeatProcess } from "./beat-process.ts";
import { PROGRAMS } from "./programs.ts";
import { type ClusterFiles, RealHeartbeat, shell, writeClusterFiles } from "./real-heartbeat-node.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

const NODES = ["real", "ours"] as const;
const SHARED = "/run/kodou-e2e-beat";

let folder = "";
let lab: Lab | undefined;
let labs = 0;

beforeAll(async () => {
  requireRoot();
  requirePackages("heartbeat", "iproute2", "nftables", "socat", "util-linux", "mount");
  mkdirSync(SHARED, { recursive: true });
});
afterEach(async () => {
  await lab?.down();
  lab = undefined;
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  rmSync(SHARED, { recursive: true, force: true });
});

async function twoNodes(files: ClusterFiles): Promise<{ lab: Lab; real: RealHeartbeat; ours: BeatProcess }> {
  folder = mkdtempSync(`${SHARED}/run-`);
  labs += 1;
  const made = await Lab.up({ tag: `b${process.pid.toString(36)}x${labs}`, nodes: NODES, binds: [folder, ...bindsFor(PROGRAMS)] });
  lab = made;
  const real = new RealHeartbeat(made, "real");
  await real.prepare(files);
  await writeClusterFiles(made, "ours", files);
  return { lab: made, real, ours: new BeatProcess(made, "ours", BEAT_PROGRAM, folder) };
}

/** What a heartbeat complains about on any machine like this one. */
const HARMLESS = /Cannot (lock|set)|mlock|rlimit|setrlimit|core dump|udpport setting|logd|glib: |deprecated/i;

const MEDIA = [
  ["broadcast", "bcast eth0", "eth0", "eth0"],
  ["a serial line", "serial /dev/ttyHB0", "/dev/ttyHB0", "/dev/ttyHB0"],
] as const;

describe.skipIf(process.env["KODOU_E2E_SKIP"] === "1")("beside Debian's heartbeat 3.0.6", () => {
  it.each(MEDIA)("over %s with sha1: each sees the other come, leave, come back and die", async (_name, media, ourLink, realLink) => {
    const nodes = await twoNodes({ media, nodes: NODES, key: "sha1 SharedSecret42" });
    const { real, ours } = nodes;
    const detail = (): string => ours.logs();

    await Promise.all([real.start(), ours.start()]);
    await eventually("ours sees real active", () => ours.statusOf("real")?.status === "active", 20_000, detail);
    await eventually("real sees ours active", async () => (await real.statusOf("ours")) === "active", 20_000, detail);
    expect(ours.isLinkUp("real", ourLink)).toBe(true);
    expect(await real.linkStatusOf("ours", realLink)).toBe("up");
    await eventually("real is stable and holds its own resource", async () => (await real.holds()) === "local", 40_000, detail);

    ours.leave();
    await eventually("real hears the goodbye", async () => (await real.log()).includes("Received shutdown notice from 'ours'"), 5000);
    await eventually("real sees ours dead", async () => (await real.statusOf("ours")) === "dead", 20_000);

    await ours.start();
    await eventually("real sees ours back", async () => (await real.statusOf("ours")) === "active", 20_000, detail);
    await eventually("ours sees real again", () => ours.statusOf("real")?.status === "active", 10_000, detail);
    expect(await real.log()).toContain("Heartbeat restart on node ours");

    const killedAt = performance.now();
    await ours.kill();
    await eventually("real sees ours dead", async () => (await real.statusOf("ours")) === "dead", 20_000);
    expect(performance.now() - killedAt).toBeGreaterThan(1500);
    expect(await real.log()).toContain("node ours: is dead");

    await ours.start();
    await eventually("both active again", async () => (await real.statusOf("ours")) === "active", 20_000, detail);
    await eventually("ours sees real once more", () => ours.statusOf("real")?.status === "active", 10_000, detail);

    real.leave();
    const left = await eventually(
      "ours hears real's goodbye",
      () => ours.statusOf("real")?.status === "dead" && ours.statusOf("real"),
      30_000,
      detail,
    );
    expect(left.hasLeftCleanly).toBe(true);

    await nodes.lab.kill("real");
    await nodes.lab.boot("real");
    await real.prepare({ media, nodes: NODES, key: "sha1 SharedSecret42" });
    await real.start();
    await eventually("ours sees the restarted real", () => ours.statusOf("real")?.status === "active", 30_000, detail);
    await nodes.lab.kill("real");
    const dead = await eventually(
      "ours sees real die",
      () => ours.statusOf("real")?.status === "dead" && ours.statusOf("real"),
      10_000,
      detail,
    );
    expect(dead.hasLeftCleanly).toBe(false);
  });

  const VARIANTS: readonly (readonly [string, string, string, string])[] = [
    ["unicast with md5", "ucast eth0 192.168.0.1\nucast eth0 192.168.0.2", "md5 Hello!", "auto_failback on"],
    ["multicast with crc", "mcast eth0 239.192.0.7 694 1 0", "crc", "auto_failback off"],
    ["broadcast in the netstring form", "bcast eth0", "sha1 k", "msgfmt netstring\nauto_failback off"],
    ["broadcast with the legacy protocol", "bcast eth0", "sha1 k", "auto_failback legacy"],
    [
      "all media at once",
      "bcast eth0\nmcast eth1 239.192.0.7 694 1 0\nucast eth2 192.168.1.1\nucast eth2 192.168.1.2\nserial /dev/ttyHB0",
      "sha1 k",
      "auto_failback off",
    ],
  ];
  it.each(VARIANTS)(
    "over %s: both are active, the other's resources start, nothing is complained about",
    async (_name, media, key, more) => {
      const { lab: made, real, ours } = await twoNodes({ media, nodes: NODES, key, more });
      await Promise.all([real.start(), ours.start()]);
      const detail = (): string => ours.logs();
      await eventually("ours sees real active", () => ours.statusOf("real")?.status === "active", 20_000, detail);
      await eventually("real sees ours active", async () => (await real.statusOf("ours")) === "active", 20_000, detail);
      await eventually(
        "real starts its resource",
        async () => (await shell(made, "real", "ls /run")).includes("test-resource"),
        40_000,
        detail,
      );
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const complaints = (await real.log())
        .split("\n")
        .filter((line) => /ERROR|CRIT|lost packet|authentication|Late heartbeat|is dead/.test(line));
      expect(complaints.filter((line) => !HARMLESS.test(line))).toEqual([]);
      expect(ours.logs()).not.toMatch(/refused|lost|Late|dead|returning|differ/);
    },
  );

  it("with another key: neither takes the other for alive, both say why", async () => {
    const { lab: made, real, ours } = await twoNodes({ media: "bcast eth0", nodes: NODES, key: "sha1 right" });
    await writeClusterFiles(made, "ours", { media: "bcast eth0", nodes: NODES, key: "sha1 wrong" });
    await Promise.all([real.start(), ours.start()]);
    await eventually(
      "ours gives up on real",
      () => ours.statusOf("real")?.status === "dead",
      20_000,
      () => ours.logs(),
    );
    const refusal = "eth0: packet of [real] refused: failed authentication";
    await eventually(
      "ours says why",
      () => ours.logs().includes(refusal),
      20_000,
      () => ours.logs(),
    );
    await eventually("real says why", async () => /netstring authentication failed/.test(await real.log()), 20_000);
    await eventually("real gives up on ours", async () => (await real.statusOf("ours")) === "dead", 20_000);
    expect(ours.events().some((event) => event.kind === "peer-status" && event.status !== "dead")).toBe(false);
  });
});
