import { EXIT } from "../model/exit-code.ts";
import type { Resource } from "../scheduler/resource.ts";
import { readPairs } from "../scheduler/unpack/pairs.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import type { Answer } from "./answer.ts";
import { askCib } from "./cib-access.ts";
import { refused } from "./crm-resource-constraints.ts";
import type { ToolPorts } from "./tool.ts";

const CLIENT = "crm_resource";

/** Which parameter of which resource a command is about. */
export interface ParameterCommand {
  readonly resource: Resource;
  /** The resource's element as it was written, without what a template adds. */
  readonly source: XmlElement;
  readonly name: string;
  readonly kind: "instance_attributes" | "meta_attributes" | "utilization";
  /** XML id of the set, when the user names one. */
  readonly setId: string | undefined;
  readonly nowEpochSeconds: number;
}

/** Shows a value; inherited and default meta attributes count. */
export function getParameter(command: ParameterCommand): Answer {
  const { resource, name, kind } = command;
  const values = kind === "meta_attributes" ? resource.meta : inheritedPairs(command);
  const value = values.get(name);
  if (value === undefined) return { errors: [`Attribute '${name}' not found for '${command.source.id}'`] };
  const item = element("item", { name });
  item.text = value;
  return { text: `${value}\n`, parts: [element("list", { name: "attributes", count: 1 }, [item])] };
}

/** Writes a value: over the present one, else into the resource's own set. */
export async function setParameter(ports: ToolPorts, command: ParameterCommand, value: string): Promise<Answer> {
  const { source, name, kind } = command;
  const found = findPair(command);
  const setId = found?.set.id ?? command.setId ?? `${source.id}-${kind}`;
  const id = found?.pair.id ?? `${setId}-${name}`.replace(/[^A-Za-z0-9_.-]/g, ".");
  const set = element(kind, { id: setId }, [element("nvpair", { id, name, value })]);
  const input = writeCompact(element(source.name, { id: source.id }, [set]));
  const reply = await askCib(ports, CLIENT, { operation: "modify", scope: "resources", input, isCreateAllowed: true });
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  return { text: `Set '${source.id}' option: id=${id} set=${setId} name=${name} value=${value}\n` };
}

/** Removes a value; one that is not there is no error. */
export async function deleteParameter(ports: ToolPorts, command: ParameterCommand): Promise<Answer> {
  const found = findPair(command);
  if (!found) return {};
  const id = found.pair.id ?? "";
  const reply = await askCib(ports, CLIENT, { operation: "delete", xpath: `//nvpair[@id='${id}']` });
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  return { text: `Deleted '${command.source.id}' option: id=${id} name=${command.name}\n` };
}

function findPair(command: ParameterCommand): { set: XmlElement; pair: XmlElement } | undefined {
  for (const set of command.source.childrenNamed(command.kind)) {
    if (command.setId !== undefined && set.id !== command.setId) continue;
    const pair = set.childrenNamed("nvpair").find((candidate) => candidate.get("name") === command.name);
    if (pair) return { set, pair };
  }
  return undefined;
}

function inheritedPairs(command: ParameterCommand): Map<string, string> {
  const values = new Map<string, string>();
  for (let here: Resource | undefined = command.resource; here; here = here.parent) {
    readPairs(here.xml, command.kind, { nowEpochSeconds: command.nowEpochSeconds }, values);
  }
  return values;
}
