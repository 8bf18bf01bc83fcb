import { clusterOption, parseBoolean } from "../../cib/document.ts";
import { type ClusterStatus, instanceName, primitivesOf, type StatusResource, topResource } from "../../output/status/status-model.ts";
import { listLines, type TextItem, type TextList } from "../../output/text/text-list.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { configuredLocations } from "../../scheduler/constrain/constraints.ts";
import type { Location } from "../../scheduler/constrain/location.ts";
import { formatScore, parseScore } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { Answer } from "../frame/answer.ts";

/** A wish of one resource to be with, or away from, another. */
export interface Colocation {
  readonly id: string;
  readonly dependent: string;
  readonly primary: string;
  readonly score: number;
  readonly attribute: string;
  readonly dependentRole: string | undefined;
  readonly primaryRole: string | undefined;
}

/** All colocations that name two resources, in the order in which they are looked at: by priority, then by id. */
export function readColocations(status: ClusterStatus): Colocation[] {
  const constraints = status.cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? [];
  const found = constraints.flatMap((xml) => {
    const dependent = xml.get("rsc");
    const primary = xml.get("with-rsc");
    if (dependent === undefined || primary === undefined) return [];
    const role = (name: string): string | undefined => {
      const text = xml.get(name);
      if (text === undefined || /^started$/i.test(text)) return undefined;
      return /^(master|promoted)$/i.test(text) ? "Promoted" : /^(slave|unpromoted)$/i.test(text) ? "Unpromoted" : text;
    };
    return [
      {
        id: xml.id ?? "",
        dependent,
        primary,
        score: parseScore(xml.get("score") ?? "0") ?? 0,
        attribute: xml.get("node-attribute") ?? "#uname",
        dependentRole: role("rsc-role"),
        primaryRole: role("with-rsc-role"),
      },
    ];
  });
  const priority = (id: string): number => status.unpacked.resources.byId.get(id)?.priority ?? 0;
  return found.sort(
    (a, b) => priority(b.dependent) - priority(a.dependent) || priority(b.primary) - priority(a.primary) || (a.id < b.id ? -1 : 1),
  );
}

/** The constraints that keep a resource somewhere, and those of the resources it hangs together with. */
export function showConstraints(status: ClusterStatus, resource: StatusResource, isRecursive: boolean, isForced: boolean): Answer {
  const top = topResource(status.resources, resource) ?? resource;
  const subject = isForced ? resource.id : top.id;
  const walk = new Walk(status, isRecursive);
  const lists = [...walk.locations(subject), ...walk.dependents(subject, new Set()), ...walk.primaries(subject, new Set())];
  const text = lists.flatMap((list) => listLines(list)).map((line) => `${line}\n`);
  return { text: text.join(""), parts: [element("constraints", {}, walk.parts)] };
}

class Walk {
  readonly parts: XmlElement[] = [];
  readonly #status: ClusterStatus;
  readonly #locations: readonly Location[];
  readonly #colocations: readonly Colocation[];
  readonly #isRecursive: boolean;

  constructor(status: ClusterStatus, isRecursive: boolean) {
    this.#status = status;
    this.#locations = configuredLocations(status.unpacked);
    this.#colocations = readColocations(status);
    this.#isRecursive = isRecursive;
  }

  /** What was read last comes first, as in Pacemaker's lists. */
  locations(id: string): TextList[] {
    const { nodes } = this.#status.unpacked;
    const found = this.#locations.filter((location) => location.resource.id === id).reverse();
    const items = found.flatMap((location) =>
      [...location.wishes].reverse().map((wish) => {
        const score = formatScore(wish.score);
        const node = nodes.find(({ index }) => index === wish.nodeIndex)?.name ?? "";
        this.parts.push(element("rsc_location", { node, rsc: id, id: location.ruleId, score }));
        return `Node ${node} (score=${score}, id=${location.ruleId}, rsc=${id})`;
      }),
    );
    return items.length === 0 ? [] : [{ title: "Locations", items }];
  }

  /** Who wants to be with it; `seen` are the resources on the way here. */
  dependents(id: string, seen: Set<string>): TextList[] {
    const found = this.#colocations.filter((colocation) => colocation.primary === id);
    return this.#list(`Resources colocated with ${id}`, id, found, "dependent", seen);
  }

  /** Whom it wants to be with. */
  primaries(id: string, seen: Set<string>): TextList[] {
    const found = this.#colocations.filter((colocation) => colocation.dependent === id);
    return this.#list(`Resources ${id} is colocated with`, id, found, "primary", seen);
  }

