import { EXIT, exitText } from "../../model/exit-code.ts";
import { configurationLog } from "../../output/log/configuration-log.ts";
import {
  type ClusterStatus,
  findStatusResource,
  instanceName,
  readClusterStatus,
  type StatusResource,
  withMembers,
} from "../../output/status/status-model.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { readPairs } from "../../scheduler/unpack/configuration/pairs.ts";
import { readCib } from "../cib/cib-access.ts";
import { unvalidatedLog } from "../cib/schema-log.ts";
import { optionListAnswer } from "../cluster/option-list-answer.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, UsageError } from "../frame/option-table.ts";
import type { Tool, ToolPorts, ToolResult } from "../frame/tool.ts";
import { failed } from "../frame/tool.ts";
import { callAgent } from "./crm-resource-agents.ts";
import { showConstraints, showReasons } from "./crm-resource-colocations.ts";
import { banResource, clearExpired, clearResource, moveResource, type PlacementCommand } from "./crm-resource-constraints.ts";
import { showDigests } from "./crm-resource-digests.ts";
import { CRM_RESOURCE } from "./crm-resource-options.ts";
import { deleteParameter, getParameter, type ParameterCommand, setParameter } from "./crm-resource-parameters.ts";
import { listForSuites, listIds, listOperations, listResources, locateResource, showXml } from "./crm-resource-queries.ts";
import { deleteResource, failResource, forget, restartResource } from "./crm-resource-runtime.ts";
import { callNamedAgent, optionPairs, timeoutOf, withoutCib } from "./crm-resource-standalone.ts";

const TOOL = "crm_resource";

/** Commands that need neither a CIB nor a resource. */
const WITHOUT_CIB = [
  "list-standards",
  "list-ocf-providers",
  "list-agents",
  "list-ocf-alternatives",
  "show-metadata",
  "list-options",
  "wait",
];
const FORCED = ["force-demote", "force-stop", "force-start", "force-promote", "force-check", "validate"];
const LISTS = ["list", "list-raw", "list-cts", "list-operations", "list-all-operations"];
/** Commands about one resource. */
const ON_RESOURCE = [
  ...["locate", "query-xml", "query-xml-raw", "constraints", "stack", "move", "ban", "clear", "delete", "fail", "restart", "digests"],
  ...["get-parameter", "set-parameter", "delete-parameter"],
];
const COMMANDS = [...WITHOUT_CIB, ...FORCED, ...LISTS, ...ON_RESOURCE, "why", "cleanup", "refresh"];
/** Commands about what a resource is configured by, whose id does even where its instances can be told apart. */
const ON_CONFIGURATION = ["query-xml", "query-xml-raw", "get-parameter", "set-parameter", "delete-parameter"];
/** Commands that take parameters as `NAME=VALUE` words. */
const WITH_WORDS = [...FORCED, "digests", "restart"];

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer | ToolResult> {
  const command = parsed.given.findLast((option) => COMMANDS.includes(option.name))?.name ?? "list";
  const listType = optionValue(parsed, "list-options");
  if (command === "list-options") {
    if (listType !== "primitive" && listType !== "fencing") return failed(EXIT.usage, `${TOOL}: Error parsing option --list-options`);
    return optionListAnswer(listType, hasOption(parsed, "all"));
  }
  const overrides = new Map<string, string>();
  if (parsed.words.length > 0) {
    const isParameter = (word: string): boolean => word.includes("=");
    if (!WITH_WORDS.includes(command) || !parsed.words.every(isParameter)) {
      const listed = parsed.words.map((word, at) => `[${at + 1} of ${parsed.words.length}] ${word}`);
      return refusal(TOOL, EXIT.usage, ["non-option ARGV-elements:", ...listed].join("\n"));
    }
    for (const word of parsed.words) overrides.set(word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1));
  }
  checkUse(parsed, command);
  if (WITHOUT_CIB.includes(command)) return withoutCib(parsed, ports, command);
  const isDirect = hasOption(parsed, "class") || hasOption(parsed, "agent") || hasOption(parsed, "provider");
  if (isDirect) return callNamedAgent(parsed, ports, command);
  return withCib(parsed, ports, command, overrides);
}

