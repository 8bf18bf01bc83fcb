import { leadingInteger } from "../../base/leading-integer.ts";
import { SECRET_BY_DEFAULT } from "../../model/secret.ts";
import { AttributePicker } from "../../xml/attribute-picker.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { HistoryEntry } from "../unpack/history/operation-record.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { OperationReader } from "./operation-meta.ts";

/** How an operation in the history compares to what is configured now. */
export type DigestResult = "same" | "unknown" | "different" | "restart";

/** A comparison; `isMasked` when only secret parameters differ, as they do in documents saved for others to read. */
export interface DigestComparison {
  readonly result: DigestResult;
  readonly isMasked: boolean;
}

/** Digests of an operation as configured now. */
export interface OperationDigests {
  readonly all: string;
  /** Without what is secret. */
  readonly secure: string;
}

/** What digests are computed from. */
export interface DigestScene {
  readonly operations: OperationReader;
  readonly cluster: Pick<Unpacked, "cib" | "history" | "top">;
}

/** Parameters the cluster itself uses of a fence device; agents do not know them. */
export const isFenceParameter = (name: string): boolean => name.startsWith("pcmk_") || name === "provides" || name === "stonith-timeout";

const DIGESTS = new AttributePicker("op-digest", "op-restart-digest", "op-secure-digest");

const SAME: DigestComparison = { result: "same", isMasked: false };

/** True for what says by which digest it has to be begun anew: a failure that expired says that none will do. */
function asksForRestart(plan: DigestScene, record: XmlElement): boolean {
  return record.pick(DIGESTS, 1) !== undefined || plan.cluster.history.rescheduled.has(record);
}

/**
 * Compares an operation's recorded digests with those of the present definition. Where records of the same operation were
 * compared `before`, it is the first of them by which parameters a restart is told, and for what is done once a restart
 * that one asked for stays one. Source: Pacemaker, operation digests.
 */
export function compareDigest(
  plan: DigestScene,
  resource: Resource,
  node: SchedulerNode,
  entry: HistoryEntry,
  before: readonly XmlElement[] = [],
): DigestComparison {
  const { xml: record, task = "", intervalMs } = entry;
  const { parameters, timeoutMs, hasOwnParameters } = digestedParameters(plan, resource, node, task, intervalMs);
  const first = before[0] ?? record;
  const mayRestart = first === record || asksForRestart(plan, first);
  let result: DigestResult = intervalMs === 0 && hasOwnParameters ? "restart" : "same";
  const compare = (one: XmlElement): DigestResult => {
    const restartDigest = mayRestart ? one.pick(DIGESTS, 1) : undefined;
    // What failed so long ago that it does not count any more is begun anew.
    if (mayRestart && plan.cluster.history.rescheduled.has(one)) return "restart";
    if (restartDigest !== undefined && restartDigest !== restartDigestOf(plan, parameters, first, timeoutMs)) return "restart";
    const recorded = one.pick(DIGESTS, 0);
    if (recorded === undefined) return "unknown";
    if (recorded === plan.operations.digest(parameters, timeoutMs)) return "same";
    return intervalMs === 0 && result === "restart" ? "restart" : "different";
  };
  for (const one of before) result = compare(one);
  result = compare(record);
  if (result === "same") return SAME;
  const secure = record.pick(DIGESTS, 2);
  const isMasked = secure !== undefined && secure === secureDigestOf(plan, resource, node, parameters, first);
  return { result, isMasked };
}

/** Digests of a fence device's parameters for a node, as unfencing compares them. */
export function unfencingDigests(plan: DigestScene, device: Resource, node: SchedulerNode): OperationDigests {
  const { parameters } = digestedParameters(plan, device, node, "stonith-on", 0);
  const version = plan.cluster.cib.get("crm_feature_set");
  const open = [...parameters].filter(([name]) => !SECRET_BY_DEFAULT.includes(name) && !(isOld(version) && isFenceParameter(name)));
  return { all: plan.operations.digest(parameters, undefined), secure: plan.operations.digest(new Map(open), undefined) };
}

function digestedParameters(
  plan: DigestScene,
  resource: Resource,
  node: SchedulerNode,
  name: string,
  intervalMs: number,
): { readonly parameters: ReadonlyMap<string, string>; readonly timeoutMs: number | undefined; readonly hasOwnParameters: boolean } {
  const written = plan.operations.written(resource, name, intervalMs, true);
  const common = plan.operations.parameters(resource, node);
  const host = connectionHost(plan, resource, common);
  const own = plan.operations.operationParameters(resource, written, node);
  const timeoutMs = intervalMs > 0 ? plan.operations.timeoutMs(resource, node, name, intervalMs, written) : undefined;
  if (host === undefined && own.size === 0) return { parameters: common, timeoutMs, hasOwnParameters: false };
  const parameters = new Map(common);
  if (host !== undefined) parameters.set("addr", host);
  for (const [key, value] of own) if (!parameters.has(key)) parameters.set(key, value);
  return { parameters, timeoutMs, hasOwnParameters: own.size > 0 };
}

/** True for a connection whose address is the name of the host, which is known when its container has its place. */
export function hasLateAddress(plan: DigestScene, resource: Resource): boolean {
  return resource.isRemoteConnection && plan.operations.parameters(resource, undefined).get("addr") === "#uname";
}

/** Where a bundle's connection really goes when its address is the name of the host, whichever that is. */
export function connectionHost(plan: DigestScene, connection: Resource, parameters: ReadonlyMap<string, string>): string | undefined {
  if (!connection.isRemoteConnection || parameters.get("addr") !== "#uname") return undefined;
  const bundle = plan.cluster.top.find((top) => top.bundle?.replicas.some((replica) => replica.connection === connection));
  const container = bundle?.bundle?.replicas.find((replica) => replica.connection === connection)?.container;
  return (container?.assigned ?? container?.activeOn[0])?.name;
}

function restartDigestOf(
  plan: DigestScene,
  parameters: ReadonlyMap<string, string>,
  record: XmlElement,
  timeoutMs: number | undefined,
): string {
  const forced = record.get("op-force-restart");
  if (forced === undefined) return plan.operations.digest(parameters, timeoutMs);
  const names = new Set(forced.split(" "));
  return plan.operations.digest(new Map([...parameters].filter(([name]) => names.has(name))), undefined);
}

function secureDigestOf(
  plan: DigestScene,
  resource: Resource,
  node: SchedulerNode,
  parameters: ReadonlyMap<string, string>,
  record: XmlElement,
): string {
  const secret = new Set((record.get("op-secure-params") ?? "").split(" "));
  const old = isOld(record.get("crm_feature_set") ?? plan.cluster.cib.get("crm_feature_set"));
  // Before 3.16.0 the digest was of the resource's own parameters as its agent declares them.
  const from = old ? plan.operations.parameters(resource, node) : parameters;
  const open = [...from].filter(([name]) => !secret.has(name) && !(old && resource.isFenceDevice && isFenceParameter(name)));
  return plan.operations.digest(new Map(open), undefined);
}

/** True for feature sets before 3.16.0. */
function isOld(version: string | undefined): boolean {
  if (version === undefined) return false;
  const [major = 0, minor = 0] = version.split(".").map((part) => leadingInteger(part, 0));
  return major < 3 || (major === 3 && minor < 16);
}
