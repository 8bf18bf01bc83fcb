import { SCHEMAS } from "../../cib/schemas.ts";
import { EXIT, exitText } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import { instantText } from "../../output/status/fencing-words.ts";
import { type ClusterStatus, type StatusResource, withMembers } from "../../output/status/status-model.ts";
import { parseSpan } from "../../time/wall-span-parse.ts";
import { epochSecondsOf, moved, wallTimeOf } from "../../time/wall-time.ts";
import { parseInstant } from "../../time/wall-time-parse.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { askCib, readCib } from "../cib/cib-access.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import type { ToolPorts } from "../frame/tool.ts";

const CLIENT = "crm_resource";
/** The schema that brought the word for the promoted role. */
const PROMOTED_SINCE = "pacemaker-3.7";

/** A command that moves a resource, and what it is about. */
export interface PlacementCommand {
  readonly status: ClusterStatus;
  readonly resource: StatusResource;
  /** The node of the command line; undefined when none was given. */
  readonly node: string | undefined;
  readonly isPromotedOnly: boolean;
  /** ISO 8601 duration; undefined for constraints that stay. */
  readonly lifetime: string | undefined;
  readonly isForced: boolean;
  readonly isQuiet: boolean;
}

/** Prefers a node; without one, bans the node where the resource is. */
export async function moveResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, node, isForced, status } = command;
  if (node === undefined) return banResource(ports, command);
  const promoted = promotedNodes(resource);
  const places = resource.isPromotable && (command.isPromotedOnly || promoted.length > 0) ? promoted : resource.nodes;
  // Of the instances of a clone any may be the one to move; of those that are promoted, and of anything else, one has to be known.
  if (places.length > 1 && (resource.kind !== "clone" || promoted.length > 0))
    return refusal(CLIENT, EXIT.multiple, `Error performing operation: ${exitText(EXIT.multiple)}`);
  const isThere = places.length === 1 && places[0] === node;
  if (isThere && !isForced) return refusal(CLIENT, EXIT.exists, "Error performing operation: Requested item already exists");
  const until = endOf(ports, command);
  if ("answer" in until) return until.answer;
  const names = status.nodes.map((candidate) => candidate.name);
  for (const [host, hasBans] of [...names.map((name) => [name, false] as const), [node, true] as const]) {
    const reply = await clear(ports, resource.id, host, hasBans, isForced);
    if (reply.exitCode !== EXIT.ok) return refused(reply);
  }
  const reply = await add(ports, preferConstraint(command, node, until.end));
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  const [current] = places;
  if (!isForced || isThere || current === undefined) return { text: until.text };
  if (places.length > 1) return { text: until.text + (command.isQuiet ? "" : severalPlacesText(command, node, places.length)) };
  const banned = await banResource(ports, { ...command, node: current });
  return { ...banned, text: until.text + (banned.text ?? "") };
}

/** Where a resource is in several places, none of them is known to be the one to leave. */
function severalPlacesText({ resource: { id }, isPromotedOnly }: PlacementCommand, node: string, count: number): string {
  const state = isPromotedOnly ? "promoted" : "active";
  return [
    `Resource '${id}' is currently ${state} in ${count} locations. One may now move to ${node}\n`,
    `To prevent '${id}' from being ${state} at a specific location, specify a node\n`,
  ].join("");
}

