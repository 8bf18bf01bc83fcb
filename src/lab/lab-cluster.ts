import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProcessResult } from "../ports/process-runner.ts";
import type { Lab } from "./lab.ts";

/** What nodes have to see of the host to run the programs: nodes have a /tmp and a /run of their own. */
export function bindsFor(programs: string): string[] {
  const installation = dirname(programs);
  return /^\/(tmp|run)\//.test(installation) ? [installation] : [];
}

/** The nodes share one machine: what it has to do says nothing of one of them. */
const LAB_CONF = "load:\n  heeded: false\n";

/** A kodou cluster on the nodes of a lab: files in, daemons up, tools run. */
export class LabCluster {
  readonly lab: Lab;
  readonly #programs: string;

  /** `programs` is the folder of the built programs, the same inside the nodes. */
  constructor(lab: Lab, programs: string) {
    this.lab = lab;
    this.#programs = programs;
  }

  /** The command that starts the daemon, for a node that boots. */
  get bootCommand(): string {
    return `${process.execPath} ${join(this.#programs, "kodou.cjs")} start`;
  }

  /** Writes `ha.cf`, `authkeys` and `kodou.conf` on every node. */
  async configure(haCf: string, key: string): Promise<void> {
    for (const node of this.lab.nodes) {
      await this.#must(node, ["sh", "-c", "mkdir -p /etc/ha.d && cat > /etc/ha.d/ha.cf"], haCf);
      await this.#must(node, ["sh", "-c", "umask 077 && cat > /etc/ha.d/authkeys"], `auth 1\n1 sha256 ${key}\n`);
      await this.#must(node, ["sh", "-c", "cat > /etc/ha.d/kodou.conf"], LAB_CONF);
    }
  }

  /** Starts the daemon on a node. Throws with what it said when it does not start. */
  async start(node: string): Promise<void> {
    await this.#must(node, [process.execPath, join(this.#programs, "kodou.cjs"), "start"]);
  }

  /** Runs one of the tools (or any built program) in a node. */
  tool(node: string, name: string, ...words: string[]): Promise<ProcessResult> {
    return this.lab.exec(node, [...this.command(name), ...words], { timeoutMs: 60_000 });
  }

  /** How a tool is called: as a user would, by the launcher where there is one. */
  command(name: string): readonly string[] {
    const launcher = join(this.#programs, "bin", name);
    return existsSync(launcher) ? [launcher] : [process.execPath, join(this.#programs, `${name}.cjs`)];
  }

  /** As `tool`, but throws when it fails; gives what it printed. */
  async mustTool(node: string, name: string, ...words: string[]): Promise<string> {
    const result = await this.tool(node, name, ...words);
    if (result.ending.kind === "exited" && result.ending.exitCode === 0) return result.stdout;
    throw new Error(`${name} ${words.join(" ")} on ${node}: ${result.stderr.trim() || JSON.stringify(result.ending)}`);
  }

  /** Hands a file of the host to `cibadmin` in a node. */
  async cibadmin(node: string, file: string, ...words: string[]): Promise<void> {
    const command = [process.execPath, join(this.#programs, "cibadmin.cjs"), ...words, "--xml-pipe"];
    await this.#must(node, command, readFileSync(file, "utf8"));
  }

  async #must(node: string, command: readonly string[], stdin?: string): Promise<void> {
    const result = await this.lab.exec(node, command, { ...(stdin === undefined ? {} : { stdin }), timeoutMs: 60_000 });
    if (result.ending.kind === "exited" && result.ending.exitCode === 0) return;
    throw new Error(
      `${command.slice(0, 4).join(" ")} on ${node}: ${(result.stderr + result.stdout).trim() || JSON.stringify(result.ending)}`,
    );
  }
}
