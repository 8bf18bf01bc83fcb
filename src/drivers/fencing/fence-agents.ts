import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import type { ProcessRunner, RunningProcess } from "../../ports/process-runner.ts";
import { parseAgentMetadata } from "../agents/agent-metadata.ts";
import { executablesIn } from "../agents/agent-names.ts";
import { plainFenceResult, processFenceResult } from "./fence-result.ts";
import type { FenceAdapter, RunningFencing } from "./plugin.ts";

/** Where fence agents are, and what they are told. */
export interface FenceAgentOptions {
  readonly processes: ProcessRunner;
  readonly environment: Readonly<Record<string, string>>;
  /** Searched in order, for example /usr/sbin. */
  readonly folders: readonly string[];
}

/** Exit code of `status` when the plug is off. */
const PLUG_IS_OFF = 2;

/**
 * `fence_NAME` programs: `name=value` lines on stdin, the action among them, never on the command line where every user
 * could read the passwords. Source: FenceAgentAPI of Debian's fence-agents 4.12.
 */
export class FenceAgents implements FenceAdapter {
  readonly #options: FenceAgentOptions;
  /** How each agent calls the plug. */
  readonly #plugArguments = new Map<string, string | undefined>();

  constructor(options: FenceAgentOptions) {
    this.#options = options;
  }

  names(): readonly string[] {
    return executablesIn(...this.#options.folders).filter((name) => name.startsWith("fence_"));
  }

  run(call: FenceCall): RunningFencing {
    let running: RunningProcess | undefined;
    let isCancelled = false;
    const execute = async (): Promise<FenceResult> => {
      const argument = await this.#plugArgument(call);
      if (isCancelled) return plainFenceResult("failed", "cancelled");
      const stdin = fenceAgentInput(call, argument);
      if (stdin === undefined) return plainFenceResult("failed", "a parameter holds a line break: it could change the action");
      running = this.#start(call.agent, stdin, call.timeoutMs);
      return judge(call, processFenceResult(await running.done));
    };
    return {
      done: execute(),
      cancel: () => {
        isCancelled = true;
        running?.cancel();
      },
    };
  }

  /** `plug` or the old `port`, as the agent's meta-data has it; asked once. */
  async #plugArgument(call: FenceCall): Promise<string | undefined> {
    if (call.target === undefined) return undefined;
    if (call.plugArgument !== undefined) return call.plugArgument === "none" ? undefined : call.plugArgument;
    if (this.#plugArguments.has(call.agent)) return this.#plugArguments.get(call.agent);
    const process = await this.#start(call.agent, "action=metadata\n", LIMITS.agentMetadataMs).done;
    const metadata = parseAgentMetadata(process.stdout);
    if (metadata === undefined) return "port";
    const names = new Set(metadata.parameters.map((parameter) => parameter.name));
    const argument = ["plug", "port"].find((name) => names.has(name));
    this.#plugArguments.set(call.agent, argument);
    return argument;
  }

  #start(agent: string, stdin: string, timeoutMs: number): RunningProcess {
    const { processes, environment, folders } = this.#options;
    const folder = folders.find((candidate) => executablesIn(candidate).includes(agent)) ?? folders[0] ?? "/usr/sbin";
    return processes.run({ file: join(folder, agent), args: [], environment, stdin, timeoutMs });
  }
}

/**
 * Text for the agent's stdin, or undefined when a value cannot be written. Of equal names the last wins, so what
 * decides about the action and its target comes last.
 */
function fenceAgentInput(call: FenceCall, plugArgument: string | undefined): string | undefined {
  const pairs = Object.entries(call.parameters).filter(([name]) => name !== "action" && name !== "option");
  if (call.target !== undefined) {
    pairs.push(["nodename", call.target]);
    const configured = plugArgument === undefined ? undefined : call.parameters[plugArgument];
    // A plug fixed by the configuration stays, as with Pacemaker; "dynamic" asks for the mapped one.
    if (plugArgument !== undefined && (configured === undefined || configured === "dynamic")) {
      pairs.push([plugArgument, call.plug ?? call.target]);
    }
  }
  pairs.push(["action", call.action]);
  if (pairs.some(([name, value]) => /[\n\r\0=]/.test(name) || /[\n\r\0]/.test(value))) return undefined;
  return pairs.map(([name, value]) => `${name}=${value}\n`).join("");
}

function judge(call: FenceCall, result: FenceResult): FenceResult {
  if (call.action === "status") {
    if (result.verdict === "succeeded") return { ...result, isPlugOn: true };
    if (result.verdict === "failed" && result.exitCode === PLUG_IS_OFF) return { ...result, verdict: "succeeded", isPlugOn: false };
  }
  if (call.action === "list" && result.verdict === "succeeded") return { ...result, plugs: plugsIn(result.output) };
  return result;
}

/** Names in the output of `list`: plugs and their aliases, without states. */
function plugsIn(output: string): string[] {
  const words = output.split("\n").flatMap((line) => line.split(/[,;\s]+/).slice(0, 2));
  return [...new Set(words)].filter((word) => word !== "" && word !== "N/A" && !/^(on|off|unknown)$/i.test(word));
}