/** Combinations that make no sense. Throws UsageError. */
function checkUse(parsed: ParsedOptions, command: string): void {
  const isDirect = hasOption(parsed, "class") || hasOption(parsed, "agent") || hasOption(parsed, "provider");
  const hasResource = hasOption(parsed, "resource");
  const refuse = (text: string): never => {
    throw new UsageError(`${TOOL}: ${text}`);
  };
  if (isDirect && hasResource) refuse("--class, --agent, and --provider cannot be used with -r/--resource");
  if (isDirect && !FORCED.includes(command)) refuse("--class, --agent, and --provider can only be used with --validate and --force-*");
  if (hasOption(parsed, "expired") && command !== "clear") refuse("--expired requires --clear or -U");
  const needsResource = ON_RESOURCE.includes(command) || (FORCED.includes(command) && !isDirect);
  if (needsResource && !hasResource && !(command === "clear" && hasOption(parsed, "expired")))
    refuse("Must supply a resource ID with -r/--resource");
  const needsNode = command === "fail" || command === "digests";
  if (needsNode && nodeOf(parsed) === undefined) refuse("Must supply a node name with -N/--node");
  if (command === "set-parameter" && (optionValue(parsed, "parameter-value") ?? "") === "")
    refuse("You need to supply a value with the -v option");
  if (command === "delete" && !hasOption(parsed, "resource-type")) refuse("You need to specify a resource type with -t");
}

const nodeOf = (parsed: ParsedOptions): string | undefined => optionValue(parsed, "node") ?? optionValue(parsed, "host-uname");

const notFound = (what: string, name: string): Answer => ({
  exitCode: EXIT.noSuchObject,
  errors: [`${TOOL}: ${what} '${name}' not found\nError performing operation: No such object`],
});

/** What every command on a configuration works with. */
interface Scene {
  readonly parsed: ParsedOptions;
  readonly ports: ToolPorts;
  readonly status: ClusterStatus;
  readonly node: string | undefined;
  readonly overrides: ReadonlyMap<string, string>;
}

async function withCib(parsed: ParsedOptions, ports: ToolPorts, command: string, overrides: ReadonlyMap<string, string>): Promise<Answer> {
  const read = await readCib(ports, TOOL);
  if ("error" in read && read.error.exitCode === EXIT.insufficientPrivileges)
    return {
      exitCode: read.error.exitCode,
      errors: ["Could not obtain the current CIB: Permission denied", `${TOOL}: Error performing operation: Insufficient privileges`],
    };
  if ("error" in read)
    return refusal(
      TOOL,
      read.error.exitCode,
      `Could not connect to the CIB: ${read.error.message}\nError performing operation: ${exitText(read.error.exitCode)}`,
    );
  for (const entry of unvalidatedLog(read.cib)) ports.log(entry);
  const status = readClusterStatus(read.cib, { nowEpochSeconds: ports.epochSeconds() });
  const id = optionValue(parsed, "resource");
  if (command !== "delete") ports.log(() => configurationLog(status, ports.dateText));
  if (command === "delete") return deleteResource(ports, id ?? "", optionValue(parsed, "resource-type") ?? "");
  if (command === "list-raw") return listIds(status);
  const node = nodeOf(parsed);
  const resource = id === undefined ? undefined : findStatusResource(status, id, ON_CONFIGURATION.includes(command));
  const isAboutOperations = command === "list-operations" || command === "list-all-operations";
  if (id !== undefined && !resource && !isAboutOperations) return notFound("Resource", id);
  const isPlacement = ["move", "ban", "clear"].includes(command);
  if (id !== undefined && isPlacement && id.includes(":") && resource?.kind !== "bundle")
    return {
      exitCode: EXIT.invalidParameter,
      errors: [`${TOOL}: Cannot operate on clone resource instance '${id}'\nError performing operation: Invalid parameter`],
    };
  if (node !== undefined && !status.nodes.some((candidate) => candidate.name === node)) return notFound("Node", node);
  const scene: Scene = { parsed, ports, status, node, overrides };
  switch (command) {
    case "list":
      return listResources(status);
    case "list-cts":
      return listForSuites(read.cib, status);
    case "list-operations":
    case "list-all-operations":
      // Histories have the names that instances share.
      return listOperations(status, { resource: id, node, isAll: command === "list-all-operations" }, ports.dateText);
    case "why":
      return showReasons(status, resource, node);
    case "cleanup":
    case "refresh":
      return forget(ports, runtimeOf(scene, resource), command === "refresh");
    case "clear":
      if (hasOption(parsed, "expired")) return clearExpired(ports, read.cib, { resource: id, node, isQuiet: hasOption(parsed, "quiet") });
      break;
  }
  return resource ? onResource(scene, resource, command) : notFound("Resource", id ?? "");
}

function runtimeOf<Subject extends StatusResource | undefined>({ parsed, status, node }: Scene, resource: Subject) {
  return { status, resource, node, isForced: hasOption(parsed, "force"), timeoutMs: timeoutOf(parsed) };
}

