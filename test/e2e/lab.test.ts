import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OsFenceRunner } from "../../src/drivers/fencing/os-fence-runner.ts";
import { OsProcessRunner } from "../../src/drivers/process-runner.ts";
import { Lab } from "../../src/lab/lab.ts";
import { labCommand } from "../../src/lab/lab-command.ts";
import { processesIn } from "../../src/lab/lab-processes.ts";
import { Watcher } from "../../src/lab/watcher.ts";
import type { FenceCall } from "../../src/ports/fence-runner.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `t${process.pid.toString(36)}`;
let lab: Lab;
let shared = "";

/** Everything on the machine that carries the lab's tag. */
function traces(tag: string): string[] {
  const named = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.startsWith(`kodou-${tag}-`));
  const commands = readdirSync("/proc").flatMap((pid) => {
    try {
      const text = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ") : "";
      return text.includes(`kodou-lab/${tag}/`) || text.includes(`kodou-${tag}-`) ? [text] : [];
    } catch {
      return [];
    }
  });
  const mounts = readFileSync("/proc/self/mounts", "latin1")
    .split("\n")
    .filter((line) => line.includes(`kodou-${tag}-`) || line.includes(`kodou-lab/${tag}/`));
  const files = existsSync(`/run/kodou-lab/${tag}`) ? [`/run/kodou-lab/${tag}`] : [];
  return [...named("/run/netns"), ...named("/sys/fs/cgroup/freezer"), ...named("/sys/fs/cgroup"), ...commands, ...mounts, ...files];
}

const sh = async (node: string, text: string, timeoutMs = 20_000): Promise<string> => {
  const result = await lab.exec(node, ["sh", "-c", text], { timeoutMs });
  if (result.ending.kind !== "exited" || result.ending.exitCode !== 0) throw new Error(`${node}: ${text}: ${JSON.stringify(result)}`);
  return result.stdout;
};
const reaches = async (from: string, address: string): Promise<boolean> => {
  const result = await lab.exec(from, ["ping", "-n", "-c", "1", "-W", "1", address]);
  return result.ending.kind === "exited" && result.ending.exitCode === 0;
};

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "mount", "iputils-ping", "iputils-arping");
  mkdirSync("/run/kodou-e2e", { recursive: true });
  shared = mkdtempSync("/run/kodou-e2e/bind-");
  writeFileSync(join(shared, "hello"), "from the host");
  lab = await Lab.up({ tag: TAG, nodes: ["h2g.example.com", "c2g"], binds: [shared] });
});
afterAll(async () => {
  await lab?.down();
  rmSync("/run/kodou-e2e", { recursive: true, force: true });
});
const [a, b] = ["h2g.example.com", "c2g"] as const;

describe("a node", () => {
  it("has namespaces, a host name and file systems of its own", async () => {
    expect(await sh(a, "hostname; cat /etc/hostname")).toBe(`${a}\n${a}\n`);
    expect(await sh(a, "getent hosts h2g")).toContain("192.168.0.1");
    expect(await sh(a, "ls /sys/class/net")).toBe("eth0\neth1\neth2\nlo\n");
    expect((await sh(a, "ps -e -o pid= | wc -l")).trim().length).toBeLessThan(3);
    await sh(
      a,
      "echo 1 >/etc/kodou-mark; echo 1 >/var/kodou-mark; echo 1 >/run/kodou-mark; echo 1 >/tmp/kodou-mark; echo 1 >/dev/shm/kodou-mark",
    );
    for (const folder of ["/etc", "/var", "/run", "/tmp", "/dev/shm"]) {
      expect(existsSync(`${folder}/kodou-mark`), folder).toBe(false);
      expect(await sh(b, `ls ${folder} | grep -c kodou-mark || true`)).toBe("0\n");
    }
    expect(await sh(a, `cat ${shared}/hello`)).toBe("from the host");
  });

  it("has working devices, and reaps orphans", async () => {
    expect(await sh(a, "echo x >/dev/null; test -c /dev/null; head -c 4 /dev/urandom | wc -c")).toBe("4\n");
    await sh(a, "sh -c 'sleep 0.01 & exit' ; sh -c 'sleep 0.02 & exit'");
    await expect.poll(() => sh(a, "ps -e -o stat= | grep -c Z || true"), { timeout: 10_000 }).toBe("0\n");
  });

  it("gets input and gives exit codes and output", async () => {
    const result = await lab.exec(a, ["sh", "-c", "cat; echo err >&2; exit 7"], { stdin: "in" });
    expect(result).toMatchObject({ ending: { kind: "exited", exitCode: 7 }, stdout: "in", stderr: "err\n" });
  });
});

