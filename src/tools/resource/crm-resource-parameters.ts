import { EXIT } from "../../model/exit-code.ts";
import { type ClusterStatus, instanceName, type StatusResource, topResource, withMembers } from "../../output/status/status-model.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { readPairs } from "../../scheduler/unpack/configuration/pairs.ts";
import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { askCib, readCib } from "../cib/cib-access.ts";
import type { Answer } from "../frame/answer.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { readColocations } from "./crm-resource-colocations.ts";
import { refused } from "./crm-resource-constraints.ts";
import { elementOf, type FoundPair, findPairs, plainId } from "./crm-resource-pairs.ts";
import { matchesText } from "./matching-pairs.ts";

const CLIENT = "crm_resource";

/** Which parameter of which resource a command is about. */
export interface ParameterCommand {
  readonly status: ClusterStatus;
  readonly resource: StatusResource;
  /** As the scheduler reads it: meta attributes inherited, template filled in. */
  readonly definition: Resource;
  readonly name: string;
  readonly kind: "instance_attributes" | "meta_attributes" | "utilization" | "element";
  /** XML id of the set, when the user names one. */
  readonly setId: string | undefined;
  /** XML id of the pair, when the user names one. */
  readonly pairId: string | undefined;
  readonly isForced: boolean;
  readonly isRecursive: boolean;
  readonly nowEpochSeconds: number;
}

/** Shows a value; inherited and default meta attributes count. */
export function getParameter(command: ParameterCommand): Answer {
  const { definition, name, kind, resource } = command;
  // What a template says of it, too.
  const value = kind === "element" ? definition?.xml.get(name) : valuesOf(command, definition).get(name);
  const id = instanceName(command.status, resource);
  // Rules may give it another value on each node.
  const notes = activeNodes(command, id) > 1 ? [severalNodes(id, name)] : [];
  if (value === undefined) return { errors: [...notes, `Attribute '${name}' not found for '${id}'`] };
  return {
    errors: notes,
    text: `${value}\n`,
    parts: [element("list", { name: "attributes", count: 1 }, [textElement("item", { name }, value)])],
  };
}

const severalNodes = (id: string, name: string): string => `${id} is active on more than one node, returning the default value for ${name}`;

/** On how many nodes the resource is that answers. */
function activeNodes({ status }: ParameterCommand, id: string): number {
  return status.resources.flatMap(withMembers).find((one) => one.id === id)?.nodes.length ?? 0;
}

function valuesOf(command: ParameterCommand, definition: Resource): ReadonlyMap<string, string> {
  if (command.kind === "meta_attributes") return definition.meta;
  const values = new Map<string, string>();
  for (let here: Resource | undefined = definition; here; here = here.parent) {
    readPairs(here.xml, command.kind, { nowEpochSeconds: command.nowEpochSeconds }, values);
  }
  return values;
}

/** One value that was written. */
interface Written {
  readonly resource: string;
  readonly tag: string;
  readonly kind: string;
  readonly setId: string;
  readonly pairId: string;
  /** Its id as it is told: one that was asked for and is not there is not known when that is done. */
  readonly shownId: string;
  /** The set was named, or made, and not only found. */
  readonly isSetShown: boolean;
}

/** Writes a value: over the present one, else into a set of its own; on a clone's child into the clone unless forced. */
export async function setParameter(ports: ToolPorts, command: ParameterCommand, value: string): Promise<Answer> {
  const { name } = command;
  if (command.kind === "element") return setElement(ports, command, value);
  const work: Work = { ports, command, cib: command.status.cib, texts: [], written: [], seen: new Set() };
  const problem = await update(work, command.resource, value, command.setId, command.pairId);
  if (problem) return { ...problem, text: work.texts.join("") };
  const lines = work.written.map((one) => {
    const set = one.isSetShown ? ` set=${one.setId}` : "";
    return `Set '${one.resource}' option: id=${one.shownId}${set} name=${name} value=${value}\n`;
  });
  const parts = work.written.map((one) =>
    element(one.tag, { id: one.resource }, [element(one.kind, { id: one.setId }, [element("nvpair", { id: one.pairId, value, name })])]),
  );
  return { text: [...work.texts, ...lines].join(""), parts: [element("resource-settings", {}, parts)] };
}

