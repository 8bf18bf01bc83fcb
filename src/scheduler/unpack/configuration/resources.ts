import { element, type XmlElement } from "../../../xml/element.ts";
import { Amounts } from "../../cluster/amounts.ts";
import type { ConfiguredOperation } from "../../cluster/configured-operation.ts";
import { type ClusterOptions, timeMs } from "../../cluster/options.ts";
import { Resource } from "../../cluster/resource.ts";
import { readBundle } from "./bundle.ts";
import { isPromotableClone, readCloneSettings } from "./clone-settings.ts";
import { isConnectionXml } from "./implied-connections.ts";
import { type MetaSettings, readMetaSettings } from "./meta-settings.ts";
import type { DraftNode, NodeTable } from "./node-table.ts";
import { type Agent, OperationsReader } from "./operations.ts";
import { readPairs } from "./pairs.ts";
import { requestedRole } from "./requested-role.ts";
import { setRequires, speaksOfUnfencing } from "./requires.ts";
import { hasRule } from "./rules.ts";
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

/** What resources without meta-attributes of their own have. */
interface PlainMeta {
  readonly values: ReadonlyMap<string, string>;
  readonly settings: MetaSettings;
}

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
  /** Some resource, or the defaults of all, speak of unfencing. */
  readonly usesUnfencing: boolean;
  readonly #operations = new Map<XmlElement, readonly ConfiguredOperation[]>();
  /** What rules need to know of time. */
  readonly #clock: Pick<ResourceContext, "nowEpochSeconds" | "onTurn">;
  /** Undefined when rules have to be asked for each resource. */
  readonly #plain: PlainMeta | undefined;

  constructor(context: ResourceContext) {
    this.context = context;
    this.#clock = { nowEpochSeconds: context.nowEpochSeconds, onTurn: context.onTurn };
    this.#defaults = context.cib.descend("configuration", "rsc_defaults");
    this.#operationsReader = new OperationsReader(context.cib.descend("configuration", "op_defaults"), this.#clock);
    this.#knownNodes = new Set(context.table.nodes.filter((node) => node.isEarly));
    this.usesUnfencing = [...context.elements, ...(this.#defaults ? [this.#defaults] : [])].some(speaksOfUnfencing);
    if (this.#defaults === undefined || !hasRule(this.#defaults)) {
      const values = this.#defaults ? readPairs(this.#defaults, "meta_attributes", this.#clock) : new Map();
      this.#plain = { values, settings: readMetaSettings(values) };
    }
  }

  /** Rules say something of operations. */
  get hasOperationRules(): boolean {
    return this.#operationsReader.hasRules;
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
    if (!xml) return undefined;
    const kind = xml.name === "master" ? "clone" : xml.name;
    if (kind !== "primitive" && kind !== "group" && kind !== "clone" && kind !== "bundle") return undefined;
    if (xml.id === undefined || xml.id === "") return undefined;
    const agent = agentOf(xml);
    const plain = this.#plain;
    // Clones and bundles add to theirs.
    const isPlain = plain !== undefined && (kind === "primitive" || kind === "group") && this.#hasPlainMeta(xml, parent);
    const meta = isPlain ? plain.values : this.#metaOf(xml, parent, agent);
    const settings = isPlain ? plain.settings : readMetaSettings(meta);
    const { options, table } = this.context;
    const isMaintained = settings.isMaintained || options.isMaintenanceMode;
    const resource = new Resource({
      id: xml.id + suffix,
      kind,
      xml,
      parent,
      meta,
      agent,
      operations: kind === "primitive" ? this.#operationsOf(source, xml, agent) : [],
      priority: settings.priority,
      stickiness: settings.stickiness,
      migrationThreshold: settings.migrationThreshold,
      failureTimeoutMs: settings.failureTimeoutMs,
      isManaged: !isMaintained && settings.isManaged,
      isRemoved: false,
      nodeCount: table.nodes.length,
    });
    resource.isInMaintenance = isMaintained;
    this.#describe(resource, settings);
    this.byId.set(resource.id, resource);
    if (!this.#readContents(resource, suffix)) {
      for (const one of resource.withDescendants()) this.byId.delete(one.id);
      return undefined;
    }
    if (options.isSymmetric) this.#allowKnownNodes(resource);
    // Where what a connection leads into may be has to be told, but not where the connection may be.
    else if (resource.isRemoteConnection && meta.has("container")) for (const node of this.#knownNodes) resource.allowOn(node);
    if (xml.child("utilization")) resource.utilization = this.#utilizationOf(xml);
    return resource;
  }

  #utilizationOf(xml: XmlElement): Amounts {
    const amounts = new Amounts();
    for (const [name, value] of readPairs(xml, "utilization", this.#clock)) amounts.read(name, value);
    return amounts;
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
    const known = holder.id === undefined ? undefined : this.byId.get(holder.id);
    const made = this.read(element("primitive", attributes, [set]), undefined);
    if (!made) return undefined;
    // What has the name already keeps it, such as the inside of a container that the history of its host speaks of.
    if (known) this.byId.set(made.id, known);
    made.isRemoved = true;
    made.isRemovedLaunched = container !== undefined;
    const node = this.context.table.named(made.id);
    if (made.isRemoteConnection && node) {
      if (!node.connection) this.context.table.connect(node, made, this.context.options);
      node.isShuttingDown = true;
    }
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

  #describe(resource: Resource, settings: MetaSettings): void {
    const { meta, xml } = resource;
    resource.isCritical = settings.isCritical;
    resource.isRemoteConnection = isConnectionXml(xml);
    const isRemote = resource.isRemoteConnection && !meta.has("container");
    resource.isMigratable = settings.allowsMigration ?? (isRemote && !meta.has("allow-migrate"));
    resource.multipleActive = settings.multipleActive;
    resource.isOrderedGroup = settings.isOrderedGroup;
    resource.isColocatedGroup = settings.isColocatedGroup;
    setRequires(resource, this.context.options, this.usesUnfencing);
    if (isRemote) {
      const reconnect = readPairs(xml, "instance_attributes", this.#clock).get("reconnect_interval");
      if (reconnect !== undefined) {
        resource.remoteReconnectMs = timeMs(reconnect, 0);
        resource.failureTimeoutMs = resource.remoteReconnectMs;
      }
    }
    resource.targetRole = settings.targetRole;
    const requested = requestedRole(resource, resource.kind === "clone" ? isPromotableClone(resource) : undefined);
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
    const members = (inner.name === "group" ? inner.childrenNamed("primitive") : [inner]).flatMap(
      (xml) => withTemplate(xml, this.context.elements) ?? [],
    );
    clone.clone = readCloneSettings(clone, members, this.#knownNodes.size);
    const meta = clone.meta as Map<string, string>;
    if (!meta.has("resource-stickiness")) meta.set("resource-stickiness", "1");
    meta.set("globally-unique", String(clone.clone.isUnique));
    for (let number = 0; number < Math.max(1, clone.clone.max); number += 1) if (!this.addInstance(clone)) return false;
    return true;
  }

  /** It has no meta-attributes of its own, nor has what it is part of. */
  #hasPlainMeta(xml: XmlElement, parent: Resource | undefined): boolean {
    return (parent === undefined || parent.meta === this.#plain?.values) && xml.child("meta_attributes") === undefined;
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

function agentOf(xml: XmlElement): Agent {
  return { agentClass: xml.get("class") ?? "", provider: xml.get("provider") ?? "", type: xml.get("type") ?? "" };
}
