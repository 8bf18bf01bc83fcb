/** One call of a resource agent on this node. */
export interface AgentCall {
  readonly agentClass: "ocf" | "lsb" | "heartbeat" | "systemd" | "service";
  /** Empty for classes without providers. */
  readonly provider: string;
  readonly type: string;
  /** Executor's name of the resource: anonymous clone instances without number. */
  readonly resourceId: string;
  /** start, stop, monitor, promote, demote, notify, migrate_to, migrate_from, reload, reload-agent, validate-all, meta-data. */
  readonly action: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Instance parameters by name, without any prefix; nothing with `CRM_meta_` in front. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Operation and meta data by name without prefix, dashes already underscores: timeout, interval, on_node, ... */
  readonly meta: Readonly<Record<string, string>>;
}

/** What one call came to, in the words of the resource history. */
export interface AgentResult {
  /** OCF exit code, whatever the class (see model/exit-code.ts). */
  readonly exitCode: number;
  /** A value of OPERATION_STATUS: done, cancelled, timedOut, error, notInstalled, ... */
  readonly operationStatus: number;
  readonly exitReason: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** Runs resource agents of every class. */
export interface AgentRunner {
  run(call: AgentCall): { readonly done: Promise<AgentResult>; cancel(): void };
  /** The agent's own meta-data XML, unchanged; undefined when there is no such agent or it gives none. */
  metadata(agentClass: string, provider: string, type: string): Promise<string | undefined>;
  /** Class names, providers of a class, agents of a class and provider, each sorted. */
  list(agentClass?: string, provider?: string): Promise<readonly string[]>;
}
