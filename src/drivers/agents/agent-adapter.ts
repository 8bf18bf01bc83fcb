import type { AgentCall, AgentResult } from "../../ports/agent-runner.ts";

/** A call under way. */
export interface RunningCall {
  readonly done: Promise<AgentResult>;
  /** Kills what runs; `done` then resolves with the status "cancelled". */
  cancel(): void;
}

/** One agent class: how its agents are found, called, and judged. Names it gets were validated before. */
export interface AgentAdapter {
  run(call: AgentCall): RunningCall;
  /** Meta-data XML, or undefined when there is no such agent or it gives none. */
  metadata(provider: string, type: string): Promise<string | undefined>;
  /** Providers, sorted; empty for classes without. */
  providers(): Promise<readonly string[]>;
  /** Agents of a provider (of the class, where it has no providers), sorted. */
  types(provider: string): Promise<readonly string[]>;
}
