import { leadingInteger } from "../../base/leading-integer.ts";
import { EXIT, exitText, OPERATION_STATUS } from "../../model/exit-code.ts";
import { resourceItems, WHOLE_LIST } from "../../output/status/resource-lists.ts";
import { resourceXml } from "../../output/status/resource-xml.ts";
import { type ClusterStatus, instanceName, primitivesOf, type StatusResource, withMembers } from "../../output/status/status-model.ts";
import { resourceListText } from "../../output/status/status-text.ts";
import { resourceLine, statusText } from "../../output/status/status-words.ts";
import type { TextItem } from "../../output/text/text-list.ts";
import { orderedHistory } from "../../scheduler/act/history-order.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { cdataElement, element, textElement, XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { resourceFlags } from "./resource-flags.ts";

const NOTHING = `Error performing operation: ${exitText(EXIT.noSuchObject)}`;

/** All resources with their state; it is an error when there are none. */
export function listResources(status: ClusterStatus): Answer {
  const parts = status.resources.flatMap((resource) => resourceXml(resource, status));
  if (status.resources.length === 0) {
    const none = element("resources", {}, [textElement("item", {}, "No resources")]);
    return { ...refusal("crm_resource", EXIT.noSuchObject, NOTHING), text: resourceListText(status), parts: [none] };
  }
  return { text: resourceListText(status), parts: [element("resources", {}, parts)] };
}

/** The ids of all primitives. */
export function listIds(status: ClusterStatus): Answer {
  const ids = status.resources.flatMap((top) => (top.kind === "bundle" ? partsThenContents(top) : primitivesOf(top))).map(({ id }) => id);
  const items = ids.map((id) => textElement("item", { name: "resource" }, id));
  const list = element("list", { name: "resource names", count: ids.length }, items);
  return { text: ids.map((id) => `${id}\n`).join(""), parts: [list] };
}

/** What makes up the replicas of a bundle, then what is in them. */
function partsThenContents(bundle: StatusResource): StatusResource[] {
  const isContent = ({ replica }: StatusResource, at: number): boolean => at === replica?.child;
  return [false, true].flatMap((isWanted) =>
    bundle.members.flatMap((one) => one.members.filter((_, at) => isContent(one, at) === isWanted)),
  );
}

/** All resources and colocations, one per line, for test suites. */
export function listForSuites(cib: XmlElement, { unpacked }: ClusterStatus): Answer {
  const lines = (resource: Resource, parent: string): string[] => {
    const { kind, id, historyName, agentClass, provider, type, bundle } = resource;
    const agent = kind === "primitive" ? [agentClass, type] : ["(null)", "(null)"];
    const place = placeOf(resource)?.name ?? "NA";
    const needsQuorum = agentClass === "stonith" ? 0 : 1;
    const flags = resourceFlags(resource);
    const fields = ["Resource:", kind, id, historyName, parent, provider === "" ? "NA" : provider, ...agent, place, needsQuorum];
    const own = [...fields, flags, `0x${flags.toString(16).padStart(16, "0")}`].join(" ");
    // What runs in containers comes after them.
    const content = resource.children.filter((child) => bundle !== undefined && child === bundle.inner);
    const children = [...resource.children.filter((child) => !content.includes(child)), ...content];
    return [own, ...children.flatMap((child) => lines(child, id))];
  };
  const colocations = cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? [];
  const constraints = colocations.map((constraint) => {
    const fields = ["rsc", "with-rsc", "score", "rsc-role", "with-rsc-role"].map((name) => constraint.get(name) ?? "NA");
    return ["Constraint", constraint.name, constraint.id, ...fields].join(" ");
  });
  const all = [...unpacked.top.flatMap((resource) => lines(resource, "NA")), ...constraints];
  return { text: all.map((line) => `${line}\n`).join("") };
}

/** Where a resource, or the first of what it consists of, is. */
function placeOf(resource: Resource): SchedulerNode | undefined {
  return [resource, ...resource.instances, ...resource.primitives()].map((one) => one.currentNode).find((node) => node !== undefined);
}

/**
 * Where a resource is active; for a clone every instance, and so for what they are all called if their history calls them
 * so. Else the instance that answers for that name.
 */
export function locateResource(status: ClusterStatus, resource: StatusResource): Answer {
  const instances = status.resources.flatMap(withMembers).filter((one) => one.kind === "primitive" && one.printableId === resource.id);
  const answering = instanceName(status, resource);
  const isShared = answering !== resource.id && status.unpacked.resources.byId.get(answering)?.historyName === resource.id;
  const own = instances.filter(({ id }) => id === answering);
  const places = resource.kind === "clone" ? resource.members : isShared ? instances : own.length === 0 ? [resource] : own;
  const found = places.flatMap((place) => place.nodes.map((node) => ({ node, isPromoted: isPromoted(place) }))).reverse();
  const lines = found.map(({ node, isPromoted }) => `resource ${resource.id} is running on: ${node}${isPromoted ? " Promoted" : ""}\n`);
  const nodes = found.map(({ node, isPromoted }) => textElement("node", isPromoted ? { state: "promoted" } : {}, node));
  const parts = [element("nodes", { resource: resource.id }, nodes)];
  return lines.length === 0 ? { parts, notes: [`resource ${resource.id} is NOT running`] } : { text: lines.join(""), parts };
}

