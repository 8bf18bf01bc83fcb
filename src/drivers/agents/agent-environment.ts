import type { AgentCall } from "../../ports/agent-runner.ts";

/** What all agents of a node are told about their surroundings. */
export interface AgentSurroundings {
  /** Folder of lib/ and resource.d/. */
  readonly ocfRoot: string;
  /** Where agents keep what is to vanish at the next boot. */
  readonly temporaryFolder: string;
  /** Syslog facility for agents' own messages; "none": they write to stderr, which the runner captures. */
  readonly logFacility: string;
  /** File for agents' own messages; empty: none. */
  readonly logFile: string;
  readonly debugLevel: number;
  readonly featureSet: string;
  /** Further variables, for example the root of a relocated installation. */
  readonly extra: Readonly<Record<string, string>>;
}

const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Prefix of the stderr lines that explain a failure. */
export const EXIT_REASON_PREFIX = "ocf-exit-reason:";

/** The environment every class gets. Source: heartbeat-agents 1.3 (HA_* variables), Pacemaker's executor (LC_ALL, PATH). */
export function baseEnvironment(surroundings: AgentSurroundings): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: SEARCH_PATH,
    LC_ALL: "C",
    HOME: "/root",
    HA_RSCTMP: surroundings.temporaryFolder,
    HA_LOGFACILITY: surroundings.logFacility,
    HA_logfacility: surroundings.logFacility,
    HA_debug: String(surroundings.debugLevel),
    HA_cluster_type: "heartbeat",
  };
  if (surroundings.logFile !== "") {
    environment["HA_LOGFILE"] = surroundings.logFile;
    environment["HA_logfile"] = surroundings.logFile;
  }
  return { ...environment, ...surroundings.extra };
}

/** The environment of one OCF call: parameters, operation and meta data. Source: OCF Resource Agent API 1.1. */
export function ocfEnvironment(call: AgentCall, surroundings: AgentSurroundings): Record<string, string> {
  const environment: Record<string, string> = {
    ...baseEnvironment(surroundings),
    OCF_ROOT: surroundings.ocfRoot,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_EXIT_REASON_PREFIX: EXIT_REASON_PREFIX,
    OCF_OUTPUT_FORMAT: "text",
    OCF_RESOURCE_INSTANCE: call.resourceId,
    OCF_RESOURCE_TYPE: call.type,
    OCF_RESOURCE_PROVIDER: call.provider,
    OCF_RESKEY_crm_feature_set: surroundings.featureSet,
    OCF_RESKEY_CRM_meta_timeout: String(call.timeoutMs),
  };
  if (call.intervalMs > 0) {
    environment["OCF_RESKEY_CRM_meta_interval"] = String(call.intervalMs);
    environment["OCF_RESKEY_CRM_meta_name"] = call.action;
  }
  for (const [name, value] of Object.entries(call.meta)) {
    if (name === "OCF_CHECK_LEVEL") environment[name] = value;
    else if (name === "crm_feature_set") environment["OCF_RESKEY_crm_feature_set"] = value;
    else environment[`OCF_RESKEY_CRM_meta_${name.replaceAll("-", "_")}`] = value;
  }
  for (const [name, value] of Object.entries(call.parameters)) {
    if (name === "OCF_CHECK_LEVEL") environment[name] = value;
    else environment[`OCF_RESKEY_${name}`] = value;
  }
  return environment;
}

/** The first name or value that cannot stand in an environment, or undefined. */
export function unusableVariable(environment: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(environment).find((name) => name.includes("=") || name.includes("\0") || environment[name]?.includes("\0") === true);
}
