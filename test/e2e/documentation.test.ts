import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_CIB } from "../../src/output/status/sample-cib.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages } from "./requirements.ts";

const folder = mkdtempSync(join(tmpdir(), "kodou-documentation-"));
const cib = join(folder, "cib.xml");
const socket = `kodou-${process.pid}`;
const environment = { ...process.env, CIB_file: cib, KODOU_COMMAND: join(PROGRAMS, "kodou.cjs"), LC_ALL: "C.UTF-8", TERM: "screen" };

const run = (file: string, ...args: string[]): string => execFileSync(file, args, { env: environment, encoding: "utf8" });
const tmux = (...args: string[]): string => run("tmux", "-L", socket, "-f", "/dev/null", ...args);

beforeAll(() => {
  requirePackages("mandoc", "man-db", "zsh", "fish", "tmux");
  writeFileSync(cib, SAMPLE_CIB);
});
afterAll(() => {
  spawnSync("tmux", ["-L", socket, "kill-server"]);
  rmSync(folder, { recursive: true });
});

describe("manual pages", () => {
  const pages = readdirSync(join(PROGRAMS, "man8")).sort();

  it("are there for every tool", () => {
    const tools = readdirSync(join(PROGRAMS, "bin")).sort();
    expect(pages.filter((page) => page !== "kodou.8").map((page) => page.slice(0, -2))).toEqual(tools);
  });

  it.each(pages)("%s has nothing that mandoc or man complain of", (page) => {
    const path = join(PROGRAMS, "man8", page);
    const lint = spawnSync("mandoc", ["-Tlint", "-W", "warning", path], { encoding: "utf8" });
    expect(lint.stdout + lint.stderr).toBe("");
    const shown = spawnSync("man", ["--warnings", "-l", path], { encoding: "utf8", env: { ...environment, MANWIDTH: "80" } });
    expect(shown.stderr).toBe("");
    expect(shown.stdout).toContain("SEE ALSO");
  });
});

/** What bash offers for a command line; the last word is the one being typed. */
function bash(...words: string[]): string[] {
  const script = `source ${join(PROGRAMS, "completion/bash/kodou")}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kodou_complete "$1"; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run("bash", "-euc", script, "bash", ...words)
    .split("\n")
    .filter((word) => word !== "");
}

describe("completion in bash", () => {
  it("offers options", () => {
    expect(bash("crm_mon", "--group")).toEqual(["--group-by-node"]);
    expect(bash("/usr/sbin/crm_mon", "-1", "--wa")).toEqual(["--watch", "--watch-fencing"]);
    expect(bash("kodou", "what-if", "--node")).toEqual(["--node-down"]);
  });

  it("offers names of the cluster", () => {
    expect(bash("crm_resource", "--resource", "")).toContain("web");
    expect(bash("crm_resource", "-r", "w")).toContain("web");
    expect(bash("crm_mon", "--node", "=", "n")).toEqual(expect.arrayContaining(["n1", "n2"]));
    expect(bash("crm_mon", "--node", "=")).toEqual(expect.arrayContaining(["n1", "n2"]));
    expect(bash("kodou", "explain", "w")).toContain("web");
  });

  it("offers agents, also after a colon", () => {
    expect(bash("crm_resource", "--show-metadata", "ocf:kodou:Dum")).toEqual(["Dummy"]);
  });

  it("offers words", () => {
    expect(bash("cibsecret", "st")).toEqual(["stash"]);
    expect(bash("cibsecret", "set", "we")).toContain("web");
    expect(bash("cl_status", "hb")).toEqual(["hbstatus", "hblinkstatus", "hbparameter"]);
    expect(bash("cibadmin", "-Q", "-o", "cons")).toEqual(["constraints"]);
    expect(bash("kodou", "w")).toEqual(["what-if"]);
  });

  it("offers files", () => {
    expect(bash("crm_verify", "--xml-file", `${folder}/c`)).toEqual([cib]);
  });
});

it("works in fish", () => {
  const fish = (line: string): string =>
    run("fish", "--no-config", "-c", `source ${join(PROGRAMS, "completion/fish/kodou.fish")}; complete -C '${line}'`);
  expect(fish("crm_mon --group")).toContain("--group-by-node");
  expect(fish("crm_resource --resource w")).toContain("web");
  expect(fish("cibsecret st")).toMatch(/^stash$/m);
  expect(fish("kodou what-if --node-d")).toContain("--node-down");
});

it("works in zsh", async () => {
  copyFileSync(join(PROGRAMS, "completion/zsh/_kodou"), join(folder, "_kodou"));
  tmux("new-session", "-d", "-s", "zsh", "-x", "150", "-y", "40", "zsh -f");
  const pane = (): string => tmux("capture-pane", "-p", "-t", "zsh");
  const type = (...keys: string[]): string => tmux("send-keys", "-t", "zsh", ...keys);
  type(`PS1='> '; fpath=(${folder} $fpath); autoload -U compinit; compinit -u -D; clear; print ready`, "Enter");
  await expect.poll(pane, { timeout: 20_000 }).toMatch(/^ready$/m);
  type("crm_mon --group", "Tab");
  await expect.poll(pane, { timeout: 10_000 }).toContain("crm_mon --group-by-node");
  type("C-u", "crm_resource --resource=we", "Tab");
  await expect.poll(pane, { timeout: 10_000 }).toMatch(/crm_resource --resource=web/);
  type("C-u", "kodou what-i", "Tab");
  await expect.poll(pane, { timeout: 10_000 }).toContain("kodou what-if");
  type("C-u", "cibsecret unst", "Tab");
  await expect.poll(pane, { timeout: 10_000 }).toContain("cibsecret unstash");
});
