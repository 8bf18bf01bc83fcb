import { parseBoolean } from "../../../cib/document.ts";
import { INFINITY_SCORE, parseScore } from "../../../score/score.ts";
import { timeMs } from "../../cluster/options.ts";
import type { MultipleActive } from "../../cluster/resource.ts";
import type { Role } from "../../cluster/role.ts";
import { ROLE_NAMES } from "./operations.ts";

const MULTIPLE_ACTIVE: readonly MultipleActive[] = ["stop_start", "stop_only", "block", "stop_unexpected"];

/** What meta-attributes say, whatever resource has them. */
export interface MetaSettings {
  readonly isMaintained: boolean;
  readonly isManaged: boolean;
  readonly priority: number;
  readonly stickiness: number;
  readonly migrationThreshold: number;
  /** 0 when failures do not expire. */
  readonly failureTimeoutMs: number;
  readonly isCritical: boolean;
  /** Undefined when nothing is said about live migration, or nothing that is known. */
  readonly allowsMigration: boolean | undefined;
  readonly multipleActive: MultipleActive;
  readonly isOrderedGroup: boolean;
  readonly isColocatedGroup: boolean;
  readonly targetRole: Role | undefined;
}

/** Reads meta-attributes; what is no value for one counts as its default. Source: Pacemaker Explained, "Resource Meta-Attributes". */
export function readMetaSettings(meta: ReadonlyMap<string, string>): MetaSettings {
  const threshold = parseScore(meta.get("migration-threshold") ?? "INFINITY") ?? INFINITY_SCORE;
  const multipleActive = meta.get("multiple-active")?.toLowerCase();
  return {
    isMaintained: parseBoolean(meta.get("maintenance")) === true,
    isManaged: isManagedBy(meta.get("is-managed")),
    priority: parseScore(meta.get("priority") ?? "0") ?? 0,
    stickiness: parseScore(meta.get("resource-stickiness") ?? "0") ?? 0,
    migrationThreshold: threshold < 0 ? INFINITY_SCORE : threshold,
    failureTimeoutMs: timeMs(meta.get("failure-timeout"), 0),
    isCritical: meta.get("critical") === undefined || parseBoolean(meta.get("critical")) === true,
    allowsMigration: parseBoolean(meta.get("allow-migrate")),
    multipleActive: MULTIPLE_ACTIVE.find((policy) => policy === multipleActive) ?? "stop_start",
    isOrderedGroup: parseBoolean(meta.get("ordered")) ?? true,
    isColocatedGroup: parseBoolean(meta.get("collocated")) ?? true,
    targetRole: ROLE_NAMES[(meta.get("target-role") ?? "").toLowerCase()],
  };
}

/** Nothing, or the old word for it, means yes; what is no word for yes means no. */
function isManagedBy(text: string | undefined): boolean {
  return text === undefined || text.toLowerCase() === "default" || parseBoolean(text) === true;
}
