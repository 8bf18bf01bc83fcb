import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compareBytes } from "../../base/names.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall, AgentRunner } from "../../ports/agent-runner.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import type { AgentAdapter, RunningCall } from "./agent-adapter.ts";
import { type AgentSurroundings, baseEnvironment } from "./agent-environment.ts";
import { isSafeAgentName } from "./agent-names.ts";
import { immediateResult } from "./agent-result.ts";
import { HeartbeatAgents } from "./heartbeat-agents.ts";
import { LsbAgents } from "./lsb-agents.ts";
import { OcfAgents } from "./ocf-agents.ts";
import { connectionAnswer } from "./remote-connections.ts";
import { SystemdAgents } from "./systemd-agents.ts";

/** Where this node's agents are; everything but the first two has Debian's place as its default. */
export interface AgentRunnerOptions {
  readonly processes: ProcessRunner;
  /** The installation's `resource-agents` folder, holding `ocf/PROVIDER/TYPE` and `heartbeat/TYPE`. */
  readonly ownAgentsFolder: string;
  readonly ocfRoot?: string;
  readonly initFolder?: string;
  readonly heartbeatFolder?: string;
  readonly systemctl?: string;
  readonly systemdDropInFolder?: string;
  /** Unit name of the cluster daemon. */
  readonly ownUnit?: string;
  /** Working directory of agents. */
  readonly workFolder?: string;
  /** HA_RSCTMP; made if it is absent. */
  readonly temporaryFolder?: string;
  readonly logFacility?: string;
  readonly logFile?: string;
  readonly debugLevel?: number;
  readonly featureSet?: string;
  /** Variables every agent gets besides the documented ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the resource agents of this machine, of every class. */
export class OsAgentRunner implements AgentRunner {
  readonly #adapters: ReadonlyMap<string, AgentAdapter>;
  readonly #lsb: LsbAgents;
  readonly #systemd: SystemdAgents;
  readonly #temporaryFolder: string;

  constructor(options: AgentRunnerOptions) {
    const surroundings: AgentSurroundings = {
      ocfRoot: options.ocfRoot ?? "/usr/lib/ocf",
      temporaryFolder: options.temporaryFolder ?? "/run/resource-agents",
      logFacility: options.logFacility ?? "none",
      logFile: options.logFile ?? "",
      debugLevel: options.debugLevel ?? 0,
      featureSet: options.featureSet ?? "3.20.5",
      extra: options.environment ?? {},
    };
    const common = { processes: options.processes, environment: baseEnvironment(surroundings), workFolder: options.workFolder ?? "/" };
    const initFolder = options.initFolder ?? "/etc/init.d";
    const heartbeatFolder = options.heartbeatFolder ?? "/etc/ha.d/resource.d";
    this.#temporaryFolder = surroundings.temporaryFolder;
    this.#lsb = new LsbAgents({ ...common, initFolder });
    this.#systemd = new SystemdAgents({
      ...common,
      systemctl: options.systemctl ?? "systemctl",
      dropInFolder: options.systemdDropInFolder ?? "/run/systemd/system",
      ownUnit: options.ownUnit ?? "kodou.service",
    });
    this.#adapters = new Map<string, AgentAdapter>([
      ["ocf", new OcfAgents({ ...common, surroundings, ownFolder: join(options.ownAgentsFolder, "ocf") })],
      ["lsb", this.#lsb],
      ["heartbeat", new HeartbeatAgents({ ...common, folders: [heartbeatFolder, join(options.ownAgentsFolder, "heartbeat"), initFolder] })],
      ["systemd", this.#systemd],
    ]);
  }

  run(call: AgentCall): RunningCall {
    const known = this.#problem(call) ?? connectionAnswer(call);
    if (known !== undefined) return { done: Promise.resolve(known), cancel: () => undefined };
    this.#makeTemporaryFolder();
    const adapter = this.#adapter(call.agentClass, call.type);
    if (adapter === undefined) {
      const reason = `Unknown agent class ${call.agentClass}`;
      return { done: Promise.resolve(immediateResult(OCF.notConfigured, OPERATION_STATUS.invalid, reason)), cancel: () => undefined };
    }
    if (call.action === "meta-data") return this.#metadataCall(call, adapter);
    return adapter.run(call);
  }

  async metadata(agentClass: string, provider: string, type: string): Promise<string | undefined> {
    if (!isSafeAgentName(type) || (agentClass === "ocf" && !isSafeAgentName(provider))) return undefined;
    return this.#adapter(agentClass, type)?.metadata(provider, type);
  }

  async list(agentClass?: string, provider?: string): Promise<readonly string[]> {
    if (agentClass === undefined) return [...this.#adapters.keys(), "service"].sort(compareBytes);
    if (agentClass === "service") {
      const names = await Promise.all([this.#lsb.types(), this.#systemd.types()]);
      return [...new Set(names.flat())].sort(compareBytes);
    }
    const adapter = this.#adapters.get(agentClass);
    if (adapter === undefined) return [];
    if (agentClass !== "ocf") return adapter.types("");
    if (provider === undefined) return adapter.providers();
    return isSafeAgentName(provider) ? adapter.types(provider) : [];
  }

  /** `service` is an init script where there is one, else a unit. */
  #adapter(agentClass: string, type: string): AgentAdapter | undefined {
    if (agentClass !== "service") return this.#adapters.get(agentClass);
    return this.#lsb.has(type) ? this.#lsb : this.#systemd;
  }

  #problem(call: AgentCall) {
    const unsafe = [call.type, ...(call.agentClass === "ocf" ? [call.provider] : [])].find((name) => !isSafeAgentName(name));
    if (unsafe === undefined) return undefined;
    return immediateResult(OCF.notConfigured, OPERATION_STATUS.invalid, `${JSON.stringify(unsafe)} is not a valid agent name`);
  }

  #metadataCall(call: AgentCall, adapter: AgentAdapter): RunningCall {
    if (call.agentClass === "ocf") return adapter.run(call);
    const done = adapter
      .metadata(call.provider, call.type)
      .then((xml) =>
        xml === undefined
          ? immediateResult(OCF.notInstalled, OPERATION_STATUS.notInstalled, "no meta-data")
          : { ...immediateResult(OCF.success, OPERATION_STATUS.done, ""), stdout: xml },
      );
    return { done, cancel: () => undefined };
  }

  /** Agents write there without looking; a boot empties /run. */
  #makeTemporaryFolder(): void {
    try {
      mkdirSync(this.#temporaryFolder, { recursive: true, mode: 0o755 });
    } catch {
      // An agent that needs it will say so.
    }
  }
}
