import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { compareBytes } from "../../base/names.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall, AgentResult } from "../../ports/agent-runner.ts";
import type { ProcessResult, ProcessRunner, RunningProcess } from "../../ports/process-runner.ts";
import { readableMs } from "../../time/duration.ts";
import type { AgentAdapter, RunningCall } from "./agent-adapter.ts";
import { isSafeAgentName } from "./agent-names.ts";
import { agentResult, immediateResult } from "./agent-result.ts";
import { scriptMetadata } from "./lsb-metadata.ts";

/** How systemd is reached. */
export interface SystemdOptions {
  readonly processes: ProcessRunner;
  readonly environment: Readonly<Record<string, string>>;
  /** The program `systemctl`. */
  readonly systemctl: string;
  /** Where run-time drop-ins go: /run/systemd/system. */
  readonly dropInFolder: string;
  /** Unit of the cluster daemon: its services end before it does. */
  readonly ownUnit: string;
}

type Properties = ReadonlyMap<string, string>;

/** systemd units, through `systemctl`, which waits for the jobs it queues. */
export class SystemdAgents implements AgentAdapter {
  readonly #options: SystemdOptions;

  constructor(options: SystemdOptions) {
    this.#options = options;
  }

  run(call: AgentCall): RunningCall {
    const session = new Session(this.#options, call);
    return { done: session.run(), cancel: () => session.cancel() };
  }

  async metadata(_provider: string, type: string): Promise<string | undefined> {
    const process = await this.#systemctl(["show", "--property=LoadState,Description", unitName(type)]);
    const properties = propertiesIn(process);
    if (properties?.get("LoadState") !== "loaded") return undefined;
    const description = properties.get("Description") ?? type;
    return scriptMetadata({ type, description, summary: `systemd unit file for ${type}`, parameters: "", special: "" });
  }

  async providers(): Promise<readonly string[]> {
    return [];
  }

  async types(): Promise<readonly string[]> {
    const process = await this.#systemctl(["list-unit-files", "--type=service", "--no-legend", "--no-pager", "--full"]);
    if (process.ending.kind !== "exited" || process.ending.exitCode !== 0) return [];
    const units = process.stdout.split("\n").map((line) => line.trim().split(/\s+/, 1)[0] ?? "");
    const names = units.filter((unit) => unit.endsWith(".service")).map((unit) => unit.slice(0, -".service".length));
    return [...new Set(names)].filter(isSafeAgentName).sort(compareBytes);
  }

  #systemctl(args: readonly string[]): Promise<ProcessResult> {
    const { processes, systemctl, environment } = this.#options;
    return processes.run({ file: systemctl, args, environment, timeoutMs: LIMITS.agentMetadataMs }).done;
  }
}

/** One call: several runs of systemctl within one time limit. */
class Session {
  readonly #options: SystemdOptions;
  readonly #call: AgentCall;
  readonly #unit: string;
  readonly #startedMs = performance.now();
  #running: RunningProcess | undefined;
  #isCancelled = false;
  #wake: () => void = () => undefined;

  constructor(options: SystemdOptions, call: AgentCall) {
    this.#options = options;
    this.#call = call;
    this.#unit = unitName(call.type);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#running?.cancel();
    this.#wake();
  }

  async run(): Promise<AgentResult> {
    const result = await this.#dispatch();
    return { ...result, elapsedMs: performance.now() - this.#startedMs };
  }

  #dispatch(): Promise<AgentResult> {
    switch (this.#call.action) {
      case "start":
        return this.#start();
      case "stop":
        return this.#stop();
      case "monitor":
      case "status":
        return this.#monitor();
      case "reload":
      case "restart":
        return this.#job(this.#call.action);
      default:
        return Promise.resolve(
          immediateResult(OCF.unimplemented, OPERATION_STATUS.notSupported, `systemd units have no action ${this.#call.action}`),
        );
    }
  }