  #list(title: string, id: string, found: readonly Colocation[], part: "dependent" | "primary", seen: Set<string>): TextList[] {
    if (seen.has(id)) return [];
    seen.add(id);
    const items = found.flatMap((colocation): TextItem[] => {
      const other = colocation[part];
      this.parts.push(colocationXml(colocation));
      if (seen.has(other)) return [`${other} (id=${colocation.id} - loop)`];
      const role =
        colocation.primaryRole === undefined ? "" : `${part === "dependent" ? "needs" : "with"} role=${colocation.primaryRole}, `;
      const line = `${other} (score=${formatScore(colocation.score)}, ${role}id=${colocation.id})`;
      const deeper = this.#isRecursive
        ? part === "dependent"
          ? () => this.dependents(other, seen)
          : () => this.primaries(other, seen)
        : () => [];
      return [line, { title: "", items: [...this.locations(other), ...deeper()] }];
    });
    return items.length === 0 ? [] : [{ title, items }];
  }
}

function colocationXml(colocation: Colocation): XmlElement {
  return element("rsc_colocation", {
    id: colocation.id,
    rsc: colocation.dependent,
    "with-rsc": colocation.primary,
    score: formatScore(colocation.score),
    "node-attribute": colocation.attribute,
    "rsc-role": colocation.dependentRole,
    "with-rsc-role": colocation.primaryRole,
  });
}

/** Why a resource does not run, or not on a node. */
export function showReasons(status: ClusterStatus, resource: StatusResource | undefined, node: string | undefined): Answer {
  const all = node === undefined ? status.resources : status.resources.flatMap(primitivesOf).filter(({ nodes }) => nodes.includes(node));
  const subjects = resource ? [resource] : all;
  const checks = subjects.map((subject) => checkOf(status, subject, node));
  const isRunning = (subject: StatusResource): boolean => (node === undefined ? subject.isPartlyActive : subject.nodes.includes(node));
  const lines = subjects.flatMap((subject, at) => [
    `Resource ${instanceName(status, subject)} is ${isRunning(subject) ? "" : "not "}running${node === undefined ? "" : ` on host ${node}`}`,
    ...(checks[at]?.texts ?? []),
  ]);
  const text = lines.map((line) => `${line}\n`).join("");
  const own = checks.map((check) => check.xml);
  if (resource && node === undefined) return { text, parts: [element("reason", { running: String(isRunning(resource)) }, own)] };
  if (resource) return { text, parts: [element("reason", { running_on: isRunning(resource) ? node : undefined }, own)] };
  const parts = subjects.map((subject, at) =>
    element("resource", { id: subject.id, running: String(isRunning(subject)), host: node }, own.slice(at, at + 1)),
  );
  return { text, parts: [element("reason", {}, [element("resources", {}, parts)])] };
}

/** What keeps a resource from being what it could be, told after something was done to it. */
export function checkResource(status: ClusterStatus, resource: StatusResource, node: string | undefined): Answer {
  const { texts, xml } = checkOf(status, resource, node);
  return { text: texts.map((line) => `${line}\n`).join(""), parts: [xml] };
}

function checkOf(status: ClusterStatus, resource: StatusResource, node: string | undefined): { texts: string[]; xml: XmlElement } {
  const top = topResource(status.resources, resource);
  // A member's own settings are told under the name of the whole.
  const id = top && top.kind !== "bundle" ? top.id : resource.id;
  const { byId } = status.unpacked.resources;
  const configured = byId.get(resource.id) ?? byId.get(`${resource.printableId}:0`);
  const isStopped = /^stopped$/i.test(resource.targetRole ?? "");
  const isUnpromoted = /^(unpromoted|slave)$/i.test(resource.targetRole ?? "");
  // What keeps the cluster off for other reasons is not told here.
  const isUnmanaged = parseBoolean(configured?.meta.get("is-managed")) === false;
  const strategy = clusterOption(status.cib, "node-health-strategy") ?? "none";
  const health = status.nodes.find((candidate) => candidate.name === node)?.health;
  const isUnhealthy = strategy !== "none" && health !== undefined && health === "red" && !ignoresHealth(configured);
  const texts = [
    ...(isStopped ? [`Configuration specifies '${id}' should remain stopped`] : []),
    ...(isUnpromoted && resource.isPromotable ? [`Configuration specifies '${id}' should not be promoted`] : []),
    ...(isUnmanaged ? [`Configuration prevents cluster from stopping or starting unmanaged '${id}'`] : []),
    ...(resource.lockNode === undefined ? [] : [`'${id}' is locked to node ${resource.lockNode} due to shutdown`]),
    ...(isUnhealthy ? [`'${id}' cannot run on unhealthy nodes due to node-health-strategy='${strategy}'`] : []),
  ];
  const xml = element("check", {
    id,
    remain_stopped: isStopped ? "true" : undefined,
    promotable: isUnpromoted && resource.isPromotable ? "false" : undefined,
    unmanaged: isUnmanaged ? "true" : undefined,
    "locked-to": resource.lockNode,
    unhealthy: isUnhealthy ? "true" : undefined,
  });
  return { texts, xml };
}

function ignoresHealth(resource: Resource | undefined): boolean {
  return parseBoolean(resource?.meta.get("allow-unhealthy-nodes")) === true;
}