/** Keeps the resource away from a node; without one, from the node where it is. */
export async function banResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, isQuiet, isPromotedOnly } = command;
  const isElsewhere = resource.isPromotable && command.node === undefined && resource.nodes.length !== 1;
  const places = isElsewhere ? promotedNodes(resource) : resource.nodes;
  const [current, ...others] = places;
  const node = command.node ?? (others.length === 0 ? current : undefined);
  if (node === undefined) {
    const promoted = resource.isPromotable ? ` (promoted in ${places.length})` : "";
    const first = `Resource '${resource.id}' not moved: active in ${resource.nodes.length} locations${promoted}.`;
    const second = `To prevent '${resource.id}' from running on a specific location, specify a node.`;
    const third = resource.isPromotable
      ? `To prevent '${resource.id}' from being promoted at a specific location, specify a node and the --promoted option.`
      : "";
    return refusal(CLIENT, EXIT.usage, `${first}\n${second}${third}`);
  }
  const until = endOf(ports, command);
  // Pacemaker says no more than that when it bans.
  if ("answer" in until) return { exitCode: EXIT.usage, errors: (until.answer.errors ?? []).slice(0, 1) };
  const made = banConstraint(command, node, until.end);
  const reply = await add(ports, made);
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  const action = isPromotedOnly ? "being promoted" : "running";
  const warning = [
    `WARNING: Creating rsc_location constraint '${made.id}' with a score of -INFINITY for resource ${resource.id} on ${node}.`,
    `\tThis will prevent ${resource.id} from ${action} on ${node} until the constraint is removed using the clear option or by editing the CIB with an appropriate tool.`,
    `\tThis will be the case even if ${node} is the last node in the cluster`,
  ];
  return { text: until.text + (isQuiet ? "" : `${warning.join("\n")}\n`) };
}

/** Takes back what moves and bans have written, for all nodes or for one. */
export async function clearResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, node, status } = command;
  const hosts = node === undefined ? status.nodes.map((candidate) => candidate.name) : [node];
  for (const host of hosts) {
    const reply = await clear(ports, resource.id, host, true, command.isForced);
    if (reply.exitCode !== EXIT.ok) return refused(reply);
  }
  return removed(ports, status.cib, command.isQuiet);
}

/** Takes back those whose lifetime has passed, of one resource or of all. */
export async function clearExpired(
  ports: ToolPorts,
  cib: XmlElement,
  only: { readonly resource: string | undefined; readonly node: string | undefined; readonly isQuiet: boolean },
): Promise<Answer> {
  const now = ports.epochSeconds();
  for (const constraint of ownConstraints(cib)) {
    if (only.resource !== undefined && constraint.get("rsc") !== only.resource) continue;
    const elements = [...constraint.walk()];
    const isOnNode =
      constraint.get("node") === only.node || elements.some((one) => one.name === "expression" && one.get("value") === only.node);
    if (only.node !== undefined && !isOnNode) continue;
    const end = parseInstant(elements.find((one) => one.name === "date_expression")?.get("end") ?? "", now);
    if (end === undefined || now <= end) continue;
    const input = writeCompact(element("constraints", {}, [element("rsc_location", { id: constraint.id })]));
    const reply = await askCib(ports, CLIENT, { operation: "delete", scope: "constraints", input });
    if (reply.exitCode !== EXIT.ok) return refused(reply);
  }
  return removed(ports, cib, only.isQuiet);
}

/** An answer that passes on a refusal of the daemon. */
export function refused(reply: ClientReply): Answer {
  const named = exitText(reply.exitCode);
  const text =
    reply.exitCode === EXIT.exists ? named : reply.exitCode === EXIT.configuration ? `${named} (${reply.message})` : reply.message;
  return refusal(CLIENT, reply.exitCode, `Error performing operation: ${text}`);
}

function promotedNodes(resource: StatusResource): string[] {
  return resource.members.flatMap(withMembers).flatMap((one) => (one.kind === "primitive" && one.role === "Promoted" ? one.nodes : []));
}

/** Constraints that moves and bans have written. */
function ownConstraints(cib: XmlElement): XmlElement[] {
  const all = cib.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? [];
  return all.filter((constraint) => /^cli-(ban|prefer)-/.test(constraint.id ?? ""));
}

async function removed(ports: ToolPorts, before: XmlElement, isQuiet: boolean): Promise<Answer> {
  const read = await readCib(ports, CLIENT);
  if ("error" in read) return refused(read.error);
  const left = new Set(ownConstraints(read.cib).map((constraint) => constraint.id));
  const lines = ownConstraints(before).filter((constraint) => !left.has(constraint.id));
  return { text: isQuiet ? "" : lines.map((constraint) => `Removing constraint: ${constraint.id}\n`).join("") };
}