async function onResource(scene: Scene, resource: StatusResource, command: string): Promise<Answer> {
  const { parsed, ports, status, node } = scene;
  const isForced = hasOption(parsed, "force");
  const asksForPromoted = hasOption(parsed, "promoted") || hasOption(parsed, "master");
  const isIgnored = asksForPromoted && !resource.isPromotable && command === "move" && node !== undefined;
  const placement: PlacementCommand = {
    status,
    resource: answering(status, resource),
    node,
    isPromotedOnly: asksForPromoted && !isIgnored,
    lifetime: optionValue(parsed, "lifetime"),
    isForced,
    isQuiet: hasOption(parsed, "quiet"),
  };
  if (isIgnored) {
    const answer = await place(ports, placement, command);
    return { ...answer, text: `Ignoring --promoted option: ${resource.id} is not promotable\n${answer.text ?? ""}` };
  }
  switch (command) {
    case "locate":
      return locateResource(status, resource);
    case "constraints":
    case "stack":
      return showConstraints(status, resource, command === "stack", isForced);
    case "move":
    case "ban":
    case "clear":
      return place(ports, placement, command);
    case "fail":
      return failResource(ports, resource, node ?? "");
    case "restart":
      return restartResource(ports, runtimeOf(scene, resource));
    case "query-xml":
    case "query-xml-raw":
      return showXml(status.cib, status, answering(status, resource), definitionOf(status, resource), command === "query-xml-raw");
  }
  const definition = definitionOf(status, resource);
  if (!definition) return notFound("Resource", resource.id);
  if (command === "digests" && resource.kind !== "primitive")
    return refusal(TOOL, EXIT.unimplemented, "Error performing operation: Unimplemented");
  if (command === "digests") return showDigests(status, resource, definition, node ?? "", scene.overrides);
  if (FORCED.includes(command)) return callOwnAgent(scene, resource, definition, command);
  return onParameter(scene, resource, definition, command);
}

/** What is moved by the name all instances share is where the instance is that answers for them. */
function answering(status: ClusterStatus, resource: StatusResource): StatusResource {
  const name = instanceName(status, resource);
  const instance = name === resource.id ? undefined : status.resources.flatMap(withMembers).find(({ id }) => id === name);
  return instance ? { ...instance, id: resource.id } : resource;
}

function place(ports: ToolPorts, placement: PlacementCommand, command: string): Promise<Answer> {
  if (command === "move") return moveResource(ports, placement);
  return command === "ban" ? banResource(ports, placement) : clearResource(ports, placement);
}

function definitionOf(status: ClusterStatus, resource: StatusResource): Resource | undefined {
  const { resources, history } = status.unpacked;
  return (
    resources.byId.get(resource.id) ??
    resources.byId.get(`${resource.id}:0`) ??
    resources.byId.get(`${resource.printableId}:0`) ??
    history.removed.find((removed) => removed.id === resource.id)
  );
}

async function onParameter(scene: Scene, resource: StatusResource, definition: Resource, command: string): Promise<Answer> {
  const { parsed, ports, status } = scene;
  const kinds = ["meta", "utilization", "element"] as const;
  const kind = kinds.find((name) => hasOption(parsed, name));
  const target: ParameterCommand = {
    status,
    resource,
    definition,
    name: optionValue(parsed, command) ?? "",
    kind: kind === "meta" ? "meta_attributes" : (kind ?? "instance_attributes"),
    setId: optionValue(parsed, "set-name"),
    pairId: optionValue(parsed, "nvpair"),
    isForced: hasOption(parsed, "force"),
    isRecursive: hasOption(parsed, "recursive"),
    nowEpochSeconds: ports.epochSeconds(),
  };
  if (command === "get-parameter") return getParameter(target);
  if (resource.isRemoved) return notFound("Resource", resource.id);
  const answer =
    command === "delete-parameter"
      ? await deleteParameter(ports, target)
      : await setParameter(ports, target, optionValue(parsed, "parameter-value") ?? "");
  return hasOption(parsed, "quiet") ? { ...answer, text: "" } : answer;
}

function callOwnAgent(scene: Scene, resource: StatusResource, definition: Resource, command: string): Promise<Answer> {
  const { parsed, ports, status } = scene;
  const overrides = optionPairs(parsed);
  const configured = readPairs(definition.xml, "instance_attributes", { nowEpochSeconds: status.unpacked.nowEpochSeconds });
  return callAgent(ports, {
    action: command,
    resource: resource.printableId,
    standard: definition.agentClass,
    provider: definition.provider,
    type: definition.type,
    parameters: { ...Object.fromEntries(configured), ...overrides },
    overrides,
    level: optionValue(parsed, command),
    timeoutMs: timeoutOf(parsed),
    isVerbose: hasOption(parsed, "verbose"),
  });
}

/** `crm_resource`. Source: crm_resource(8) of Pacemaker 3.0.2. */
export const crmResource: Tool = { description: CRM_RESOURCE, run };