describe("the network", () => {
  it("joins nodes on three networks, and the client on two", async () => {
    for (const device of ["eth0", "eth1", "eth2"]) expect(await reaches(a, lab.addressOf(b, device)), device).toBe(true);
    for (const device of ["eth0", "eth1"]) expect(await reaches("client", lab.addressOf(b, device)), device).toBe(true);
    expect(lab.addressOf("client", "eth1")).toBe("192.168.3.250");
  });

  it("can be cut and healed without the node seeing it", async () => {
    await lab.cut(a, "eth0");
    expect(await reaches(b, lab.addressOf(a, "eth0"))).toBe(false);
    expect(await reaches(b, lab.addressOf(a, "eth2"))).toBe(true);
    expect(await sh(a, "cat /sys/class/net/eth0/carrier")).toBe("1\n");
    expect((await lab.status())[0]?.cuts).toEqual(["eth0"]);
    await lab.heal(a, "eth0");
    expect(await reaches(b, lab.addressOf(a, "eth0"))).toBe(true);
    await lab.cut(a);
    await lab.cut(a);
    expect(await reaches(b, lab.addressOf(a, "eth2"))).toBe(false);
    await lab.heal(a);
    expect(await reaches(b, lab.addressOf(a, "eth2"))).toBe(true);
  });
});

describe("the serial line", () => {
  /** Sends a line until the other side has it. */
  const passes = async (from: string, to: string, text: string): Promise<boolean> => {
    const reader = lab.exec(to, [
      "timeout",
      "3",
      "sh",
      "-c",
      `while read -r line; do case $line in *${text}*) exit 0;; esac; done </dev/ttyHB0; exit 1`,
    ]);
    const writer = lab.exec(from, ["timeout", "1", "sh", "-c", `while :; do echo ${text}; sleep 0.02; done >/dev/ttyHB0`]);
    const result = await reader;
    await writer;
    return result.ending.kind === "exited" && result.ending.exitCode === 0;
  };

  it("passes bytes both ways, and none when it is cut", async () => {
    expect(await passes(a, b, "ping1")).toBe(true);
    expect(await passes(b, a, "pong1")).toBe(true);
    await lab.cut(a, "serial");
    expect(await passes(a, b, "lost")).toBe(false);
    expect(await passes(b, a, "lost")).toBe(false);
    await lab.heal(a, "serial");
    expect(await passes(a, b, "ping2")).toBe(true);
  });

  it("passes every byte value unchanged", async () => {
    // A new end is empty: nothing of the lines before.
    await lab.kill(b);
    await lab.boot(b);
    const bytes = Array.from({ length: 256 }, (_, value) => `\\${value.toString(8).padStart(3, "0")}`).join("");
    await lab.exec(a, ["sh", "-c", `printf '${bytes}' >/dev/ttyHB0`]);
    const seen = await sh(b, "head -c 256 /dev/ttyHB0 | od -An -v -tu1 -w256");
    expect(seen.trim().split(/ +/).map(Number)).toEqual(Array.from({ length: 256 }, (_, value) => value));
  });
});

