import { resourceXml } from "../output/resource-xml.ts";
import { type ClusterStatus, primitivesOf, type StatusResource } from "../output/status-model.ts";
import { resourceListText } from "../output/status-text.ts";
import { resourceLine } from "../output/status-words.ts";
import type { Resource } from "../scheduler/resource.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { writePretty } from "../xml/write.ts";
import type { Answer } from "./answer.ts";

/** Bits of a resource's state in the list for test suites. Source: Pacemaker 3.0.2, `crm_resource --list-cts`. */
const FLAG = { removed: 1, managed: 2, blocked: 4 };

/** All resources with their state. */
export function listResources(status: ClusterStatus): Answer {
  const parts = status.resources.flatMap((resource) => resourceXml(resource, status));
  return { text: resourceListText(status), parts: [element("resources", {}, parts)] };
}

/** The ids of all primitives. */
export function listIds(status: ClusterStatus): Answer {
  const ids = status.resources.flatMap(primitivesOf).map((resource) => resource.id);
  const items = ids.map((id) => textElement("item", { name: "resource" }, id));
  return { text: ids.map((id) => `${id}\n`).join(""), parts: [element("list", { name: "resource names", count: ids.length }, items)] };
}

/** All resources and colocations, one per line, for test suites. */
export function listForSuites(cib: XmlElement, status: ClusterStatus): Answer {
  const lines = (resource: StatusResource, parent: string): string[] => {
    const flags =
      (resource.isRemoved ? FLAG.removed : 0) | (resource.isManaged ? FLAG.managed : 0) | (resource.isBlocked ? FLAG.blocked : 0);
    const agent = [resource.provider, resource.agentClass, resource.type].map((part) => (part === "" ? "NA" : part));
    const needsQuorum = resource.agentClass === "stonith" ? 0 : 1;
    const fields = ["Resource:", resource.kind, resource.id, resource.id, parent, ...agent, resource.nodes[0] ?? "NA", needsQuorum];
    const own = [...fields, flags, `0x${flags.toString(16).padStart(16, "0")}`].join(" ");
    return [own, ...resource.members.flatMap((member) => lines(member, resource.id))];
  };
  const colocations = cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? [];
  const constraints = colocations.map((constraint) => {
    const fields = ["rsc", "with-rsc", "score", "rsc-role", "with-rsc-role"].map((name) => constraint.get(name) ?? "(null)");
    return ["Constraint", constraint.name, constraint.id, ...fields].join(" ");
  });
  const all = [...status.resources.flatMap((resource) => lines(resource, "NA")), ...constraints];
  return { text: all.map((line) => `${line}\n`).join("") };
}

/** Where a resource is active. */
export function locateResource(resource: StatusResource): Answer {
  const promoted = resource.role === "Promoted" ? " Promoted" : "";
  const lines = resource.nodes.map((node) => `resource ${resource.id} is running on: ${node}${promoted}\n`);
  const nodes = resource.nodes.map((name) => textElement("node", promoted === "" ? {} : { state: "promoted" }, name));
  const text = lines.length === 0 ? `resource ${resource.id} is NOT running\n` : lines.join("");
  return { text, parts: [element("nodes", { resource: resource.id }, nodes)] };
}

/** A resource's state and its XML, with its template's content unless the XML is wanted as it was written. */
export function showXml(cib: XmlElement, status: ClusterStatus, resource: StatusResource, definition: Resource, isRaw: boolean): Answer {
  const source = isRaw ? findDefinition(cib, resource.id) : definition.xml;
  const xml = writePretty(source ?? definition.xml);
  const heads =
    resource.kind === "group" ? [`Resource Group: ${resource.id}:`, ...primitivesOf(resource).map(memberLine)] : [resourceLine(resource)];
  const shown = textElement("xml", {}, xml);
  return {
    text: `${heads.join("\n")}\nResource XML:\n${xml}`,
    parts: [element("resource_config", {}, [...resourceXml(resource, status), shown])],
  };
}

const memberLine = (member: StatusResource): string => `  * ${resourceLine(member)}`;

/** The element of a resource as it was written. */
export function findDefinition(cib: XmlElement, id: string): XmlElement | undefined {
  for (const node of cib.descend("configuration", "resources")?.walk() ?? []) if (node.id === id) return node;
  return undefined;
}

function textElement(name: string, attributes: Readonly<Record<string, string>>, text: string): XmlElement {
  const made = element(name, attributes);
  made.text = text;
  return made;
}