function isPromoted(resource: StatusResource): boolean {
  return resource.isPromotable && primitivesOf(resource).some((one) => one.role === "Promoted");
}

/** A resource's state and its XML, with its template's content unless the XML is wanted as it was written. */
export function showXml(
  cib: XmlElement,
  status: ClusterStatus,
  resource: StatusResource,
  definition: Resource | undefined,
  isRaw: boolean,
): Answer {
  const source = isRaw || definition === undefined ? findDefinition(cib, resource.id.replace(/:\d+$/, "")) : definition.xml;
  const xml = writePretty(numbered(source ?? element(resource.kind, { id: resource.id }), definition));
  const items = resourceItems(resource, status, WHOLE_LIST, undefined);
  const head = items.flatMap(leaves).filter((line) => !line.startsWith("Stopped: ["));
  return {
    text: `${head.map((line) => `${line}\n`).join("")}Resource XML:\n${xml}`,
    parts: [element("resource_config", {}, [...resourceXml(resource, status), cdataElement("xml", xml)])],
  };
}

/** An instance of a clone says which one it is. */
function numbered(xml: XmlElement, definition: Resource | undefined): XmlElement {
  const number = definition?.kind === "primitive" || definition?.kind === "group" ? definition.instanceNumber : undefined;
  if (number === undefined) return xml;
  const visit = (one: XmlElement): XmlElement =>
    one.name === "primitive" || one.name === "group"
      ? new XmlElement(one.name, [...one.attributes, ["clone", String(number)]], one.children.map(visit), one.text)
      : one;
  return visit(xml);
}

/** The lines of a list that are no headings. */
function leaves(item: TextItem): string[] {
  return typeof item === "string" ? [item] : item.items.flatMap(leaves);
}

/** The element of a resource as it was written. */
export function findDefinition(cib: XmlElement, id: string): XmlElement | undefined {
  for (const node of cib.descend("configuration", "resources")?.walk() ?? []) if (node.id === id) return node;
  return undefined;
}

/** The operations in the history: all, or those of what is active. */
export function listOperations(
  status: ClusterStatus,
  only: { readonly resource: string | undefined; readonly node: string | undefined; readonly isAll: boolean },
  dateText: (epochSeconds: number) => string,
): Answer {
  const all = status.resources.flatMap(primitivesOf);
  const told = (status.cib.child("status")?.childrenNamed("node_state") ?? []).flatMap((state) => {
    const node = status.nodes.find((candidate) => candidate.id === state.id || candidate.name === state.get("uname"));
    if (!node || (only.node !== undefined && node.name !== only.node)) return [];
    // What an offline node did matters as long as it may have to be fenced.
    if (!node.isOnline && !status.options.isFencingEnabled) return [];
    const holders = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
    return holders
      .filter(({ id }) => only.resource === undefined || id === only.resource)
      .flatMap((holder) => {
        // Of instances that cannot be told apart the first one stands for all, wherever it is.
        const name = holder.id?.replace(/:\d+$/, "");
        const resource = all.find((one) => one.id === holder.id) ?? all.find((one) => one.printableId === name);
        const operations = only.isAll ? orderedHistory(holder).operations : activeOperations(holder);
        return operations.map((op) => operationTold(op, { holder, resource, node: node.name, dateText }));
      });
  });
  const parts = told.map(({ part }) => part);
  return { text: told.map(({ line }) => line).join(""), parts: parts.length === 0 ? [] : [element("operations", {}, parts)] };
}

/** A recorded operation as a line, and for programs. */
function operationTold(
  op: XmlElement,
  {
    holder,
    resource,
    node,
    dateText,
  }: {
    readonly holder: XmlElement;
    readonly resource: StatusResource | undefined;
    readonly node: string;
    readonly dateText: (epochSeconds: number) => string;
  },
): { readonly line: string; readonly part: XmlElement } {
  const [call, rc, key] = [op.get("call-id") ?? "", op.get("rc-code") ?? "", op.get("operation_key") ?? op.id ?? ""];
  const result = statusText(Number(op.get("op-status") ?? OPERATION_STATUS.done));
  const agent = [holder.get("class"), holder.get("provider") ?? "", holder.get("type")].join(":");
  const changed = op.get("last-rc-change");
  const when = changed === undefined ? undefined : dateText(leadingInteger(changed, 0));
  const taken = when === undefined ? undefined : op.get("exec-time");
  const times = `${when === undefined ? "" : `, last-rc-change='${when}'`}${taken === undefined ? "" : `, exec=${taken}ms`}`;
  const shown = resource === undefined ? `Unknown resource ${holder.id}` : resourceLine(resource, { isWithoutNodes: true });
  return {
    line: `${shown}: ${key} (node=${node}, call=${call}, rc=${rc}${times}): ${result}\n`,
    part: element("operation", {
      op: key,
      node,
      call,
      rc,
      status: result,
      rsc: resource?.printableId ?? holder.id,
      agent,
      "last-rc-change": when,
      "exec-time": taken,
    }),
  };
}

/** Operations in their order; for what is active only those since it was started, for what was stopped none. */
function activeOperations(holder: XmlElement): readonly XmlElement[] {
  const { operations, startIndex, stopIndex } = orderedHistory(holder);
  return startIndex < stopIndex ? [] : operations.slice(Math.max(0, startIndex));
}
