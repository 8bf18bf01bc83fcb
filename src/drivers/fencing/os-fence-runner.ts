import { join } from "node:path";
import { compareBytes } from "../../base/names.ts";
import type { FenceCall, FenceRunner } from "../../ports/fence-runner.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import { isSafeAgentName } from "../agents/agent-names.ts";
import { ExternalPlugins } from "./external-plugins.ts";
import { FenceAgents } from "./fence-agents.ts";
import { plainFenceResult } from "./fence-result.ts";
import { labPlugin } from "./lab-plugin.ts";
import { MeatwarePlugin } from "./meatware-plugin.ts";
import type { FenceAdapter, FencePlugin, RunningFencing } from "./plugin.ts";

/** Where this node's fencing devices are; folders have Debian's places as their defaults. */
export interface FenceRunnerOptions {
  readonly processes: ProcessRunner;
  /** The installation's `resource-agents` folder; plugins of ours are in its `stonith/external`. */
  readonly ownAgentsFolder: string;
  /** This node's folder of persistent state. */
  readonly stateFolder: string;
  readonly fenceAgentFolders?: readonly string[];
  readonly externalFolder?: string;
  /** Plugins besides `lab` and `meatware`. */
  readonly plugins?: readonly FencePlugin[];
}

/** Runs the fencing devices of this machine: fence agents, cluster-glue's external plugins, and plugins of ours. */
export class OsFenceRunner implements FenceRunner {
  readonly #fenceAgents: FenceAdapter;
  readonly #external: FenceAdapter;
  readonly #plugins: ReadonlyMap<string, FencePlugin>;

  constructor(options: FenceRunnerOptions) {
    const environment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", HOME: "/root" };
    const { processes } = options;
    this.#fenceAgents = new FenceAgents({ processes, environment, folders: options.fenceAgentFolders ?? ["/usr/sbin"] });
    this.#external = new ExternalPlugins({
      processes,
      environment,
      folders: [options.externalFolder ?? "/usr/lib/stonith/plugins/external", join(options.ownAgentsFolder, "stonith", "external")],
    });
    const plugins = [labPlugin, new MeatwarePlugin(options.stateFolder), ...(options.plugins ?? [])];
    this.#plugins = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  }

  run(call: FenceCall): RunningFencing {
    const plugin = this.#plugins.get(call.agent);
    if (plugin !== undefined) return plugin.run(call);
    const isExternal = call.agent.startsWith("external/");
    const name = isExternal ? call.agent.slice("external/".length) : call.agent;
    if (isSafeAgentName(name)) {
      if (isExternal) return this.#external.run(call);
      if (name.startsWith("fence_")) return this.#fenceAgents.run(call);
    }
    return {
      done: Promise.resolve(plainFenceResult("no-such-agent", `no fencing agent ${JSON.stringify(call.agent)}`)),
      cancel: () => undefined,
    };
  }

  async list(): Promise<readonly string[]> {
    return [...this.#plugins.keys(), ...this.#external.names(), ...this.#fenceAgents.names()].sort(compareBytes);
  }
}
