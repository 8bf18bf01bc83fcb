import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FenceCall } from "../../ports/fence-runner.ts";
import { OsProcessRunner } from "../process-runner.ts";
import { meatwareFiles } from "./meatware-plugin.ts";
import { OsFenceRunner } from "./os-fence-runner.ts";

let folder = "";
let runner: OsFenceRunner;

const call = (more: Partial<FenceCall>): FenceCall => ({
  agent: "fence_test",
  action: "off",
  target: "n1",
  plug: "7",
  plugArgument: undefined,
  parameters: {},
  timeoutMs: 10_000,
  ...more,
});

function script(path: string, body: string, mode = 0o755): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, mode);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-fencing-"));
  const metadata = (name: string) => `<resource-agent name="x"><parameters><parameter name="${name}"/></parameters></resource-agent>`;
  const agent = (name: string) => `in=$(cat); case "$in" in action=metadata) echo '${metadata(name)}'; exit 0;; esac
echo "$in" > ${folder}/stdin; case "$in" in *action=list) printf '1,alpha\\n2,beta\\nN/A\\n';; esac; exit \${code:-$(cat ${folder}/code)}`;
  script("sbin/fence_test", agent("plug"));
  script("sbin/fence_old", agent("port"));
  script("sbin/fence_none", agent("ip"));
  script("sbin/fence_hang", "exec sleep 100");
  script("sbin/other", "");
  script(
    "external/power",
    `case $1 in gethosts) echo $hostlist;; getinfo-xml) echo '<parameters><parameter name="hostlist"/></parameters>';; getinfo-*) echo "text <$1>";;
*) echo "$* $hostlist $HA_LOGTAG" > ${folder}/external.log; exit $(cat ${folder}/code);; esac`,
  );
  script("external/loose", "exit 0", 0o777);
  mkdirSync(join(folder, "requests"));
  runner = new OsFenceRunner({
    processes: new OsProcessRunner(),
    ownAgentsFolder: join(folder, "own"),
    stateFolder: join(folder, "state"),
    fenceAgentFolders: [join(folder, "sbin")],
    externalFolder: join(folder, "external"),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const code = (value: number) => writeFileSync(join(folder, "code"), String(value));
const stdin = () => readFileSync(join(folder, "stdin"), "utf8");

describe("fence agents", () => {
  it("read action, node, plug and parameters from stdin", async () => {
    code(0);
    const parameters = { ip: "10.0.0.9", password: "a=b c", action: "on", option: "on" };
    expect((await runner.run(call({ parameters })).done).verdict).toBe("succeeded");
    expect(stdin()).toBe("ip=10.0.0.9\npassword=a=b c\nnodename=n1\nplug=7\naction=off\n");
  });

  it.each([
    ["fence_old", undefined, "port=7"],
    ["fence_old", "uuid", "uuid=7"],
    ["fence_none", undefined, "nodename=n1\naction=off"],
    ["fence_test", "none", "nodename=n1\naction=off"],
  ])("%s with pcmk_host_argument %s gets %j", async (agent, plugArgument, expected) => {
    code(0);
    await runner.run(call({ agent, plugArgument })).done;
    expect(stdin()).toContain(expected);
  });

  it("keep a configured plug", async () => {
    code(0);
    await runner.run(call({ parameters: { plug: "fixed" } })).done;
    expect(stdin()).toBe("plug=fixed\nnodename=n1\naction=off\n");
  });

  it("are not called with a value that would smuggle in an action", async () => {
    rmSync(join(folder, "stdin"), { force: true });
    const result = await runner.run(call({ parameters: { ip: "1\naction=on" } })).done;
    expect(result.verdict).toBe("failed");
    expect(existsSync(join(folder, "stdin"))).toBe(false);
  });

  it.each([
    [0, "succeeded", true],
    [2, "succeeded", false],
    [1, "failed", undefined],
  ] as const)("status with exit %d is %s, on %s", async (exitCode, verdict, isPlugOn) => {
    code(exitCode);
    expect(await runner.run(call({ action: "status" })).done).toMatchObject({ verdict, isPlugOn, exitCode });
  });

  it("have no success but exit 0", async () => {
    for (const exitCode of [1, 2, 255]) {
      code(exitCode);
      expect((await runner.run(call({})).done).verdict).toBe("failed");
    }
    const hang = await runner.run(call({ agent: "fence_hang", plugArgument: "plug", timeoutMs: 50 })).done;
    expect(hang.verdict).toBe("timed-out");
    const running = runner.run(call({ agent: "fence_hang", plugArgument: "plug" }));
    running.cancel();
    expect((await running.done).verdict).toBe("failed");
    for (const agent of ["fence_missing", "fence_../x", "bash", "external/../sbin/fence_test"])
      expect((await runner.run(call({ agent })).done).verdict).toBe("no-such-agent");
  });

  it("list their plugs", async () => {
    code(0);
    const result = await runner.run(call({ action: "list", target: undefined, plug: undefined })).done;
    expect(result.plugs).toEqual(["1", "alpha", "2", "beta"]);
  });
});

describe("external plugins", () => {
  it("get the host as argument and parameters in the environment", async () => {
    code(0);
    const result = await runner.run(call({ agent: "external/power", action: "reboot", parameters: { hostlist: "n1 n2" } })).done;
    expect(result.verdict).toBe("succeeded");
    expect(readFileSync(join(folder, "external.log"), "utf8")).toBe("reset 7 n1 n2 stonith: power\n");
    code(3);
    expect((await runner.run(call({ agent: "external/power" })).done).verdict).toBe("failed");
  });

  it("list hosts and describe themselves", async () => {
    const list = await runner.run(call({ agent: "external/power", action: "list", parameters: { hostlist: "a b" } })).done;
    expect(list.plugs).toEqual(["a", "b"]);
    expect((await runner.run(call({ agent: "external/power", action: "list" })).done).verdict).toBe("failed");
    const metadata = await runner.run(call({ agent: "external/power", action: "metadata" })).done;
    expect(metadata.output).toContain('<parameter name="hostlist"/>');
    expect(metadata.output).toContain("text &lt;getinfo-devid>");
  });

  it("do not run when others may write to them", async () => {
    expect((await runner.run(call({ agent: "external/loose" })).done).verdict).toBe("no-such-agent");
  });
});

/** Answers the first request as the lab's host would. */
function answerOnce(answer: (id: string) => string): Promise<string> {
  return new Promise((resolve) => {
    const requests = join(folder, "requests");
    const watcher = watch(requests, () => {
      const name = readdirSync(requests).find((file) => file.endsWith(".request"));
      if (name === undefined) return;
      watcher.close();
      const id = name.slice(0, -".request".length);
      const text = readFileSync(join(requests, name), "utf8");
      writeFileSync(join(requests, `${id}.tmp`), answer(id));
      renameSync(join(requests, `${id}.tmp`), join(requests, `${id}.answer`));
      resolve(text);
    });
  });
}

describe("the lab plugin", () => {
  const lab = (more: Partial<FenceCall> = {}) =>
    runner.run(call({ agent: "lab", plug: "n1", parameters: { directory: join(folder, "requests") }, ...more }));

  it("succeeds on the host's word only", async () => {
    const request = answerOnce((id) => JSON.stringify({ id, isDone: true, message: "gone" }));
    expect(await lab().done).toMatchObject({ verdict: "succeeded", output: "gone" });
    expect(JSON.parse(await request)).toMatchObject({ action: "off", target: "n1" });
    expect(readdirSync(join(folder, "requests"))).toEqual([]);
  });

  it.each([
    ["a refusal", (id: string) => JSON.stringify({ id, isDone: false, message: "no" })],
    ["another's answer", () => JSON.stringify({ id: "other", isDone: true, message: "" })],
    ["rubbish", () => "yes"],
  ])("fails on %s", async (_, answer) => {
    void answerOnce(answer);
    expect((await lab().done).verdict).toBe("failed");
  });

  it("withdraws its request when the time is up, and fails without the folder", async () => {
    expect((await lab({ timeoutMs: 50 }).done).verdict).toBe("timed-out");
    expect(readdirSync(join(folder, "requests"))).toEqual([]);
    expect((await lab({ parameters: { directory: join(folder, "none") } }).done).verdict).toBe("failed");
  });
});

describe("the meatware plugin", () => {
  const meatware = (more: Partial<FenceCall> = {}) => runner.run(call({ agent: "meatware", ...more }));

  it("waits for the operator's word, and takes no old one", async () => {
    const files = meatwareFiles(join(folder, "state"), "n1");
    mkdirSync(dirname(files.confirmed), { recursive: true });
    writeFileSync(files.confirmed, "");
    expect((await meatware({ timeoutMs: 150 }).done).verdict).toBe("timed-out");
    const running = meatware();
    while (!existsSync(files.wanted)) await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(files.confirmed, "");
    expect((await running.done).verdict).toBe("succeeded");
    expect(readdirSync(dirname(files.confirmed))).toEqual([]);
  });

  it("lists its hosts and takes no path for a node", async () => {
    expect((await meatware({ action: "list", parameters: { hostlist: "a b" } }).done).plugs).toEqual(["a", "b"]);
    expect((await meatware({ target: "../x" }).done).verdict).toBe("failed");
  });
});

it("lists everything installed", async () => {
  const agents = ["external/loose", "external/power", "fence_hang", "fence_none", "fence_old", "fence_test", "lab", "meatware"];
  expect(await runner.list()).toEqual(agents);
});
