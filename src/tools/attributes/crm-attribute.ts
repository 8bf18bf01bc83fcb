import { userPattern } from "../../base/user-pattern.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { escapeAttribute } from "../../xml/write.ts";
import { readCib, readSections, usesFile } from "../cib/cib-access.ts";
import { askStatus } from "../cluster/crm-node.ts";
import { optionListAnswer } from "../cluster/option-list-answer.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { matchesText } from "../resource/matching-pairs.ts";
import {
  deletedText,
  deletePair,
  findPairs,
  isNodeScope,
  isNotFound,
  type PairPlace,
  unusablePattern,
  usualSetId,
  writePair,
} from "./attribute-pairs.ts";
import { attributeDescription } from "./crm-attribute-options.ts";
import { readNode } from "./read-node.ts";

const TOOL = "crm_attribute";
const NOT_FOUND = "No such device or address";
const SEVERAL = "Please choose from one of the matches below and supply the 'id' with --attr-id";
const LIFETIMES = new Map([
  ["reboot", "status"],
  ["forever", "nodes"],
]);

/** What the tool was asked to do. */
interface Command {
  readonly ports: ToolPorts;
  readonly place: PairPlace;
  readonly nodeName: string | undefined;
  readonly pattern: RegExp | undefined;
  readonly defaultValue: string | undefined;
  readonly isQuiet: boolean;
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const list = optionValue(parsed, "list-options");
  if (list === "cluster") return optionListAnswer(list, hasOption(parsed, "all"));
  if (list !== undefined) return refusal(TOOL, EXIT.usage, `Invalid --list-options value '${list}'. Allowed values: cluster`);
  const selection = parsed.given.findLast((option) => ["name", "attr-name", "promotion"].includes(option.name));
  const isPromotion = selection?.name === "promotion";
  const name = isPromotion ? promotionName(selection.value, ports) : selection?.value;
  if (isPromotion && name === undefined)
    return refusal(TOOL, EXIT.usage, "-p/--promotion must be called from an OCF resource agent or with a resource ID specified");
  const given = optionValue(parsed, "node") ?? optionValue(parsed, "node-uname");
  const scope = scopeOf(parsed, given, isPromotion);
  const isOfCluster = scope === "crm_config" || scope === "tickets";
  const sections = [...(isOfCluster ? [] : ["nodes"]), ...(isNodeScope(scope) ? [] : [scope])];
  const read = await (scope === "tickets" ? readCib(ports, TOOL) : readSections(ports, TOOL, sections));
  if ("error" in read) return unread(read.error);
  const nodeName = isOfCluster ? undefined : await targetName(given, ports);
  const verb = parsed.given.findLast((option) => ["query", "get-value", "update", "delete"].includes(option.name));
  const action = verb?.name ?? "query";
  // What the daemon is told needs no look at what is there.
  const isStateWanted = scope === "status" && (action === "query" || action === "get-value" || hasOption(parsed, "pattern"));
  const reading = nodeName === undefined ? { ...read, node: undefined } : await readNode(ports, TOOL, read.cib, nodeName, isStateWanted);
  if ("error" in reading) return unread(reading.error);
  const { cib, node } = reading;
  if (nodeName !== undefined && !node) return refusal(TOOL, EXIT.noSuchObject, `Could not map name=${nodeName} to a UUID`);
  const pattern = optionValue(parsed, "pattern");
  if (name === undefined && pattern === undefined && (action === "update" || action === "delete"))
    return refusal(TOOL, EXIT.usage, `Error: must specify attribute name or pattern to ${action}`);
  if (name !== undefined && pattern !== undefined)
    return refusal(TOOL, EXIT.usage, "Error: --name and --pattern cannot be used at the same time");
  const matcher = pattern === undefined ? undefined : userPattern(pattern);
  if (pattern !== undefined && !matcher) return refusal(TOOL, EXIT.usage, unusablePattern(pattern));
  const command: Command = {
    ports,
    place: {
      scope,
      node,
      isUtilization: hasOption(parsed, "utilization"),
      setId: optionValue(parsed, "set-name"),
      pairId: optionValue(parsed, "id"),
      name,
    },
    nodeName,
    pattern: matcher,
    defaultValue: optionValue(parsed, "default"),
    isQuiet: hasOption(parsed, "quiet") || hasOption(parsed, "Quiet"),
  };
  if (action === "delete") return eachName(command, cib, (one) => deletion(one, cib));
  if (action === "update") return eachName(command, cib, (one) => update(one, cib, verb?.value ?? ""));
  return query(command, cib);
}

function unread(reply: ClientReply): Answer {
  const what = reply.exitCode === EXIT.insufficientPrivileges ? "Error performing operation" : "Could not connect to the CIB";
  return refusal(TOOL, reply.exitCode, `${what}: ${reply.message}`);
}

function promotionName(resource: string | undefined, ports: ToolPorts): string | undefined {
  const id = resource || ports.environment("OCF_RESOURCE_INSTANCE");
  return id ? `master-${id}` : undefined;
}

function scopeOf(parsed: ParsedOptions, node: string | undefined, isPromotion: boolean): string {
  const given = parsed.given.findLast((option) => ["type", "lifetime", "utilization"].includes(option.name));
  if (given?.name === "utilization") return "nodes";
  const type = given?.value;
  if (type === undefined) return isPromotion ? "status" : node === undefined ? "crm_config" : "nodes";
  return LIFETIMES.get(type.toLowerCase()) ?? type;
}

