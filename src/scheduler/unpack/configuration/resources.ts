import { leadingInteger } from "../../../base/leading-integer.ts";
import { parseBoolean } from "../../../cib/document.ts";
import { INFINITY_SCORE, parseScore } from "../../../score/score.ts";
import { element, type XmlElement } from "../../../xml/element.ts";
import type { ConfiguredOperation } from "../../cluster/configured-operation.ts";
import { type ClusterOptions, timeMs } from "../../cluster/options.ts";
import { type MultipleActive, Resource } from "../../cluster/resource.ts";
import { readBundle } from "./bundle.ts";
import { isPromotableClone, readCloneSettings } from "./clone-settings.ts";
import { isConnectionXml } from "./implied-connections.ts";
import type { DraftNode, NodeTable } from "./node-table.ts";
import { type Agent, OperationsReader, ROLE_NAMES } from "./operations.ts";
import { readPairs } from "./pairs.ts";
import { requestedRole } from "./requested-role.ts";
import { setRequires } from "./requires.ts";
import { withTemplate } from "./templates.ts";

/** What the resources section holds. */
export interface UnpackedResources {
  readonly top: readonly Resource[];
  readonly byId: ReadonlyMap<string, Resource>;
}

/** What all resources of a document are read with. */
export interface ResourceContext {
  readonly cib: XmlElement;
  readonly options: ClusterOptions;
  readonly table: NodeTable;
  readonly nowEpochSeconds: number;
  /** Takes note of a time at which something changes by itself. */
  readonly onTurn: (epochSeconds: number) => void;
  /** Elements of the resources section, implied connections included. */
  readonly elements: readonly XmlElement[];
}

const MULTIPLE_ACTIVE: readonly MultipleActive[] = ["stop_start", "stop_only", "block", "stop_unexpected"];

/** Reads resources of every kind. What cannot be used is left out. */
export class ResourceReader {
  readonly byId = new Map<string, Resource>();
  /** Nodes that resources read so far know of. */
  readonly #knownNodes: Set<DraftNode>;
  /** What histories tell changes the scores that nodes begin with. */
  #isSectionRead = false;
  /** Scores that resources begin with, as long as only the section is read; made when they are needed. */
  #knownTable: { readonly scores: Int32Array; readonly isAllowedOn: Uint8Array } | undefined;
  /** Top-level resources read so far. */
  readonly finished: Resource[] = [];
  readonly context: ResourceContext;
  readonly #defaults: XmlElement | undefined;
  readonly #operationsReader: OperationsReader;
  readonly #enablesUnfencing: boolean;
  readonly #operations = new Map<XmlElement, readonly ConfiguredOperation[]>();
  /** What rules need to know of time. */
  readonly #clock: Pick<ResourceContext, "nowEpochSeconds" | "onTurn">;

  constructor(context: ResourceContext) {
    this.context = context;
    this.#clock = { nowEpochSeconds: context.nowEpochSeconds, onTurn: context.onTurn };
    this.#defaults = context.cib.descend("configuration", "rsc_defaults");
    this.#operationsReader = new OperationsReader(context.cib.descend("configuration", "op_defaults"), this.#clock);
    this.#knownNodes = new Set(context.table.nodes.filter((node) => node.isEarly));
    this.#enablesUnfencing = [...context.elements, ...(this.#defaults ? [this.#defaults] : [])].some(wantsUnfencing);
  }

  /** All resources of the section, in order of priority. */
  readAll(): Resource[] {
    for (const xml of this.context.elements) {
      const resource = xml.name === "template" ? undefined : this.read(xml, undefined);
      if (resource) this.finished.push(resource);
    }
    this.#isSectionRead = true;
    const top = [...this.finished];
    for (const resource of top) {
      for (const one of resource.primitives()) this.#linkLauncher(one);
      // A connection inside of a group or clone is no way to a node: nothing runs there.
      for (const one of resource.kind === "bundle" ? resource.primitives() : [resource]) if (one.isRemoteConnection) this.#linkNode(one);
    }
    return top
      .map((resource, at) => ({ resource, at }))
      .sort((a, b) => b.resource.priority - a.resource.priority || a.at - b.at)
      .map(({ resource }) => resource);
  }