describe("power", () => {
  it("off: the address stops answering at once, and nothing lives; on: the disk is as it was", async () => {
    await sh(b, "ip addr add 192.168.0.181/24 dev eth0; echo kept >/var/kodou-disk; echo gone >/run/kodou-gone; (setsid sleep 1000 &)");
    const namespace = (await sh(b, "readlink /proc/self/ns/pid")).trim();
    const watcher = new Watcher(lab, { address: "192.168.0.181" });
    watcher.start();
    await watcher.answered(20);
    await lab.kill(b);
    expect(processesIn(namespace, "pid")).toEqual([]);
    await watcher.silent();
    expect(await reaches("client", lab.addressOf(b, "eth0"))).toBe(false);
    expect((await lab.status())[1]?.power).toBe("off");
    await lab.kill(b);
    await lab.boot(b);
    expect(await sh(b, "cat /var/kodou-disk; test ! -e /run/kodou-gone && echo empty")).toBe("kept\nempty\n");
    expect(await sh(b, "ip -o -4 addr show to 192.168.0.181")).toBe("");
    expect(await reaches("client", lab.addressOf(b, "eth0"))).toBe(true);
    await sh(a, "ip addr add 192.168.0.181/24 dev eth0; arping -q -U -c 1 -w 1 -I eth0 192.168.0.181 || true");
    await watcher.answered(5);
    const report = await watcher.stop();
    expect(report.maxHolders).toBe(1);
    expect(report.holderChanges.map((change) => change.nodes.join())).toEqual([b, "", a]);
    expect(report.longestOutageMs).toBeGreaterThan(200);
    await sh(a, "ip addr del 192.168.0.181/24 dev eth0");
  });

  it("the watcher sees two holders", async () => {
    for (const node of [a, b]) await sh(node, "ip addr add 192.168.3.181/24 dev eth1");
    const watcher = new Watcher(lab, { address: "192.168.3.181" });
    watcher.start();
    await watcher.answered(3);
    expect((await watcher.stop()).maxHolders).toBe(2);
    for (const node of [a, b]) await sh(node, "ip addr del 192.168.3.181/24 dev eth1");
  });

  it("frozen: no process moves until it is thawed; a frozen node can be killed", async () => {
    const log = join(shared, "ticks");
    lab.spawn(b, log, ["sh", "-c", "while :; do echo tick; sleep 0.01; done"]);
    const ticks = () => (existsSync(log) ? readFileSync(log, "utf8").length : 0);
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(0);
    await lab.freeze(b);
    const frozen = ticks();
    expect((await lab.status())[1]?.power).toBe("frozen");
    expect(await reaches(a, lab.addressOf(b, "eth0")), "the kernel of a frozen node answers").toBe(true);
    expect(ticks()).toBe(frozen);
    lab.thaw(b);
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(frozen);
    await lab.freeze(b);
    await lab.kill(b);
    await lab.boot(b);
  });
});

describe("fencing", () => {
  it("cuts the power for real, proves it, and boots again after a reboot", async () => {
    const abort = new AbortController();
    const server = lab.serveFencing({ abort: abort.signal, bootCommand: "echo booted >/run/kodou-booted" });
    const runner = new OsFenceRunner({ processes: new OsProcessRunner(), ownAgentsFolder: "/nonexistent", stateFolder: shared });
    const call = (action: FenceCall["action"], target: string | undefined) =>
      runner.run({
        agent: "lab",
        action,
        target,
        plug: target,
        plugArgument: undefined,
        parameters: { directory: lab.fenceFolder },
        timeoutMs: 20_000,
      }).done;
    expect(await call("monitor", undefined)).toMatchObject({ verdict: "succeeded" });
    expect((await call("list", undefined)).plugs).toEqual([a, b]);
    expect(await call("status", b)).toMatchObject({ verdict: "succeeded", isPlugOn: true });
    const first = lab.node(b).pid;
    expect(await call("reboot", b)).toMatchObject({ verdict: "succeeded" });
    await expect.poll(() => lab.node(b).pid ?? first, { timeout: 10_000 }).not.toBe(first);
    await expect.poll(() => sh(b, "cat /run/kodou-booted 2>/dev/null || true"), { timeout: 10_000 }).toBe("booted\n");
    expect(await call("off", b)).toMatchObject({ verdict: "succeeded" });
    expect(await call("status", b)).toMatchObject({ isPlugOn: false });
    expect(await call("off", b), "off is off").toMatchObject({ verdict: "succeeded" });
    expect(await call("on", b)).toMatchObject({ verdict: "succeeded" });
    expect(await call("off", "stranger")).toMatchObject({ verdict: "failed" });
    abort.abort();
    await server;
    expect(readdirSync(lab.fenceFolder)).toEqual([]);
  });

  it("works from within a node", async () => {
    const abort = new AbortController();
    const server = lab.serveFencing({ abort: abort.signal });
    const request = '{"id":"x1","action":"off","target":"c2g"}';
    await sh(
      a,
      `cd /run/kodou-fence; echo '${request}' >x1.new; mv x1.new x1.request; until [ -e x1.answer ]; do sleep 0.01; done; grep -q '"isDone":true' x1.answer; rm x1.answer`,
    );
    expect(lab.node(b).pid).toBeUndefined();
    abort.abort();
    await server;
    await lab.boot(b);
  });
});

