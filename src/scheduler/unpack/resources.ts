import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { type ClusterOptions, timeMs } from "../options.ts";
import { type ConfiguredOperation, ON_FAIL, type OnFail, Resource, type Role } from "../resource.ts";
import { readPairs } from "./pairs.ts";

const DEFAULT_TIMEOUT_MS = 20_000;

const ROLE_NAMES: Readonly<Record<string, Role>> = {
  stopped: "Stopped",
  started: "Started",
  unpromoted: "Unpromoted",
  slave: "Unpromoted",
  promoted: "Promoted",
  master: "Promoted",
};

/** What the resources section holds, and what of it this scheduler does not decide about. */
export interface UnpackedResources {
  readonly top: readonly Resource[];
  readonly byId: ReadonlyMap<string, Resource>;
  /** Ids below clones and bundles: left alone, neither started nor stopped. */
  readonly undecided: ReadonlySet<string>;
  /** Makes one more instance of a clone, for a history that has no other place: it has to go. */
  readonly addExtraInstance: (clone: Resource) => Resource;
}

/** Reads primitives and groups, in order of priority. */
export function unpackResources(cib: XmlElement, options: ClusterOptions, nodeCount: number, nowEpochSeconds: number): UnpackedResources {
  const section = cib.descend("configuration", "resources");
  const byId = new Map<string, Resource>();
  const undecided = new Set<string>();
  const reader = new ResourceReader(cib, options, nodeCount, nowEpochSeconds, byId);
  const top: Resource[] = [];
  for (const xml of section?.children ?? []) {
    if (["primitive", "group", "clone", "master"].includes(xml.name)) top.push(reader.read(xml, undefined));
    else if (xml.name === "bundle") for (const inner of xml.walk()) if (inner.id !== undefined) undecided.add(inner.id);
  }
  const ordered = top.map((resource, order) => ({ resource, order }));
  ordered.sort((a, b) => b.resource.priority - a.resource.priority || a.order - b.order);
  return { top: ordered.map(({ resource }) => resource), byId, undecided, addExtraInstance: (clone) => reader.addExtraInstance(clone) };
}

/** A resource known from the history only: to be stopped and forgotten. */
export function removedResource(holder: XmlElement, options: ClusterOptions, nodeCount: number): Resource {
  const xml = element("primitive", {
    id: holder.id,
    class: holder.get("class"),
    provider: holder.get("provider"),
    type: holder.get("type"),
  });
  return new Resource({
    id: holder.id ?? "",
    kind: "primitive",
    xml,
    parent: undefined,
    meta: new Map(),
    agent: agentOf(xml),
    operations: [],
    priority: 0,
    stickiness: 0,
    migrationThreshold: INFINITY_SCORE,
    failureTimeoutMs: 0,
    isManaged: options.stopsRemovedResources,
    isRemoved: true,
    nodeCount,
  });
}

class ResourceReader {
  readonly #cib: XmlElement;
  readonly #options: ClusterOptions;
  readonly #nodeCount: number;
  readonly #now: number;
  readonly #byId: Map<string, Resource>;

  constructor(cib: XmlElement, options: ClusterOptions, nodeCount: number, now: number, byId: Map<string, Resource>) {
    this.#cib = cib;
    this.#options = options;
    this.#nodeCount = nodeCount;
    this.#now = now;
    this.#byId = byId;
  }