/** The node meant: the one given, else the one a resource agent runs for, else this one. */
async function targetName(given: string | undefined, ports: ToolPorts): Promise<string> {
  if (given !== undefined && given !== "auto" && given !== "localhost") return given;
  const forAgent = ports.environment("OCF_RESKEY_CRM_meta_on_node");
  if (forAgent !== undefined) return forAgent;
  return usesFile(ports) ? ports.hostName() : (await askStatus(ports)).node;
}

/** Does something to the attribute named, or to each that fits the pattern. */
async function eachName(command: Command, cib: XmlElement, act: (command: Command) => Promise<Answer>): Promise<Answer> {
  const { pattern, place } = command;
  if (!pattern) return act(command);
  const all = findPairs(cib, { ...place, pairId: undefined, name: undefined });
  if (all.length === 0) return {};
  const texts: string[] = [];
  for (const pair of all) {
    const name = pair.get("name");
    if (name === undefined || !pattern.test(name)) continue;
    const answer = await act({ ...command, place: { ...place, name } });
    texts.push(answer.text ?? "");
    if (answer.errors) return { ...answer, text: texts.join("") };
  }
  return { text: texts.join("") };
}

/** Transient attributes of a running cluster are the daemon's; in a file they are as any other. */
function isForDaemon({ ports, place }: Command): boolean {
  return place.scope === "status" && !usesFile(ports);
}

async function update(command: Command, cib: XmlElement, value: string): Promise<Answer> {
  const { ports, place, nodeName } = command;
  if (isForDaemon(command)) return outcome(await ports.ask({ op: "attribute-set", ...named(nodeName), name: place.name ?? "", value }));
  const found = findPairs(cib, place);
  if (found.length > 1) return several(place, found);
  const reply = await writePair(ports, TOOL, place, found[0], value);
  const answer = outcome(reply);
  const what = `${place.name ?? place.pairId}=${value} (section=${place.scope}, set=${place.setId ?? (found[0] ? "<null>" : usualSetId(place))})`;
  return answer.errors ? { ...answer, errors: [`Error setting ${what}: ${reply.message}`, ...answer.errors] } : answer;
}

async function deletion(command: Command, cib: XmlElement): Promise<Answer> {
  const { ports, place, nodeName } = command;
  if (isForDaemon(command)) return outcome(await ports.ask({ op: "attribute-set", ...named(nodeName), name: place.name ?? "" }));
  const found = place.pairId === undefined ? findPairs(cib, place) : [];
  if (found.length > 1) return several(place, found);
  const id = place.pairId ?? found[0]?.id;
  if (id === undefined) return {};
  const reply = await deletePair(ports, TOOL, place, id);
  if (isNotFound(reply)) return {};
  return reply.exitCode === EXIT.ok ? { text: deletedText(place, found[0]?.id) } : outcome(reply);
}

function named(node: string | undefined): { node?: string } {
  return node === undefined ? {} : { node };
}

function several(place: PairPlace, found: readonly XmlElement[]): Answer {
  return { ...refusal(TOOL, EXIT.multiple, SEVERAL), text: matchesText(place.name ?? "", found).replace(/\n\n$/, "\n") };
}

function outcome(reply: ClientReply): Answer {
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, `Error performing operation: ${reply.message}`);
}

function query(command: Command, cib: XmlElement): Answer {
  const { place, pattern, defaultValue } = command;
  if (!isNodeScope(place.scope) && place.scope !== "tickets" && !cib.descend("configuration", place.scope)) return missing(command);
  const all = findPairs(cib, pattern ? { ...place, pairId: undefined, name: undefined } : place);
  if (all.length === 0) return defaultValue === undefined ? missing(command) : shown(command, [{ name: place.name, value: defaultValue }]);
  const fitting = all.filter((pair) => !pattern || pattern.test(pair.get("name") ?? ""));
  if (fitting.length === 0) return missing(command);
  return shown(
    command,
    fitting.map((pair) => ({ name: pair.get("name"), value: pair.get("value") })),
  );
}

function missing({ defaultValue, place, ...command }: Command): Answer {
  if (defaultValue !== undefined) return shown({ ...command, place, defaultValue }, [{ name: place.name, value: defaultValue }]);
  return refusal(TOOL, EXIT.noSuchObject, `Error performing operation: ${NOT_FOUND}`);
}

function shown({ place, isQuiet }: Command, pairs: readonly { name: string | undefined; value: string | undefined }[]): Answer {
  const { scope, pairId } = place;
  const id = pairId === undefined ? "" : `id=${pairId} `;
  const line = (name: string | undefined, value: string | undefined): string =>
    isQuiet ? (value ?? "") : `scope=${scope} ${id}name=${name ?? ""} value=${value === undefined ? "(null)" : escapeAttribute(value)}`;
  return {
    text: pairs.map(({ name, value }) => `${line(name, value)}\n`).join(""),
    parts: pairs.map(({ name, value }) => element("attribute", { name, value: value ?? "", scope, id: pairId })),
  };
}

/** `crm_attribute`. Source: crm_attribute(8) of Pacemaker 3.0.2. */
export const crmAttribute: Tool = { description: attributeDescription, run };
