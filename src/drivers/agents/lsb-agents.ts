import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall } from "../../ports/agent-runner.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import type { AgentAdapter, RunningCall } from "./agent-adapter.ts";
import { executablesIn, isExecutableFile } from "./agent-names.ts";
import { agentResult, immediateResult } from "./agent-result.ts";
import { lsbMetadata } from "./lsb-metadata.ts";

/** Where init scripts are, and what they are told. */
export interface LsbOptions {
  readonly processes: ProcessRunner;
  readonly environment: Readonly<Record<string, string>>;
  readonly initFolder: string;
  readonly workFolder: string;
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["start", "start"],
  ["stop", "stop"],
  ["monitor", "status"],
  ["status", "status"],
  ["restart", "restart"],
  ["reload", "reload"],
  ["force-reload", "force-reload"],
]);

/** Init scripts: `/etc/init.d/TYPE ACTION`; they have no parameters. Source: LSB 5.0, "Init Script Actions". */
export class LsbAgents implements AgentAdapter {
  readonly #options: LsbOptions;

  constructor(options: LsbOptions) {
    this.#options = options;
  }

  /** Whether there is an init script of that name. */
  has(type: string): boolean {
    return isExecutableFile(join(this.#options.initFolder, type));
  }

  run(call: AgentCall): RunningCall {
    const action = ACTIONS.get(call.action);
    if (action === undefined) {
      const reason = `Init scripts have no action ${call.action}`;
      return { done: Promise.resolve(immediateResult(OCF.unimplemented, OPERATION_STATUS.notSupported, reason)), cancel: () => undefined };
    }
    const { processes, environment, initFolder, workFolder } = this.#options;
    const file = join(initFolder, call.type);
    const running = processes.run({ file, args: [action], environment, cwd: workFolder, timeoutMs: call.timeoutMs });
    const map = action === "status" ? lsbStatusToOcf : lsbActionToOcf;
    return {
      done: running.done.then((process) => agentResult(call, process, (code) => ({ exitCode: map(code), exitReason: "" }))),
      cancel: () => running.cancel(),
    };
  }

  async metadata(_provider: string, type: string): Promise<string | undefined> {
    try {
      return lsbMetadata(type, readFileSync(join(this.#options.initFolder, type), "utf8"));
    } catch {
      return undefined;
    }
  }

  async providers(): Promise<readonly string[]> {
    return [];
  }

  async types(): Promise<readonly string[]> {
    return executablesIn(this.#options.initFolder);
  }
}

/** OCF code of a `status` exit code: 1 to 3 are all forms of "not running"; 150 and 151 are Pacemaker's extension. */
function lsbStatusToOcf(exitCode: number): number {
  if (exitCode === 0) return OCF.success;
  if (exitCode >= 1 && exitCode <= 3) return OCF.notRunning;
  if (exitCode === 150) return OCF.notInstalled;
  if (exitCode === 151) return OCF.insufficientPrivileges;
  return OCF.genericError;
}

/** OCF code of any other action's exit code: the first eight have the same numbers. */
export function lsbActionToOcf(exitCode: number): number {
  return exitCode >= 0 && exitCode <= 7 ? exitCode : OCF.genericError;
}