  read(source: XmlElement, parent: Resource | undefined, suffix = ""): Resource {
    const xml = this.#withTemplate(source);
    const isClone = xml.name === "clone" || xml.name === "master";
    const agent = agentOf(xml);
    const meta = this.#metaOf(xml, parent, agent);
    const maintenance = parseBoolean(meta.get("maintenance")) === true || this.#options.isMaintenanceMode;
    const resource = new Resource({
      id: (xml.id ?? "") + suffix,
      kind: isClone ? "clone" : xml.name === "group" ? "group" : "primitive",
      xml,
      parent,
      meta,
      agent,
      operations: isClone || xml.name === "group" ? [] : this.#operations(xml, agent),
      priority: parseScore(meta.get("priority") ?? "0") ?? 0,
      stickiness: parseScore(meta.get("resource-stickiness") ?? (isClone ? "1" : "0")) ?? 0,
      migrationThreshold: parseScore(meta.get("migration-threshold") ?? "INFINITY") || INFINITY_SCORE,
      failureTimeoutMs: timeMs(meta.get("failure-timeout"), 0),
      isManaged: !maintenance && (parseBoolean(meta.get("is-managed")) ?? true),
      isRemoved: false,
      nodeCount: this.#nodeCount,
    });
    resource.isInMaintenance = maintenance;
    resource.requires = this.#requires(resource);
    resource.isCritical = parseBoolean(meta.get("critical")) ?? true;
    resource.targetRole = ROLE_NAMES[(meta.get("target-role") ?? "").toLowerCase()];
    this.#byId.set(resource.id, resource);
    if (resource.kind === "group")
      for (const child of xml.childrenNamed("primitive")) resource.children.push(this.read(child, resource, suffix));
    if (isClone) this.#readInstances(resource, xml);
    return resource;
  }

  #requires(resource: Resource): Resource["requires"] {
    if (resource.isFenceDevice) return "quorum";
    const configured = resource.meta.get("requires");
    if (configured === "nothing" || configured === "quorum") return configured;
    if (configured === "fencing" || configured === "unfencing") return this.#options.isFencingEnabled ? "fencing" : "quorum";
    if (this.#options.isFencingEnabled) return "fencing";
    return this.#options.noQuorumPolicy === "ignore" ? "nothing" : "quorum";
  }

  #readInstances(clone: Resource, xml: XmlElement): void {
    const { meta } = clone;
    const inner = xml.child("primitive") ?? xml.child("group");
    if (!inner) return;
    const count = (name: string, fallback: number, old?: string): number => {
      const value = Number(meta.get(name) ?? (old === undefined ? undefined : meta.get(old)));
      return Number.isInteger(value) && value >= 0 ? value : fallback;
    };
    const flag = (name: string, fallback = false): boolean => parseBoolean(meta.get(name)) ?? fallback;
    const isPromotable = xml.name === "master" || flag("promotable");
    const wantedPerNode = count("clone-node-max", 1);
    const isUnique = flag("globally-unique", wantedPerNode > 1);
    clone.clone = {
      max: count("clone-max", Math.max(1, this.#nodeCount)),
      nodeMax: isUnique ? wantedPerNode : 1,
      isUnique,
      isPromotable,
      promotedMax: isPromotable ? count("promoted-max", 1, "master-max") : 0,
      promotedNodeMax: isPromotable ? count("promoted-node-max", 1, "master-node-max") : 0,
      isInterleaved: flag("interleave"),
      isOrdered: flag("ordered"),
      notifies: flag("notify"),
    };
    if (!meta.has("resource-stickiness")) (clone.meta as Map<string, string>).set("resource-stickiness", "1");
    for (let number = 0; number < Math.max(1, clone.clone.max); number += 1) this.#addInstance(clone, inner, number);
  }

  /** One more instance, which has to go. */
  addExtraInstance(clone: Resource): Resource {
    const inner = clone.xml.child("primitive") ?? clone.xml.child("group");
    if (!inner) return clone;
    const extra = this.#addInstance(clone, inner, clone.children.length);
    for (const member of extra.withDescendants()) member.isRemoved = true;
    return extra;
  }

  #addInstance(clone: Resource, inner: XmlElement, number: number): Resource {
    const instance = this.read(inner, clone, `:${number}`);
    for (const member of [instance, ...instance.primitives()]) {
      member.instanceNumber = number;
      if (clone.clone?.isUnique !== true) member.agentId = member.xml.id ?? member.id;
    }
    clone.children.push(instance);
    return instance;
  }