  async #start(): Promise<AgentResult> {
    const found = await this.#show();
    if (!("properties" in found)) return found.result;
    if (found.properties.get("LoadState") === "not-found") return this.#missing();
    const folder = join(this.#options.dropInFolder, `${this.#unit}.d`);
    const text = `[Unit]\nDescription=Cluster Controlled ${this.#call.type}\nBefore=${this.#options.ownUnit}\n\n[Service]\nRestart=no\n`;
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "50-kodou.conf"), text);
    } catch (error) {
      return immediateResult(OCF.insufficientPrivileges, OPERATION_STATUS.error, String(error));
    }
    const reload = await this.#job("daemon-reload");
    return reload.operationStatus === OPERATION_STATUS.done && reload.exitCode === OCF.success ? this.#job("start") : reload;
  }

  async #stop(): Promise<AgentResult> {
    const found = await this.#show();
    if (!("properties" in found)) return found.result;
    if (found.properties.get("LoadState") === "not-found") return immediateResult(OCF.success, OPERATION_STATUS.done, "");
    const result = await this.#job("stop");
    if (result.exitCode !== OCF.success) return result;
    rmSync(join(this.#options.dropInFolder, `${this.#unit}.d`, "50-kodou.conf"), { force: true });
    // The unit is down whatever becomes of the reload.
    await this.#job("daemon-reload");
    return result;
  }

  /** A unit between two states is asked again until the time is up. */
  async #monitor(): Promise<AgentResult> {
    while (true) {
      const found = await this.#show();
      if (!("properties" in found)) return found.result;
      const state = found.properties.get("ActiveState") ?? "unknown";
      if (found.properties.get("LoadState") === "not-found") return this.#missing();
      if (state === "active" || state === "reloading" || state === "refreshing") return found.result;
      if (state !== "activating" && state !== "deactivating") return { ...found.result, exitCode: OCF.notRunning, exitReason: state };
      const pauseMs = Math.min(this.#call.timeoutMs / 10, 2000);
      if (this.#remainingMs() <= pauseMs) {
        const reason = `Unit still ${state} after ${readableMs(this.#call.timeoutMs)}`;
        return { ...found.result, exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.timedOut, exitReason: reason };
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async #show(): Promise<{ properties: Properties; result: AgentResult } | { result: AgentResult }> {
    const process = await this.#systemctl(["show", "--property=LoadState,ActiveState,SubState", this.#unit]);
    const result = this.#judge(process);
    const properties = propertiesIn(process);
    return properties === undefined ? { result: asFailure(result) } : { properties, result };
  }

  async #job(verb: string): Promise<AgentResult> {
    const args = verb === "daemon-reload" ? [verb] : [verb, this.#unit];
    return this.#judge(await this.#systemctl(["--no-ask-password", ...args]));
  }

  #judge(process: ProcessResult): AgentResult {
    const result = agentResult(this.#call, process, (code) => ({
      exitCode: code === 0 ? OCF.success : OCF.genericError,
      exitReason: code === 0 ? "" : (process.stderr.trim().split("\n")[0] ?? ""),
    }));
    return process.ending.kind === "exited" && process.ending.exitCode !== 0
      ? { ...result, operationStatus: OPERATION_STATUS.error }
      : result;
  }

  async #systemctl(args: readonly string[]): Promise<ProcessResult> {
    const { processes, systemctl, environment } = this.#options;
    if (this.#isCancelled) return { ending: { kind: "cancelled" }, stdout: "", stderr: "", isOutputCut: false, elapsedMs: 0 };
    this.#running = processes.run({ file: systemctl, args, environment, timeoutMs: Math.max(1, this.#remainingMs()) });
    return this.#running.done;
  }

  #remainingMs(): number {
    return this.#call.timeoutMs - (performance.now() - this.#startedMs);
  }

  #missing(): AgentResult {
    return immediateResult(OCF.notInstalled, OPERATION_STATUS.notInstalled, `Unit ${this.#unit} not found`);
  }
}

/** An answer without properties is no statement about the unit. */
function asFailure(result: AgentResult): AgentResult {
  if (result.exitCode !== OCF.success) return result;
  return { ...result, exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.error, exitReason: "systemctl gave no unit state" };
}

function propertiesIn(process: ProcessResult): Properties | undefined {
  if (process.ending.kind !== "exited" || process.ending.exitCode !== 0) return undefined;
  const pairs = process.stdout.split("\n").flatMap((line) => {
    const cut = line.indexOf("=");
    return cut > 0 ? [[line.slice(0, cut), line.slice(cut + 1)] as const] : [];
  });
  const properties = new Map(pairs);
  return properties.has("LoadState") ? properties : undefined;
}

/** The unit of an agent name: `.service` unless another kind is named. */
function unitName(type: string): string {
  return /\.(service|socket|mount|timer|path|target|slice|scope|device|automount|swap)$/.test(type) ? type : `${type}.service`;
}
