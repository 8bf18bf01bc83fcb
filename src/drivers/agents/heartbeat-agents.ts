import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall } from "../../ports/agent-runner.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import type { AgentAdapter, RunningCall } from "./agent-adapter.ts";
import { executablesIn, isExecutableFile } from "./agent-names.ts";
import { agentResult, immediateResult } from "./agent-result.ts";
import { lsbActionToOcf } from "./lsb-agents.ts";
import { scriptMetadata } from "./lsb-metadata.ts";

/** Where Heartbeat v1 scripts are, and what they are told. */
export interface HeartbeatOptions {
  readonly processes: ProcessRunner;
  readonly environment: Readonly<Record<string, string>>;
  /** Searched in order: /etc/ha.d/resource.d, our own, /etc/init.d. */
  readonly folders: readonly string[];
  readonly workFolder: string;
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["start", "start"],
  ["stop", "stop"],
  ["monitor", "status"],
  ["status", "status"],
]);

/**
 * Heartbeat v1 scripts: `SCRIPT [ARGUMENT...] ACTION`, the arguments being the parameters named 1, 2, ... in order.
 * `status` is judged by what it prints. Source: heartbeat 3.0.6 haresources scripts, cluster-glue 1.0.12.
 */
export class HeartbeatAgents implements AgentAdapter {
  readonly #options: HeartbeatOptions;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  run(call: AgentCall): RunningCall {
    const action = ACTIONS.get(call.action);
    if (action === undefined) {
      const reason = `Heartbeat scripts have no action ${call.action}`;
      return { done: Promise.resolve(immediateResult(OCF.unimplemented, OPERATION_STATUS.notSupported, reason)), cancel: () => undefined };
    }
    const { processes, environment, folders, workFolder } = this.#options;
    const paths = folders.map((folder) => join(folder, call.type));
    const running = processes.run({
      file: paths.find(isExecutableFile) ?? paths[0] ?? call.type,
      args: [...positionalArguments(call.parameters), action],
      environment,
      cwd: workFolder,
      timeoutMs: call.timeoutMs,
    });
    return {
      done: running.done.then((process) =>
        agentResult(call, process, (code) => ({
          exitCode: action === "status" ? heartbeatStatus(code, process.stdout + process.stderr) : lsbActionToOcf(code),
          exitReason: "",
        })),
      ),
      cancel: () => running.cancel(),
    };
  }

  async metadata(_provider: string, type: string): Promise<string | undefined> {
    if (!this.#options.folders.some((folder) => isExecutableFile(join(folder, type)))) return undefined;
    const parameters = `    <parameter name="1" required="0">
      <longdesc lang="en">First argument; further ones are named 2, 3 and so on.</longdesc>
      <shortdesc lang="en">First argument</shortdesc>
      <content type="string"/>
    </parameter>
`;
    const description = `Heartbeat version 1 script ${type}`;
    return scriptMetadata({ type, description, summary: description, parameters, special: '  <special tag="heartbeat"/>\n' });
  }

  async providers(): Promise<readonly string[]> {
    return [];
  }

  async types(): Promise<readonly string[]> {
    return executablesIn(this.#options.folders[0] ?? "", this.#options.folders[1] ?? "");
  }
}

/** Parameters with numbers for names, in order of the numbers; gaps are closed. */
function positionalArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.keys(parameters)
    .filter((name) => /^[1-9]\d{0,2}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .slice(0, LIMITS.heartbeatAgentArguments)
    .map((number) => parameters[String(number)] ?? "");
}

/** OCF code of a status call: the texts decide, "stopped" before "running"; exit code 5 alone speaks for itself. */
function heartbeatStatus(exitCode: number, output: string): number {
  if (exitCode === OCF.notInstalled) return OCF.notInstalled;
  const text = output.toLowerCase();
  if (text.includes("stopped") || /not.*running/.test(text)) return OCF.notRunning;
  if (text.includes("running") || output.includes("OK")) return OCF.success;
  return OCF.notRunning;
}
