import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import type { FenceAction, FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import type { ProcessRunner, RunningProcess } from "../../ports/process-runner.ts";
import { unusableVariable } from "../agents/agent-environment.ts";
import { executablesIn } from "../agents/agent-names.ts";
import { plainFenceResult, processFenceResult } from "./fence-result.ts";
import type { FenceAdapter, RunningFencing } from "./plugin.ts";

/** Where cluster-glue's plugins are, and what they are told. */
export interface ExternalPluginOptions {
  readonly processes: ProcessRunner;
  readonly environment: Readonly<Record<string, string>>;
  /** Searched in order, for example /usr/lib/stonith/plugins/external. */
  readonly folders: readonly string[];
}

const PREFIX = "external/";

const ACTIONS: Readonly<Record<Exclude<FenceAction, "metadata">, string>> = {
  reboot: "reset",
  off: "off",
  on: "on",
  status: "status",
  monitor: "status",
  list: "gethosts",
};

/**
 * cluster-glue's external STONITH plugins: `NAME ACTION [HOST]`, parameters as plain environment variables.
 * Source: README.external of cluster-glue 1.0.12.
 */
export class ExternalPlugins implements FenceAdapter {
  readonly #options: ExternalPluginOptions;

  constructor(options: ExternalPluginOptions) {
    this.#options = options;
  }

  names(): readonly string[] {
    return executablesIn(...this.#options.folders).map((name) => PREFIX + name);
  }

  run(call: FenceCall): RunningFencing {
    const name = basename(call.agent);
    const file = this.#options.folders.map((folder) => join(folder, name)).find((path) => mayRun(path) === undefined);
    if (file === undefined) {
      const reasons = this.#options.folders.map((folder) => mayRun(join(folder, name)) ?? "").join("; ");
      return { done: Promise.resolve(plainFenceResult("no-such-agent", reasons)), cancel: () => undefined };
    }
    if (call.action === "metadata") return { done: this.#metadata(name, file), cancel: () => undefined };
    const host = call.plug ?? call.target;
    const needsHost = call.action === "reboot" || call.action === "off" || call.action === "on";
    if (needsHost && host === undefined) {
      return { done: Promise.resolve(plainFenceResult("failed", `${call.action} without a target`)), cancel: () => undefined };
    }
    const args = needsHost && host !== undefined ? [ACTIONS[call.action], host] : [ACTIONS[call.action]];
    const running = this.#start(name, file, args, call.parameters, call.timeoutMs);
    if (running === undefined) {
      return {
        done: Promise.resolve(plainFenceResult("failed", "a parameter cannot be passed in an environment")),
        cancel: () => undefined,
      };
    }
    return { done: running.done.then((process) => judge(call, processFenceResult(process))), cancel: () => running.cancel() };
  }

  #start(
    name: string,
    file: string,
    args: readonly string[],
    parameters: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): RunningProcess | undefined {
    const environment = { ...parameters, ...this.#options.environment, HA_LOGTAG: `stonith: ${name}` };
    if (unusableVariable(environment) !== undefined) return undefined;
    return this.#options.processes.run({ file, args, environment, timeoutMs });
  }

  /** The plugin gives only the parameters; the document around them is ours. */
  async #metadata(name: string, file: string): Promise<FenceResult> {
    const ask = async (what: string): Promise<string> => {
      const process = await this.#start(name, file, [what], {}, LIMITS.agentMetadataMs)?.done;
      return process?.ending.kind === "exited" && process.ending.exitCode === 0 ? process.stdout.trim() : "";
    };
    const parameters = await ask("getinfo-xml");
    const summary = await ask("getinfo-devid");
    const description = await ask("getinfo-devdescr");
    return plainFenceResult(
      "succeeded",
      `<?xml version="1.0"?>
<resource-agent name="${PREFIX}${name}" version="1.0">
<version>1.0</version>
<longdesc lang="en">${text(description)}</longdesc>
<shortdesc lang="en">${text(summary)}</shortdesc>
${parameters === "" ? "<parameters/>" : parameters}
<actions>
<action name="on"/><action name="off"/><action name="reboot"/><action name="status"/><action name="monitor"/><action name="list"/><action name="metadata"/>
</actions>
</resource-agent>
`,
    );
  }
}

/** Why the file must not be run as root, or undefined when it may. */
function mayRun(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || (found.mode & 0o111) === 0) return `${path}: not an executable file`;
    return (found.mode & 0o022) === 0 ? undefined : `${path}: others may write to it`;
  } catch {
    return `${path}: missing`;
  }
}

function judge(call: FenceCall, result: FenceResult): FenceResult {
  if (call.action !== "list" || result.verdict !== "succeeded") return result;
  const plugs = [...new Set(result.output.split(/\s+/).filter((word) => word !== ""))];
  return plugs.length === 0 ? { ...result, verdict: "failed" } : { ...result, plugs };
}

const text = (value: string): string => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
