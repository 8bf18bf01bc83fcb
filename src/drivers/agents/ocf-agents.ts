import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall } from "../../ports/agent-runner.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import type { AgentAdapter, RunningCall } from "./agent-adapter.ts";
import { type AgentSurroundings, EXIT_REASON_PREFIX, ocfEnvironment, unusableVariable } from "./agent-environment.ts";
import { executablesIn, foldersIn, isExecutableFile } from "./agent-names.ts";
import { agentResult, immediateResult } from "./agent-result.ts";

/** Where OCF agents are. */
export interface OcfOptions {
  readonly processes: ProcessRunner;
  readonly surroundings: AgentSurroundings;
  /** The `ocf` folder of our own installation, searched after OCF_ROOT/resource.d; holds folders by provider. */
  readonly ownFolder: string;
  readonly workFolder: string;
}

/** OCF resource agents: `ROOT/resource.d/PROVIDER/TYPE ACTION`, everything else by environment. */
export class OcfAgents implements AgentAdapter {
  readonly #options: OcfOptions;

  constructor(options: OcfOptions) {
    this.#options = options;
  }

  run(call: AgentCall): RunningCall {
    const { processes, surroundings, workFolder } = this.#options;
    const environment = ocfEnvironment(call, surroundings);
    const unusable = unusableVariable(environment);
    if (unusable !== undefined) {
      const reason = `Parameter ${JSON.stringify(unusable)} cannot be passed in an environment`;
      return { done: Promise.resolve(immediateResult(OCF.notConfigured, OPERATION_STATUS.invalid, reason)), cancel: () => undefined };
    }
    const file = this.#path(call.provider, call.type);
    const running = processes.run({ file, args: [call.action], environment, cwd: workFolder, timeoutMs: call.timeoutMs });
    return {
      done: running.done.then((process) =>
        agentResult(call, process, (exitCode) => ({ exitCode: knownExitCode(exitCode), exitReason: exitReasonIn(process.stderr) })),
      ),
      cancel: () => running.cancel(),
    };
  }

  async metadata(provider: string, type: string): Promise<string | undefined> {
    const call: AgentCall = {
      agentClass: "ocf",
      provider,
      type,
      resourceId: type,
      action: "meta-data",
      intervalMs: 0,
      timeoutMs: LIMITS.agentMetadataMs,
      parameters: {},
      meta: {},
    };
    const result = await this.run(call).done;
    return result.exitCode === OCF.success && result.stdout.trim() !== "" ? result.stdout : undefined;
  }

  async providers(): Promise<readonly string[]> {
    return foldersIn(join(this.#options.surroundings.ocfRoot, "resource.d"), this.#options.ownFolder);
  }

  async types(provider: string): Promise<readonly string[]> {
    return executablesIn(...this.#folders(provider));
  }

  #folders(provider: string): readonly string[] {
    return [join(this.#options.surroundings.ocfRoot, "resource.d", provider), join(this.#options.ownFolder, provider)];
  }

  /** The installed file comes before ours, so that an administrator can replace it. */
  #path(provider: string, type: string): string {
    const paths = this.#folders(provider).map((folder) => join(folder, type));
    return paths.find(isExecutableFile) ?? paths[0] ?? type;
  }
}

/** Codes that mean something only inside a cluster manager are no statement of an agent. */
function knownExitCode(exitCode: number): number {
  const isInternal = exitCode === 189 || (exitCode >= 192 && exitCode <= 199);
  return isInternal ? OCF.genericError : exitCode;
}

/** Text after the last exit reason prefix, up to the end of its line. */
function exitReasonIn(stderr: string): string {
  const start = stderr.lastIndexOf(EXIT_REASON_PREFIX);
  if (start < 0) return "";
  return (
    stderr
      .slice(start + EXIT_REASON_PREFIX.length)
      .split("\n", 1)[0]
      ?.trim() ?? ""
  );
}
