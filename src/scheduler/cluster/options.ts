import { INT_MAX } from "../../base/int-max.ts";
import { leadingInteger } from "../../base/leading-integer.ts";
import { parseBoolean } from "../../cib/document.ts";
import { hasOlderSchema } from "../../cib/schemas.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import { LONGEST_MS, parseDurationMs, parsePlainMs } from "../../time/duration.ts";
import type { XmlElement } from "../../xml/element.ts";

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
  /** As it is written: graphs show it that way. */
  readonly batchLimitText: string;
  readonly clusterDelay: string;
  readonly fencingTimeout: string;
  readonly migrationLimit: number;
  readonly migrationLimitText: string;
  readonly placementStrategy: PlacementStrategy;
  readonly health: HealthOptions;
  readonly isShutdownLocked: boolean;
  /** How long a resource is kept for a node that is shut down; 0 for ever. */
  readonly shutdownLockLimitMs: number;
  /** How long a member may take to join the process group; 0 for ever. */
  readonly nodePendingTimeoutMs: number;
  readonly hasWatchdog: boolean;
  readonly fencesRemoteWithoutQuorum: boolean;
  readonly clusterName: string | undefined;
  /** How much later the node with most at stake is fenced. */
  readonly priorityFencingDelayMs: number;
}

/** What counts when nodes have the same score. */
export type PlacementStrategy = "default" | "utilization" | "balanced" | "minimal";

/** How node health bears on placement. */
export interface HealthOptions {
  readonly strategy: "none" | "migrate-on-red" | "only-green" | "progressive" | "custom";
  readonly base: number;
  readonly red: number;
  readonly yellow: number;
  readonly green: number;
}

/** Value of the first option of these names that is set. */
type Option = (...names: string[]) => string | undefined;

/** What is no fencing action counts as not set. Its old name, which older schemas have, knew another word for off. */
function fencingAction(option: Option, cib: XmlElement): "off" | "reboot" {
  const isOldWord = option("fencing-action") === undefined && option("stonith-action") === "poweroff" && hasOlderSchema(cib);
  return isOldWord || option("fencing-action", "stonith-action") === "off" ? "off" : "reboot";
}

/** Reads the options of a CIB from the values of its property sets, old spellings included. */
export function readOptions(cib: XmlElement, values: ReadonlyMap<string, string>): ClusterOptions {
  const option: Option = (...names) => names.map((name) => values.get(name)).find((value) => value !== undefined);
  const flag = (fallback: boolean, ...names: string[]): boolean => parseBoolean(option(...names)) ?? fallback;
  const batchLimitText = integerOption(option("batch-limit"), "0");
  const migrationLimitText = integerOption(option("migration-limit"), "-1");
  const migrationLimit = leadingInteger(migrationLimitText);
  const hasQuorum = parseBoolean(cib.get("have-quorum")) ?? false;
  const isFencingEnabled = flag(true, "fencing-enabled", "stonith-enabled");
  return {
    hasQuorum,
    noQuorumPolicy: policy(option("no-quorum-policy"), isFencingEnabled, hasQuorum || leadingInteger(cib.get("no-quorum-panic"), 0) !== 0),
    isSymmetric: flag(true, "symmetric-cluster"),
    isFencingEnabled,
    fencingAction: fencingAction(option, cib),
    isStartupFencing: flag(true, "startup-fencing"),
    isStartFailureFatal: flag(true, "start-failure-is-fatal"),
    isMaintenanceMode: flag(false, "maintenance-mode"),
    isStopAll: flag(false, "stop-all-resources"),
    stopsRemovedResources: flag(true, "stop-removed-resources", "stop-orphan-resources"),
    cancelsRemovedActions: flag(true, "cancel-removed-actions", "stop-orphan-actions"),
    probesAtStartup: flag(true, "enable-startup-probes"),
    isConcurrentFencing: flag(true, "concurrent-fencing"),
    batchLimit: leadingInteger(batchLimitText, 0),
    batchLimitText,
    clusterDelay: timeText(option("cluster-delay"), "60s"),
    fencingTimeout: timeText(option("fencing-timeout", "stonith-timeout"), "60s"),
    migrationLimit: Number.isNaN(migrationLimit) ? -1 : migrationLimit,
    migrationLimitText,
    placementStrategy: oneOf(option("placement-strategy"), ["default", "utilization", "balanced", "minimal"]),
    health: readHealth(option),
    isShutdownLocked: flag(false, "shutdown-lock"),
    shutdownLockLimitMs: timeMs(option("shutdown-lock-limit"), 0),
    nodePendingTimeoutMs: timeMs(option("node-pending-timeout"), 0),
    hasWatchdog: flag(false, "have-watchdog"),
    fencesRemoteWithoutQuorum: flag(false, "fence-remote-without-quorum"),
    clusterName: option("cluster-name"),
    priorityFencingDelayMs: timeMs(option("priority-fencing-delay"), 0),
  };
}

/**
 * The value of an option that begins with a number, whatever follows it, or is infinite; the default when it is neither.
 * Source: behaviour of Pacemaker 3.0.3.
 */
function integerOption(text: string | undefined, fallback: string): string {
  return text !== undefined && (!Number.isNaN(leadingInteger(text)) || /^[+-]?INFINITY$/.test(text)) ? text : fallback;
}

function readHealth(option: Option): HealthOptions {
  const score = (name: string, fallback: number): number => parseScore(option(name) ?? "") ?? fallback;
  return {
    strategy: oneOf(option("node-health-strategy"), ["none", "migrate-on-red", "only-green", "progressive", "custom"]),
    base: score("node-health-base", 0),
    red: score("node-health-red", -INFINITY_SCORE),
    yellow: score("node-health-yellow", 0),
    green: score("node-health-green", 0),
  };
}

/** The value when it is one of the known ones, else the first of them. */
function oneOf<T extends string>(text: string | undefined, known: readonly [T, ...T[]]): T {
  return known.find((candidate) => candidate === text?.toLowerCase()) ?? known[0];
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

const [DIGIT_0, DIGIT_9] = [48, 57];
/** So many digits are a number without loss. */
const MAX_DIGITS = 12;

/** Seconds as they are mostly written, `20` or `20s`; undefined for all else. */
function wholeSeconds(text: string): number | undefined {
  const digits = text.endsWith("s") ? text.length - 1 : text.length;
  if (digits === 0 || digits > MAX_DIGITS) return undefined;
  let seconds = 0;
  for (let at = 0; at < digits; at += 1) {
    const code = text.charCodeAt(at);
    if (code < DIGIT_0 || code > DIGIT_9) return undefined;
    seconds = seconds * 10 + code - DIGIT_0;
  }
  return seconds;
}

/** A time of the CIB as it is written; the fallback when it cannot be read. */
function timeText(text: string | undefined, fallback: string): string {
  return text === undefined || Number.isNaN(timeMs(text, Number.NaN)) ? fallback : text;
}

/** A timeout or delay of an operation in ms; the fallback when it cannot be read. */
export function plainTimeMs(text: string | undefined, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const seconds = wholeSeconds(text);
  if (seconds !== undefined) return Math.min(seconds * 1000, INT_MAX);
  return parsePlainMs(text) ?? fallbackMs;
}

/** A time of the CIB in ms; the fallback when it cannot be read. */
export function timeMs(text: string | undefined, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const seconds = wholeSeconds(text);
  if (seconds !== undefined) return Math.min(seconds * 1000, LONGEST_MS);
  return parseDurationMs(text) ?? fallbackMs;
}
