import { EXIT } from "../model/exit-code.ts";
import { type ClusterStatus, findStatusResource, primitivesOf, readClusterStatus, type StatusResource } from "../output/status-model.ts";
import { unpack } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
import type { Answer } from "./answer.ts";
import { readCib, usesFile } from "./cib-access.ts";
import { banResource, clearResource, moveResource, refused } from "./crm-resource-constraints.ts";
import { CRM_RESOURCE } from "./crm-resource-options.ts";
import { deleteParameter, getParameter, type ParameterCommand, setParameter } from "./crm-resource-parameters.ts";
import { findDefinition, listForSuites, listIds, listResources, locateResource, showXml } from "./crm-resource-queries.ts";
import { hasOption, optionValue, type ParsedOptions, UsageError } from "./option-table.ts";
import type { Tool, ToolPorts } from "./tool.ts";

const LISTS = ["list", "list-raw", "list-cts"] as const;
const COMMANDS = ["locate", "query-xml", "query-xml-raw", "move", "ban", "clear"] as const;
const PARAMETER_COMMANDS = ["get-parameter", "set-parameter", "delete-parameter"] as const;

/** What every command works with. */
interface Scene {
  readonly parsed: ParsedOptions;
  readonly ports: ToolPorts;
  readonly cib: XmlElement;
  readonly status: ClusterStatus;
  readonly node: string | undefined;
}

async function answer(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const read = await readCib(ports, "crm_resource");
  if ("error" in read) return { exitCode: read.error.exitCode, errors: [`Could not connect to the CIB: ${read.error.message}`] };
  const { cib } = read;
  const status = readClusterStatus(cib, { nowEpochSeconds: ports.epochSeconds() });
  const node = optionValue(parsed, "node") ?? optionValue(parsed, "host-uname");
  if (node !== undefined && !status.nodes.some((candidate) => candidate.name === node)) return notFound("Node", node);
  const scene: Scene = { parsed, ports, cib, status, node };
  const id = optionValue(parsed, "resource");
  const resource = id === undefined ? undefined : findStatusResource(status, id);
  if (id !== undefined && !resource) return notFound("Resource", id);
  const isRefresh = hasOption(parsed, "refresh");
  if (isRefresh || hasOption(parsed, "cleanup")) return forget(scene, resource, isRefresh);
  const parameter = PARAMETER_COMMANDS.find((name) => hasOption(parsed, name));
  const command = COMMANDS.find((name) => hasOption(parsed, name));
  if (parameter === undefined && command === undefined) return list(scene);
  if (!resource) throw new UsageError("crm_resource: Must supply a resource ID with -r/--resource");
  return parameter === undefined ? onResource(scene, resource, command ?? "locate") : onParameter(scene, resource, parameter);
}

const notFound = (what: string, name: string): Answer => ({
  exitCode: EXIT.noSuchObject,
  errors: [`crm_resource: ${what} '${name}' not found\nError performing operation: No such object`],
});

function list({ parsed, cib, status }: Scene): Answer {
  switch (LISTS.findLast((name) => hasOption(parsed, name))) {
    case "list-raw":
      return listIds(status);
    case "list-cts":
      return listForSuites(cib, status);
    default:
      return listResources(status);
  }
}

async function onResource(scene: Scene, resource: StatusResource, command: (typeof COMMANDS)[number]): Promise<Answer> {
  const { parsed, ports, cib, status, node } = scene;
  const isPromoted = hasOption(parsed, "promoted") || hasOption(parsed, "master");
  const placement = {
    cib,
    status,
    resource,
    node,
    role: isPromoted ? ("Promoted" as const) : ("Started" as const),
    isForced: hasOption(parsed, "force"),
    isQuiet: hasOption(parsed, "quiet"),
  };
  switch (command) {
    case "locate":
      return locateResource(resource);
    case "move":
      return moveResource(ports, placement);
    case "ban":
      return banResource(ports, placement);
    case "clear":
      return clearResource(ports, placement);
    default:
      return showXml(cib, status, resource, definitionOf(scene, resource), command === "query-xml-raw");
  }
}

function definitionOf({ cib, ports }: Scene, resource: StatusResource) {
  const unpacked = unpack(cib, ports.epochSeconds());
  const known =
    unpacked.resources.byId.get(resource.id) ??
    unpacked.resources.byId.get(`${resource.id}:0`) ??
    unpacked.history.removed.find((removed) => removed.id === resource.id);
  if (!known) throw new Error(`the resource ${resource.id} has no definition`);
  return known;
}

async function onParameter(scene: Scene, resource: StatusResource, command: (typeof PARAMETER_COMMANDS)[number]): Promise<Answer> {
  const { parsed, ports } = scene;
  const definition = definitionOf(scene, resource);
  const target: ParameterCommand = {
    resource: definition,
    source: findDefinition(scene.cib, resource.id) ?? definition.xml,
    name: optionValue(parsed, command) ?? "",
    kind: hasOption(parsed, "meta") ? "meta_attributes" : hasOption(parsed, "utilization") ? "utilization" : "instance_attributes",
    setId: optionValue(parsed, "set-name"),
    nowEpochSeconds: ports.epochSeconds(),
  };
  if (command === "get-parameter") return getParameter(target);
  if (resource.isRemoved) return notFound("Resource", resource.id);
  if (command === "delete-parameter") return deleteParameter(ports, target);
  const value = optionValue(parsed, "parameter-value");
  if (value === undefined) throw new UsageError("crm_resource: You need to supply a value with the -v option");
  return setParameter(ports, target, value);
}

/** Forgets failures or the whole history; of a group's member, the whole group's unless forced. */
async function forget(scene: Scene, resource: StatusResource | undefined, isRefresh: boolean): Promise<Answer> {
  const { parsed, ports, status, node } = scene;
  const onNode = node === undefined ? {} : { node };
  const where = node === undefined ? "on all nodes" : `on ${node}`;
  const chosen = resource && (hasOption(parsed, "force") ? resource : topOf(status, resource));
  const ids = chosen && primitivesOf(chosen).map((primitive) => primitive.id);
  if (usesFile(ports)) {
    const nodes = node === undefined ? status.nodes.map((candidate) => candidate.name) : [node];
    const lines = ids?.flatMap((id) => nodes.map((name) => `${id} on ${name}`)) ?? [`all resources ${where}`];
    return { text: lines.map((line) => `Dry run: skipping clean-up of ${line} due to CIB_file\n`).join("") };
  }
  const lines: string[] = [];
  for (const id of ids ?? [undefined]) {
    const reply = await ports.ask({ op: "cleanup", ...(id === undefined ? {} : { resource: id }), ...onNode, isRefresh });
    if (reply.exitCode !== EXIT.ok) return refused(reply);
    const cleaned = (reply.data ?? []) as readonly string[];
    lines.push(...(id === undefined ? [`all resources ${where}`] : cleaned));
  }
  return { text: lines.map((line) => `Cleaned up ${line}\n`).join("") };
}

function topOf(status: ClusterStatus, resource: StatusResource): StatusResource {
  return status.resources.find((top) => primitivesOf(top).includes(resource)) ?? resource;
}

/** `crm_resource`. Source: crm_resource(8) of Pacemaker 3.0.2. */
export const crmResource: Tool = {
  description: CRM_RESOURCE,
  run: answer,
};
