import { hashOrder } from "../../base/hash-order.ts";
import { leadingInteger } from "../../base/leading-integer.ts";
import { md5Hex } from "../../base/md5.ts";
import { parameterDigest } from "../../executor/parameter-digest.ts";
import { type ClusterStatus, instanceName, type StatusResource } from "../../output/status/status-model.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isFenceParameter } from "../../scheduler/plan/operation-digest.ts";
import { readPairs } from "../../scheduler/unpack/configuration/pairs.ts";
import { element, XmlElement } from "../../xml/element.ts";
import type { Answer } from "../frame/answer.ts";

/** Digest of no parameters at all. */
const EMPTY_DIGEST = md5Hex(" <parameters/>\n");

/** Words of the arguments: parameters, and `CRM_meta_...` about the operation. */
export type Overrides = ReadonlyMap<string, string>;

/** The digests by which the cluster sees that a resource's parameters have changed. */
export function showDigests(
  status: ClusterStatus,
  resource: StatusResource,
  definition: Resource,
  node: string,
  overrides: Overrides,
): Answer {
  const known = status.unpacked.nodes.find((candidate) => candidate.name === node);
  const context = { nowEpochSeconds: status.unpacked.nowEpochSeconds, attributes: known?.attributes };
  const parameters = readPairs(definition.xml, "instance_attributes", context);
  const intervalMs = Number(overrides.get("CRM_meta_interval") ?? 0) || 0;
  const timeout = overrides.get("CRM_meta_timeout");
  const given = hashOrder(overrides.keys()).filter((name) => !name.startsWith("CRM_meta_"));
  const ordered = new Map(
    [...given, ...hashOrder(parameters.keys())].map((name) => [name, overrides.get(name) ?? parameters.get(name) ?? ""]),
  );
  const history = lastRecord(status, resource, known?.id ?? "");
  const listed = (name: string): ReadonlySet<string> | undefined => {
    const text = history?.get(name);
    return text === undefined ? undefined : new Set(text.trim().split(/\s+/));
  };
  const isPrivate = listed("op-secure-params");
  const isRestarting = listed("op-force-restart");
  // How to reach a fence device is for the fencer alone.
  const isUnseen = (name: string): boolean => isPrivate?.has(name) === true || (definition.isFenceDevice && isFenceParameter(name));
  const all = new Map(ordered);
  if (intervalMs > 0 && timeout !== undefined) all.set("CRM_meta_timeout", timeout);
  const digests = [digestXml("all", all, intervalMs, Number(timeout ?? 0))];
  const without = new Map([...ordered].filter(([name]) => !isUnseen(name)));
  digests.push(digestXml("nonprivate", without, 0, 0));
  if (isRestarting) digests.push(digestXml("nonreloadable", new Map([...ordered].filter(([name]) => isRestarting.has(name))), 0, 0));
  const task = overrides.get("CRM_meta_name") ?? history?.get("operation") ?? "start";
  const part = element("digests", { resource: instanceName(status, resource), node, task, interval: `${intervalMs}ms` }, digests);
  return { text: digestText(digests), parts: [part] };
}

/** What the resource did last on a node, of all that has a digest and does not recur. */
function lastRecord(status: ClusterStatus, resource: StatusResource, nodeId: string): XmlElement | undefined {
  const state = status.cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((candidate) => candidate.id === nodeId);
  const holder = state?.descend("lrm", "lrm_resources")?.children.find((one) => one.id === resource.id || one.id === resource.printableId);
  const records = holder?.childrenNamed("lrm_rsc_op").filter((op) => op.get("interval") === "0" && op.get("op-digest") !== undefined);
  const callOf = (op: XmlElement): number => leadingInteger(op.get("call-id"), -1);
  return records?.reduce((last: XmlElement | undefined, op) => (last && callOf(last) >= callOf(op) ? last : op), undefined);
}

function digestXml(type: string, parameters: ReadonlyMap<string, string>, intervalMs: number, timeoutMs: number): XmlElement {
  const own = new Map([...parameters].filter(([name]) => !name.startsWith("CRM_meta_")));
  const hash = own.size === 0 && intervalMs === 0 ? EMPTY_DIGEST : parameterDigest(Object.fromEntries(own), intervalMs, timeoutMs);
  return element("digest", { type, hash }, [new XmlElement("parameters", parameters)]);
}

function digestText(digests: readonly XmlElement[]): string {
  const names: Readonly<Record<string, string>> = {
    all: "all parameters",
    nonprivate: "non-private parameters",
    nonreloadable: "non-reloadable parameters",
  };
  return digests.map((digest) => `${digest.get("hash")} (${names[digest.get("type") ?? ""]})\n`).join("");
}