interface Work {
  readonly ports: ToolPorts;
  readonly command: ParameterCommand;
  cib: XmlElement;
  readonly texts: string[];
  readonly written: Written[];
  readonly seen: Set<string>;
}

async function update(
  work: Work,
  resource: StatusResource,
  value: string,
  setId: string | undefined,
  pairId: string | undefined,
): Promise<Answer | undefined> {
  const { command, ports } = work;
  const { name, kind } = command;
  warnOfSeveral(work, resource, pairId);
  const refusal = kind === "instance_attributes" && !command.isForced ? metaAttributeInTheWay(work, resource, setId, pairId) : undefined;
  if (refusal) return refusal;
  const targets = kind === "instance_attributes" ? [resource] : targetsOf(work, resource, "update", setId, pairId);
  const chosen = setId !== undefined || pairId !== undefined ? targets.slice(-1) : targets;
  for (const target of chosen) {
    const id = plainId(target);
    const found = findPairs(work.cib, id, { kind, setId, pairId, name });
    announce(work, found);
    if (found.length > 1) return several();
    const [pair] = found;
    const xml = elementOf(work.cib, target);
    if (!xml) return { exitCode: EXIT.noSuchObject, errors: [operationFailed("No such device or address")] };
    const ownSet = pair?.set.id ?? setId ?? `${id}-${kind}`;
    const ownId = pair?.pair.id ?? pairId ?? `${ownSet}-${name}`.replace(/[^A-Za-z0-9_.-]/g, ".");
    const made = element("nvpair", { id: ownId, name, value });
    const input = pair ? made : element(xml.name, { id }, [element(kind, { id: ownSet }, [made])]);
    const reply = await askCib(ports, CLIENT, {
      operation: "modify",
      scope: "resources",
      input: writeCompact(input),
      isCreateAllowed: true,
    });
    if (reply.exitCode !== EXIT.ok) return refused(reply);
    work.written.push({
      resource: id,
      tag: xml.name,
      kind,
      setId: ownSet,
      pairId: ownId,
      shownId: pair || pairId === undefined ? ownId : "(null)",
      isSetShown: !pair || setId !== undefined,
    });
    const again = await readCib(ports, CLIENT);
    if ("cib" in again) work.cib = again.cib;
    if (command.isRecursive && kind === "meta_attributes") {
      work.seen.add(target.id);
      for (const colocation of readColocations(command.status)) {
        if (colocation.primary !== target.id || colocation.score <= 0 || work.seen.has(colocation.dependent)) continue;
        const dependent = command.status.resources.flatMap(withMembers).find((one) => one.id === colocation.dependent);
        const problem = dependent && (await update(work, dependent, value, undefined, undefined));
        if (problem) return problem;
      }
    }
  }
  return undefined;
}

/** Removes a value; one that is not there is an error. */
export async function deleteParameter(ports: ToolPorts, command: ParameterCommand): Promise<Answer> {
  const { name, kind, setId, pairId } = command;
  const work: Work = { ports, command, cib: command.status.cib, texts: [], written: [], seen: new Set() };
  warnOfSeveral(work, command.resource, pairId);
  if (kind === "element") {
    const xml = elementOf(work.cib, command.resource)?.clone();
    if (!xml) return { exitCode: EXIT.noSuchObject, errors: [operationFailed("No such device or address")] };
    xml.set(name, undefined);
    const reply = await askCib(ports, CLIENT, { operation: "replace", scope: "resources", input: writeCompact(xml) });
    return reply.exitCode === EXIT.ok ? { text: `Deleted attribute: ${name}\n` } : refused(reply);
  }
  const targets = kind === "meta_attributes" ? targetsOf(work, command.resource, "delete", setId, pairId) : [command.resource];
  for (const target of targets) {
    const id = plainId(target);
    const found = findPairs(work.cib, id, { kind, setId, pairId, name });
    announce(work, found);
    if (found.length > 1) return { ...several(), text: work.texts.join("") };
    const [pair] = found;
    if (!pair) return { exitCode: EXIT.noSuchObject, errors: [operationFailed("No such object")], text: work.texts.join("") };
    const input = writeCompact(element("nvpair", { id: pair.pair.id, name }));
    const reply = await askCib(ports, CLIENT, { operation: "delete", scope: "resources", input });
    if (reply.exitCode !== EXIT.ok) return refused(reply);
    work.texts.push(`Deleted '${id}' option: id=${pair.pair.id}${setId === undefined ? "" : ` set=${setId}`} name=${name}\n`);
  }
  return { text: work.texts.join("") };
}

