import { clusterOption, parseBoolean } from "../cib/document.ts";
import { parseDurationMs } from "../time/duration.ts";
import type { XmlElement } from "../xml/element.ts";

/** What to do without quorum. */
export type NoQuorumPolicy = "stop" | "freeze" | "ignore" | "demote" | "fence";

/** Cluster options that change what is decided. Times in ms. Source: Pacemaker Explained, "Cluster options". */
export interface ClusterOptions {
  readonly hasQuorum: boolean;
  readonly noQuorumPolicy: NoQuorumPolicy;
  readonly isSymmetric: boolean;
  readonly isFencingEnabled: boolean;
  readonly fencingAction: string;
  readonly isStartupFencing: boolean;
  readonly isStartFailureFatal: boolean;
  readonly isMaintenanceMode: boolean;
  readonly isStopAll: boolean;
  readonly stopsRemovedResources: boolean;
  readonly cancelsRemovedActions: boolean;
  readonly probesAtStartup: boolean;
  readonly isConcurrentFencing: boolean;
  readonly batchLimit: number;
  readonly clusterDelay: string;
  readonly fencingTimeout: string;
  readonly migrationLimit: number;
}

/** Reads the options of a CIB, old spellings included. */
export function readOptions(cib: XmlElement): ClusterOptions {
  const flag = (fallback: boolean, ...names: string[]): boolean => parseBoolean(clusterOption(cib, ...names)) ?? fallback;
  const hasQuorum = parseBoolean(cib.get("have-quorum")) ?? false;
  const isFencingEnabled = flag(true, "fencing-enabled", "stonith-enabled");
  return {
    hasQuorum,
    noQuorumPolicy: policy(clusterOption(cib, "no-quorum-policy"), isFencingEnabled, hasQuorum || cib.get("no-quorum-panic") === "1"),
    isSymmetric: flag(true, "symmetric-cluster"),
    isFencingEnabled,
    fencingAction: clusterOption(cib, "fencing-action", "stonith-action") ?? "reboot",
    isStartupFencing: flag(true, "startup-fencing"),
    isStartFailureFatal: flag(true, "start-failure-is-fatal"),
    isMaintenanceMode: flag(false, "maintenance-mode"),
    isStopAll: flag(false, "stop-all-resources"),
    stopsRemovedResources: flag(true, "stop-removed-resources", "stop-orphan-resources"),
    cancelsRemovedActions: flag(true, "cancel-removed-actions", "stop-orphan-actions"),
    probesAtStartup: flag(true, "enable-startup-probes"),
    isConcurrentFencing: flag(true, "concurrent-fencing"),
    batchLimit: Number(clusterOption(cib, "batch-limit") ?? 0) || 0,
    clusterDelay: clusterOption(cib, "cluster-delay") ?? "60s",
    fencingTimeout: clusterOption(cib, "fencing-timeout", "stonith-timeout") ?? "60s",
    migrationLimit: Number(clusterOption(cib, "migration-limit") ?? -1),
  };
}

function policy(text: string | undefined, isFencingEnabled: boolean, hadQuorum: boolean): NoQuorumPolicy {
  switch (text?.toLowerCase()) {
    case "ignore":
    case "freeze":
    case "demote":
      return text.toLowerCase() as NoQuorumPolicy;
    case "fence":
    case "suicide":
      return isFencingEnabled && hadQuorum ? "fence" : "stop";
    default:
      return "stop";
  }
}

/** A time of the CIB in ms; the fallback when it cannot be read. */
export function timeMs(text: string | undefined, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const iso = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i.exec(text);
  if (iso) return (Number(iso[1] ?? 0) * 86_400 + Number(iso[2] ?? 0) * 3600 + Number(iso[3] ?? 0) * 60 + Number(iso[4] ?? 0)) * 1000;
  return parseDurationMs(text) ?? fallbackMs;
}
