import { leadingInteger } from "../../../base/leading-integer.ts";
import { addScores, parseScore } from "../../../score/score.ts";
import { roundedSeconds } from "../../../time/duration.ts";
import type { XmlElement } from "../../../xml/element.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import { timeMs } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";
import { recordedIntervalMs } from "./operation-record.ts";

/** Failures of a resource on a node. */
export interface FailCount {
  readonly count: number;
  readonly lastFailureEpochSeconds: number | undefined;
  readonly isExpired: boolean;
}

/** True when anything failed on a node that was not forgotten since. */
export function hasFailCounts(node: SchedulerNode): boolean {
  for (const name of node.attributes.keys()) if (isFailureAttribute(name)) return true;
  return false;
}

const isFailureAttribute = (name: string): boolean => name.startsWith("fail-count-") || name.startsWith("last-failure-");

/** Sum of the fail counts of a resource's operations on a node, and whether the failure timeout has passed. */
export function failCount(resource: Resource, node: SchedulerNode, nowEpochSeconds: number): FailCount {
  let count = 0;
  let last: number | undefined;
  let wanted: string | undefined;
  for (const [name, value] of node.attributes) {
    if (!isFailureAttribute(name)) continue;
    wanted ??= resource.isUnique ? resource.historyName : resource.historyName.replace(/:\d+$/, "");
    const match = /^(fail-count|last-failure)-(.+?)#.+_\d+$/.exec(name);
    const owner = match?.[2];
    if (owner === undefined || (!isMeant(wanted, owner) && (resource.isUnique || !isMeant(wanted, owner.replace(/:\d+$/, ""))))) continue;
    if (match?.[1] === "fail-count") count = addScores(count, parseScore(value) ?? 0);
    else last = Math.max(last ?? 0, leadingInteger(value, 0));
  }
  const timeoutSeconds = roundedSeconds(resource.failureTimeoutMs);
  const isExpired = count > 0 && timeoutSeconds > 0 && last !== undefined && last > 0 && nowEpochSeconds > last + timeoutSeconds;
  return { count, lastFailureEpochSeconds: last, isExpired };
}

/** True when failures are those of a resource. Its name is a pattern to Pacemaker: a point in it is any character. */
function isMeant(wanted: string, owner: string): boolean {
  if (owner === wanted || owner.length !== wanted.length || !wanted.includes(".")) return owner === wanted;
  for (let at = 0; at < wanted.length; at += 1) if (wanted[at] !== "." && wanted[at] !== owner[at]) return false;
  return true;
}

/** What failures are judged with. */
interface FailureScene {
  readonly cib: XmlElement;
  readonly nowEpochSeconds: number;
}

/** Failures that count, and the resources whose failures would have expired if they did not block. */
interface CountedFailures {
  readonly count: number;
  readonly blocking: readonly Resource[];
}

/** A resource, and what lives in it, however deep: whose failures count for it. */
export function countedFor(resource: Resource): ReadonlySet<Resource> {
  // What lives in each other in a circle is counted once.
  const counted = new Set([resource]);
  for (const one of counted) if (one.ownBundle === undefined) for (const launched of one.launched) counted.add(launched);
  return counted;
}

/** Failures that count: none when they have expired; those of what lives in the resource, however deep, count for it too. */
export function countedFailures(resource: Resource, node: SchedulerNode, { cib, nowEpochSeconds }: FailureScene): CountedFailures {
  const blocking: Resource[] = [];
  let sum = 0;
  for (const one of countedFor(resource)) {
    const { isExpired, count } = failCount(one, node, nowEpochSeconds);
    const isBlocking = isExpired && hasBlockedThere(one, node, cib);
    if (isBlocking) blocking.push(one);
    if (!isExpired || isBlocking) sum = addScores(sum, count);
  }
  return { count: sum, blocking };
}

/** True when a resource failed so often on a node that it may not run there. The failures are counted only where there is a limit. */
export function reachesThreshold({ migrationThreshold, isFailureIgnored }: Resource, countFailures: () => number): boolean {
  if (migrationThreshold === 0 || isFailureIgnored) return false;
  const count = countFailures();
  return count > 0 && count >= migrationThreshold;
}

/** How many failures count, for a plan that is made: from then on failures that block do not expire anywhere. */
export function effectiveFailCount(resource: Resource, node: SchedulerNode, scene: FailureScene): number {
  const { count, blocking } = countedFailures(resource, node, scene);
  for (const one of blocking) one.failureTimeoutMs = 0;
  return count;
}

/** True when failures of a resource on a node are to expire, and do not, since one of them is answered with block. */
export function isLasting(resource: Resource, node: SchedulerNode, { cib, nowEpochSeconds }: FailureScene): boolean {
  if (resource.failureTimeoutMs === 0 || resource.migrationThreshold === 0 || resource.isFailureIgnored) return false;
  return failCount(resource, node, nowEpochSeconds).count > 0 && hasBlockedThere(resource, node, cib);
}

/** True when a failure that its history on the node tells of is answered with block. */
function hasBlockedThere(resource: Resource, node: SchedulerNode, cib: XmlElement): boolean {
  if (blockingOperations(resource).length === 0) return false;
  const state = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name);
  const holder = state?.descend("lrm", "lrm_resources")?.child("lrm_resource", plainId(resource));
  return isBlockedByFailure(resource, holder?.childrenNamed("lrm_rsc_op") ?? []);
}

const plainId = (resource: Resource): string => resource.id.replace(/:\d+$/, "");

/** Only operations that are written with the resource itself, or its template, are looked for. */
function blockingOperations(resource: Resource): readonly XmlElement[] {
  const operations = resource.xml.child("operations");
  if (operations === undefined || operations.get("id-ref") !== undefined) return [];
  return operations.childrenNamed("op").filter((op) => op.get("on-fail") === "block");
}

/**
 * True when a failed operation of the resource is answered with block: then its failures do not expire. `entries` are
 * the failures in question. Only what the operation itself says counts here, neither sets nor defaults. Source: Pacemaker,
 * fail counts; its authors would have it otherwise, too.
 */
export function isBlockedByFailure(resource: Resource, entries: readonly XmlElement[]): boolean {
  const name = plainId(resource);
  return blockingOperations(resource).some((op) => {
    const task = op.get("name") ?? "";
    const intervalMs = timeMs(op.get("interval"), 0);
    return entries.some((xml) => {
      if (recordedIntervalMs(xml) !== intervalMs || xml.get("operation")?.toLowerCase() !== task.toLowerCase()) return false;
      if (xml.id === `${name}_last_failure_0`) return true;
      const expected = Number(xml.get("transition-key")?.split(":")[2] ?? -1);
      return xml.id === `${name}_${task}_${intervalMs}` && Number(xml.get("rc-code")) !== expected;
    });
  });
}