async function setElement(ports: ToolPorts, command: ParameterCommand, value: string): Promise<Answer> {
  const xml = elementOf(command.status.cib, command.resource)?.clone();
  if (!xml) return { exitCode: EXIT.noSuchObject, errors: [operationFailed("No such device or address")] };
  xml.set(command.name, value);
  const reply = await askCib(ports, CLIENT, { operation: "replace", scope: "resources", input: writeCompact(xml) });
  return reply.exitCode === EXIT.ok ? { text: `Set attribute: name=${command.name} value=${value}\n` } : refused(reply);
}

const operationFailed = (text: string): string => `crm_resource: Error performing operation: ${text}`;
const several = (): Answer => ({ exitCode: EXIT.multiple, errors: [operationFailed("Multiple items match request")] });

/** Says that the name occurs more than once in and below the topmost resource. */
function warnOfSeveral(work: Work, resource: StatusResource, pairId: string | undefined): void {
  const { command } = work;
  if (pairId !== undefined || command.isForced) return;
  const top = topResource(command.status.resources, resource) ?? resource;
  announce(work, findPairs(work.cib, top.id, { kind: undefined, setId: undefined, pairId: undefined, name: command.name }));
}

function announce(work: Work, found: readonly FoundPair[]): void {
  if (found.length > 1)
    work.texts.push(
      `${matchesText(
        work.command.name,
        found.map((one) => one.pair),
      )}\n`,
    );
}

/** An instance attribute that is called like a meta attribute is most likely a mistake. */
function metaAttributeInTheWay(
  work: Work,
  resource: StatusResource,
  setId: string | undefined,
  pairId: string | undefined,
): Answer | undefined {
  const { name, status } = work.command;
  const top = topResource(status.resources, resource) ?? resource;
  const pairs = findPairs(work.cib, top.id, { kind: "meta_attributes", setId, pairId, name });
  announce(work, pairs);
  const [found] = pairs;
  if (!found) return undefined;
  const id = found.pair.id;
  return {
    exitCode: EXIT.multiple,
    errors: [
      `WARNING: There is already a meta attribute for '${top.id}' called '${name}' (id=${id})`,
      `         Delete '${id}' first or use the force option to override`,
      operationFailed("Multiple items match request"),
    ],
  };
}

/** Where to change a meta attribute: where it is, else in the clone; in a group also in the members that have it. */
function targetsOf(
  work: Work,
  resource: StatusResource,
  verb: "update" | "delete",
  setId: string | undefined,
  pairId: string | undefined,
): StatusResource[] {
  const { name, kind, isForced, status } = work.command;
  if (isForced) return [resource];
  const query = { kind, setId, pairId, name };
  const has = (one: StatusResource): boolean => findPairs(work.cib, plainId(one), query).length > 0;
  const parent = status.resources
    .flatMap(withMembers)
    .find((one) => one.members.some((member) => member.id === resource.id || member.printableId === resource.id));
  if (parent?.kind === "clone") {
    if (has(resource)) return [resource];
    work.texts.push(`Performing ${verb} of '${name}' on '${parent.id}', the parent of '${resource.id}'\n`);
    return [parent];
  }
  if (resource.kind === "clone") {
    const [child] = resource.members;
    if (child?.kind !== "primitive" || !has(child)) return [resource];
    work.texts.push(
      `A value for '${name}' already exists in child '${plainId(child)}', performing ${verb} on that instead of '${resource.id}'\n`,
    );
    return [child];
  }
  return [...resource.members.flatMap(withMembers).filter((member) => member.kind !== "replica" && has(member)), resource];
}