async function clear(ports: ToolPorts, resource: string, host: string, hasBans: boolean, isForced: boolean): Promise<ClientReply> {
  const read = await readCib(ports, CLIENT);
  if ("error" in read) return read.error;
  const prefers = ownConstraints(read.cib).filter((constraint) => constraint.id === `cli-prefer-${resource}`);
  const hasRule = prefers.some((constraint) =>
    [...constraint.walk()].some((one) => one.name === "expression" && one.get("attribute") === "#uname" && one.get("value") === host),
  );
  if (hasRule) {
    const reply = await askCib(ports, CLIENT, { operation: "delete", xpath: `//rsc_location[@id='cli-prefer-${resource}']` });
    if (reply.exitCode !== EXIT.ok) return reply;
  }
  const doomed = [
    ...(hasBans ? [element("rsc_location", { id: `cli-ban-${resource}-on-${host}` })] : []),
    element("rsc_location", { id: `cli-prefer-${resource}`, node: isForced ? undefined : host }),
  ];
  return askCib(ports, CLIENT, { operation: "delete", scope: "constraints", input: writeCompact(element("constraints", {}, doomed)) });
}

type End = { readonly end: string | undefined; readonly text: string } | { readonly answer: Answer };

function endOf(ports: ToolPorts, { lifetime }: PlacementCommand): End {
  if (lifetime === undefined) return { end: undefined, text: "" };
  const span = parseSpan(lifetime);
  if (!span.ok) {
    ports.log({ ...span.error, severity: "error" });
    const hint = "Please refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations";
    const lines = [`Invalid duration specified: ${lifetime}\n${hint}`, `${CLIENT}: Error performing operation: Invalid parameter`];
    return { answer: { exitCode: EXIT.invalidParameter, errors: lines } };
  }
  const end = instantText(epochSecondsOf(moved(wallTimeOf(ports.epochSeconds()), span.value, 1)));
  return { end, text: `Migration will take effect until: ${end}\n` };
}

function add(ports: ToolPorts, made: XmlElement): Promise<ClientReply> {
  const input = writeCompact(element("constraints", {}, [made]));
  return askCib(ports, CLIENT, { operation: "modify", scope: "constraints", input, isCreateAllowed: true });
}

function banConstraint(command: PlacementCommand, node: string, end: string | undefined): XmlElement {
  const id = `cli-ban-${command.resource.id}-on-${node}`;
  return constraint(command, { id, node, score: "-INFINITY", end, rule: `${id}-rule`, expression: `${id}-expr`, date: `${id}-lifetime` });
}

function preferConstraint(command: PlacementCommand, node: string, end: string | undefined): XmlElement {
  const { id } = command.resource;
  return constraint(command, {
    id: `cli-prefer-${id}`,
    node,
    score: "INFINITY",
    end,
    rule: `cli-prefer-rule-${id}`,
    expression: `cli-prefer-expr-${id}`,
    date: `cli-prefer-lifetime-end-${id}`,
  });
}

interface ConstraintParts {
  readonly id: string;
  readonly node: string;
  readonly score: string;
  readonly end: string | undefined;
  readonly rule: string;
  readonly expression: string;
  readonly date: string;
}

/** The promoted role as the schema of a document knows it. */
function promotedRole(cib: XmlElement): string {
  const age = SCHEMAS.indexOf(cib.get("validate-with") ?? "");
  return age >= 0 && age < SCHEMAS.indexOf(PROMOTED_SINCE) ? "Master" : "Promoted";
}

/** A location constraint; one that ends needs a rule for it. */
function constraint(command: PlacementCommand, parts: ConstraintParts): XmlElement {
  const role = command.isPromotedOnly ? promotedRole(command.status.cib) : "Started";
  const common = { id: parts.id, rsc: command.resource.id, role };
  if (parts.end === undefined) return element("rsc_location", { ...common, node: parts.node, score: parts.score });
  const onNode = element("expression", { id: parts.expression, attribute: "#uname", operation: "eq", value: parts.node, type: "string" });
  const until = element("date_expression", { id: parts.date, operation: "lt", end: parts.end });
  const rule = element("rule", { id: parts.rule, score: parts.score, "boolean-op": "and" }, [onNode, until]);
  return element("rsc_location", common, [rule]);
}