  /** Reads one resource and what it holds; undefined for what cannot be used. */
  read(source: XmlElement, parent: Resource | undefined, suffix = ""): Resource | undefined {
    const xml = withTemplate(source, this.context.elements);
    const kind = xml.name === "master" ? "clone" : xml.name;
    if (kind !== "primitive" && kind !== "group" && kind !== "clone" && kind !== "bundle") return undefined;
    if (xml.id === undefined || xml.id === "") return undefined;
    const agent = agentOf(xml);
    const meta = this.#metaOf(xml, parent, agent);
    const { options, table } = this.context;
    const isMaintained = parseBoolean(meta.get("maintenance")) === true || options.isMaintenanceMode;
    const threshold = parseScore(meta.get("migration-threshold") ?? "INFINITY") ?? INFINITY_SCORE;
    const resource = new Resource({
      id: xml.id + suffix,
      kind,
      xml,
      parent,
      meta,
      agent,
      operations: kind === "primitive" ? this.#operationsOf(source, xml, agent) : [],
      priority: parseScore(meta.get("priority") ?? "0") ?? 0,
      stickiness: parseScore(meta.get("resource-stickiness") ?? "0") ?? 0,
      migrationThreshold: threshold < 0 ? INFINITY_SCORE : threshold,
      failureTimeoutMs: timeMs(meta.get("failure-timeout"), 0),
      isManaged: !isMaintained && isManagedBy(meta.get("is-managed")),
      isRemoved: false,
      nodeCount: table.nodes.length,
    });
    resource.isInMaintenance = isMaintained;
    this.#describe(resource);
    this.byId.set(resource.id, resource);
    if (!this.#readContents(resource, suffix)) {
      for (const one of resource.withDescendants()) this.byId.delete(one.id);
      return undefined;
    }
    if (options.isSymmetric) this.#allowKnownNodes(resource);
    // Where what a connection leads into may be has to be told, but not where the connection may be.
    else if (resource.isRemoteConnection && meta.has("container")) for (const node of this.#knownNodes) resource.allowOn(node);
    resource.utilization = new Map(
      [...readPairs(xml, "utilization", this.#clock)].map(([name, value]) => [name, leadingInteger(value, 0)]),
    );
    return resource;
  }

  /** The operations of a definition; all instances of a clone share them. */
  #operationsOf(source: XmlElement, xml: XmlElement, agent: Agent): readonly ConfiguredOperation[] {
    let operations = this.#operations.get(source);
    if (!operations) {
      operations = this.#operationsReader.read(xml, agent);
      this.#operations.set(source, operations);
    }
    return operations;
  }

  /** A resource known from the history only: to be stopped and forgotten, or left alone where the options say so. */
  readRemoved(holder: XmlElement): Resource | undefined {
    const container = holder.get("container");
    const set = element("meta_attributes", {}, container === undefined ? [] : [element("nvpair", { name: "container", value: container })]);
    const attributes = { id: holder.id, class: holder.get("class"), provider: holder.get("provider"), type: holder.get("type") };
    const made = this.read(element("primitive", attributes, [set]), undefined);
    if (!made) return undefined;
    made.isRemoved = true;
    made.isRemovedLaunched = container !== undefined;
    const node = this.context.table.named(made.id);
    if (made.isRemoteConnection && node) {
      if (!node.connection) this.context.table.connect(node, made, this.context.options);
      node.isShuttingDown = true;
    }
    this.linkRemoved(made);
    return made;
  }

  /** Ties what is known from the history only to its container, once that is known as well; its node is a guest then. */
  linkRemoved(resource: Resource, find = (id: string): Resource | undefined => this.byId.get(id)): void {
    this.#linkLauncher(resource, find);
    const node = this.context.table.named(resource.id);
    if (node && resource.isRemoteConnection && resource.launcher) node.isGuest = true;
  }

  /** One more instance of a clone; beyond the wanted number it has to go. */
  addInstance(clone: Resource): Resource | undefined {
    const inner = clone.xml.child("primitive") ?? clone.xml.child("group");
    const number = clone.children.length;
    const instance = inner && this.read(inner, clone, `:${number}`);
    if (!instance) return undefined;
    for (const member of instance.withDescendants()) {
      member.instanceNumber = number;
      member.isRemoved = number >= (clone.clone?.max ?? 0);
      if (clone.clone?.isUnique !== true) member.agentId = member.xml.id ?? member.id;
    }
    clone.children.push(instance);
    return instance;
  }

  #describe(resource: Resource): void {
    const { meta, xml } = resource;
    resource.isCritical = meta.get("critical") === undefined || parseBoolean(meta.get("critical")) === true;
    resource.isRemoteConnection = isConnectionXml(xml);
    const isRemote = resource.isRemoteConnection && !meta.has("container");
    resource.isMigratable = parseBoolean(meta.get("allow-migrate")) ?? (isRemote && !meta.has("allow-migrate"));
    resource.multipleActive = MULTIPLE_ACTIVE.find((policy) => policy === meta.get("multiple-active")?.toLowerCase()) ?? "stop_start";
    resource.isOrderedGroup = parseBoolean(meta.get("ordered")) ?? true;
    resource.isColocatedGroup = parseBoolean(meta.get("collocated")) ?? true;
    setRequires(resource, this.context.options, this.#enablesUnfencing);
    if (isRemote) {
      const reconnect = readPairs(xml, "instance_attributes", this.#clock).get("reconnect_interval");
      if (reconnect !== undefined) {
        resource.remoteReconnectMs = timeMs(reconnect, 0);
        resource.failureTimeoutMs = resource.remoteReconnectMs;
      }
    }
    resource.targetRole = ROLE_NAMES[(meta.get("target-role") ?? "").toLowerCase()];
    const requested = requestedRole(resource, resource.kind === "clone" ? isPromotableClone(resource) : resource.isPromotable);
    if (requested !== undefined) resource.nextRole = requested;
  }

  /** Reads what a group, clone or bundle holds; false when it cannot be used. */
  #readContents(resource: Resource, suffix: string): boolean {
    switch (resource.kind) {
      case "primitive":
        // Only OCF agents know roles.
        return resource.agentClass.toLowerCase() === "ocf" || resource.top.clone?.isPromotable !== true;
      case "group":
        for (const xml of resource.xml.childrenNamed("primitive")) {
          const member = this.read(xml, resource, suffix);
          if (member) resource.children.push(member);
        }
        return resource.children.length > 0;
      case "clone":
        return this.#readInstances(resource);
      case "bundle":
        return readBundle(resource, this);
    }
  }

  #readInstances(clone: Resource): boolean {
    const inner = clone.xml.child("primitive") ?? clone.xml.child("group");
    if (!inner) return false;
    const members = (inner.name === "group" ? inner.childrenNamed("primitive") : [inner]).map((xml) =>
      withTemplate(xml, this.context.elements),
    );
    clone.clone = readCloneSettings(clone, members, this.#knownNodes.size);
    const meta = clone.meta as Map<string, string>;
    if (!meta.has("resource-stickiness")) meta.set("resource-stickiness", "1");
    meta.set("globally-unique", String(clone.clone.isUnique));
    for (let number = 0; number < Math.max(1, clone.clone.max); number += 1) if (!this.addInstance(clone)) return false;
    return true;
  }

  /** Own sets, then those of what it is part of, nearest first, then the defaults, then what the parent ended up with. */
  #metaOf(xml: XmlElement, parent: Resource | undefined, agent: Agent): Map<string, string> {
    const context = { ...this.#clock, agent };
    const meta = readPairs(xml, "meta_attributes", context);
    for (let above = parent; above; above = above.parent) readPairs(above.xml, "meta_attributes", context, meta);
    if (this.#defaults) readPairs(this.#defaults, "meta_attributes", context, meta);
    for (const [name, value] of parent?.meta ?? []) if (!meta.has(name)) meta.set(name, value);
    return meta;
  }

  /** In a symmetric cluster a resource may run on every node, except inside the containers of bundles. */
  #allowKnownNodes(resource: Resource): void {
    if (resource.isExclusive) return;
    if (resource.tableVersion === 0 && !this.#isSectionRead) {
      this.#knownTable ??= this.#tableOfKnownNodes();
      resource.setTable(this.#knownTable.scores, this.#knownTable.isAllowedOn);
    } else for (const node of this.#knownNodes) if (node.isBundleNode !== true) resource.allowOn(node);
  }

  #tableOfKnownNodes(): { scores: Int32Array; isAllowedOn: Uint8Array } {
    const { length } = this.context.table.nodes;
    const table = { scores: new Int32Array(length), isAllowedOn: new Uint8Array(length) };
    for (const node of this.#knownNodes) {
      if (node.isBundleNode === true) continue;
      table.scores[node.index] = node.baseScore;
      table.isAllowedOn[node.index] = 1;
    }
    return table;
  }

  addKnownNode(node: DraftNode): void {
    this.#knownNodes.add(node);
    this.#knownTable = undefined;
  }

  #linkNode(resource: Resource): void {
    const node = this.context.table.named(resource.id);
    if (node && !node.connection) this.context.table.connect(node, resource, this.context.options);
  }

  /** Ties a resource to what it lives in. */
  #linkLauncher(resource: Resource, find = (id: string): Resource | undefined => this.byId.get(id)): void {
    const name = resource.meta.get("container");
    const launcher = name === undefined || name === resource.id ? undefined : find(name);
    if (launcher && !resource.launcher) {
      resource.launcher = launcher;
      launcher.launched.push(resource);
    }
  }
}

/** Nothing, or the old word for it, means yes; what is no word for yes means no. */
function isManagedBy(text: string | undefined): boolean {
  return text === undefined || text.toLowerCase() === "default" || parseBoolean(text) === true;
}

function agentOf(xml: XmlElement): Agent {
  return { agentClass: xml.get("class") ?? "", provider: xml.get("provider") ?? "", type: xml.get("type") ?? "" };
}

function wantsUnfencing(xml: XmlElement): boolean {
  for (const set of xml.walk()) {
    if (set.name !== "meta_attributes") continue;
    for (const pair of set.children)
      if (pair.get("value") === "unfencing" && ["provides", "requires"].includes(pair.get("name") ?? "")) return true;
  }
  return false;
}
