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
}

/** Reads primitives and groups, in order of priority. */
export function unpackResources(cib: XmlElement, options: ClusterOptions, nodeCount: number, nowEpochSeconds: number): UnpackedResources {
  const section = cib.descend("configuration", "resources");
  const byId = new Map<string, Resource>();
  const undecided = new Set<string>();
  const reader = new ResourceReader(cib, options, nodeCount, nowEpochSeconds, byId);
  const top: Resource[] = [];
  for (const xml of section?.children ?? []) {
    if (xml.name === "primitive" || xml.name === "group") top.push(reader.read(xml, undefined));
    else if (["clone", "master", "bundle"].includes(xml.name))
      for (const inner of xml.walk()) if (inner.id !== undefined) undecided.add(inner.id);
  }
  const ordered = top.map((resource, order) => ({ resource, order }));
  ordered.sort((a, b) => b.resource.priority - a.resource.priority || a.order - b.order);
  return { top: ordered.map(({ resource }) => resource), byId, undecided };
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

  read(source: XmlElement, parent: Resource | undefined): Resource {
    const xml = this.#withTemplate(source);
    const agent = agentOf(xml);
    const meta = this.#metaOf(xml, parent, agent);
    const maintenance = parseBoolean(meta.get("maintenance")) === true || this.#options.isMaintenanceMode;
    const resource = new Resource({
      id: xml.id ?? "",
      kind: xml.name === "group" ? "group" : "primitive",
      xml,
      parent,
      meta,
      agent,
      operations: this.#operations(xml, agent),
      priority: parseScore(meta.get("priority") ?? "0") ?? 0,
      stickiness: parseScore(meta.get("resource-stickiness") ?? "0") ?? 0,
      migrationThreshold: parseScore(meta.get("migration-threshold") ?? "INFINITY") ?? INFINITY_SCORE,
      failureTimeoutMs: timeMs(meta.get("failure-timeout"), 0),
      isManaged: !maintenance && (parseBoolean(meta.get("is-managed")) ?? true),
      isRemoved: false,
      nodeCount: this.#nodeCount,
    });
    resource.isInMaintenance = maintenance;
    resource.targetRole = ROLE_NAMES[(meta.get("target-role") ?? "").toLowerCase()];
    this.#byId.set(resource.id, resource);
    if (resource.kind === "group") for (const child of xml.childrenNamed("primitive")) resource.children.push(this.read(child, resource));
    return resource;
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