  /** The template's content with the primitive's own in front of it. */
  #withTemplate(xml: XmlElement): XmlElement {
    const name = xml.get("template");
    if (name === undefined) return xml;
    const template = this.#cib.descend("configuration", "resources")?.child("template", name);
    if (!template) return xml;
    const made = xml.clone();
    for (const [key, value] of template.attributes) if (key !== "id" && !made.attributes.has(key)) made.set(key, value);
    for (const child of template.children) {
      if (child.name !== "operations") {
        made.children.push(child.clone());
        continue;
      }
      const own = made.childOrCreate("operations");
      for (const op of child.children)
        if (!own.children.some((o) => o.get("name") === op.get("name") && o.get("role") === op.get("role"))) own.children.push(op.clone());
    }
    return made;
  }

  #metaOf(xml: XmlElement, parent: Resource | undefined, agent: ReturnType<typeof agentOf>): Map<string, string> {
    const context = { nowEpochSeconds: this.#now, agent };
    const meta = readPairs(xml, "meta_attributes", context);
    for (let above = parent; above; above = above.parent)
      for (const [name, value] of above.meta) if (!meta.has(name)) meta.set(name, value);
    const defaults = this.#cib.descend("configuration", "rsc_defaults");
    if (defaults) readPairs(defaults, "meta_attributes", context, meta);
    return meta;
  }

  #operations(xml: XmlElement, agent: ReturnType<typeof agentOf>): ConfiguredOperation[] {
    const defaults = this.#cib.descend("configuration", "op_defaults");
    const out: ConfiguredOperation[] = [];
    for (const op of xml.child("operations")?.childrenNamed("op") ?? []) {
      const name = op.get("name") ?? "";
      const intervalMs = timeMs(op.get("interval"), 0);
      if (intervalMs > 0 && out.some((known) => known.name === name && known.intervalMs === intervalMs)) continue;
      const context = { nowEpochSeconds: this.#now, agent, operation: { name, intervalMs } };
      const meta = new Map([...op.attributes].filter(([key]) => !["id", "name", "interval"].includes(key)));
      readPairs(op, "meta_attributes", context, meta);
      if (defaults) readPairs(defaults, "meta_attributes", context, meta);
      out.push({
        name,
        intervalMs,
        timeoutMs: timeMs(meta.get("timeout"), DEFAULT_TIMEOUT_MS),
        startDelayMs: timeMs(meta.get("start-delay"), 0),
        role: ROLE_NAMES[(meta.get("role") ?? "").toLowerCase()],
        onFail: onFailOf(meta.get("on-fail")),
        isEnabled: parseBoolean(meta.get("enabled")) ?? true,
        parameters: readPairs(op, "instance_attributes", context),
        meta,
      });
    }
    return out;
  }
}

/** Meta-attributes of an operation that is not configured: those of op_defaults. */
export function operationDefaults(
  cib: XmlElement,
  resource: Resource,
  name: string,
  intervalMs: number,
  nowEpochSeconds: number,
): ReadonlyMap<string, string> {
  const defaults = cib.descend("configuration", "op_defaults");
  const agent = { agentClass: resource.agentClass, provider: resource.provider, type: resource.type };
  return defaults ? readPairs(defaults, "meta_attributes", { nowEpochSeconds, agent, operation: { name, intervalMs } }) : new Map();
}

/** Timeout of an operation that is not configured: the default of op_defaults, else 20 s. */
export function defaultTimeoutMs(cib: XmlElement, name: string, nowEpochSeconds: number): number {
  const defaults = cib.descend("configuration", "op_defaults");
  const meta = defaults
    ? readPairs(defaults, "meta_attributes", { nowEpochSeconds, operation: { name, intervalMs: 0 } })
    : new Map<string, string>();
  return timeMs(meta.get("timeout"), DEFAULT_TIMEOUT_MS);
}

function agentOf(xml: XmlElement): { agentClass: string; provider: string; type: string } {
  return { agentClass: xml.get("class") ?? "", provider: xml.get("provider") ?? "", type: xml.get("type") ?? "" };
}

function onFailOf(text: string | undefined): OnFail | undefined {
  const name = text === "nothing" ? "ignore" : text;
  return ON_FAIL.find((known) => known === name);
}