describe("the command", () => {
  const command = async (...argv: readonly string[]) => {
    let text = "";
    const code = await labCommand(argv, {
      out: (part) => {
        text += part;
      },
      error: (part) => {
        text += part;
      },
    });
    return { code, text };
  };

  it("makes a second lab beside the first, and takes it down without a trace", async () => {
    const tag = `${TAG}x`;
    expect(await command("up", "3", "--tag", tag)).toMatchObject({ code: 0 });
    expect((await command("status", "--tag", tag)).text).toMatch(/n1 {2}on {2}pid \d+ {2}192\.168\.0\.1\n/);
    expect((await command("exec", "--tag", tag, "n3", "test", "-e", "/dev/ttyHB1")).code).toBe(0);
    expect((await command("exec", "--tag", tag, "n3", "false")).code).toBe(1);
    expect(await command("cut", "n2", "eth2", "--tag", tag)).toMatchObject({ code: 0 });
    expect((await command("status", "--tag", tag)).text).toContain("cut: eth2");
    expect(await command("kill", "n2", "--tag", tag)).toMatchObject({ code: 0 });
    expect(await command("up", "3", "--tag", tag)).toMatchObject({ code: 1, text: expect.stringContaining("already") });
    expect(await command("down", "--tag", tag)).toMatchObject({ code: 0 });
    expect(traces(tag)).toEqual([]);
  });

  it("says what is wrong", async () => {
    expect(await command("fly")).toMatchObject({ code: 64 });
    expect(await command("up", "two")).toMatchObject({ code: 64 });
    expect(await command("kill", "--tag", TAG)).toMatchObject({ code: 64 });
    expect(await command("kill", "nobody", "--tag", TAG)).toMatchObject({ code: 1, text: expect.stringContaining("no node nobody") });
    expect(await command("cut", b, "eth7", "--tag", TAG)).toMatchObject({ code: 64 });
    expect(await command("up", "1", "--names", "../x", "--tag", "bad")).toMatchObject({ code: 1 });
    expect(await command("down", "--tag", "../..")).toMatchObject({ code: 1 });
  });

  it("leaves nothing of a lab that could not come up", async () => {
    const tag = `${TAG}y`;
    await expect(Lab.up({ tag, nodes: ["ok", "x"], binds: ["/nonexistent/path"] })).rejects.toThrow("did not boot");
    expect(traces(tag)).toEqual([]);
  });
});

describe("down", () => {
  it("leaves no namespaces, processes, mounts, groups or files", async () => {
    lab.spawn("client", join(shared, "client.log"), ["sleep", "1000"]);
    await lab.cut(a);
    await lab.freeze(a);
    expect(traces(TAG).length).toBeGreaterThan(5);
    await lab.down();
    expect(traces(TAG)).toEqual([]);
  });
});
