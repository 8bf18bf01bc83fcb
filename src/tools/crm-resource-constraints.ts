import { EXIT } from "../model/exit-code.ts";
import type { ClientReply } from "../node/client.ts";
import type { ClusterStatus, StatusResource } from "../output/status-model.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import type { Answer } from "./answer.ts";
import { askCib } from "./cib-access.ts";
import type { ToolPorts } from "./tool.ts";

const CLIENT = "crm_resource";

/** A command that moves a resource, and what it is about. */
export interface PlacementCommand {
  readonly cib: XmlElement;
  readonly status: ClusterStatus;
  readonly resource: StatusResource;
  /** The node of the command line; undefined when none was given. */
  readonly node: string | undefined;
  readonly role: "Started" | "Promoted";
  readonly isForced: boolean;
  readonly isQuiet: boolean;
}

/** Prefers a node; without one, bans the node where the resource is. */
export async function moveResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, node, isForced } = command;
  if (node === undefined) return banResource(ports, command);
  const [current] = resource.nodes;
  if (resource.nodes.length === 1 && current === node && !isForced) {
    return { exitCode: EXIT.exists, errors: ["Error performing operation: Requested item already exists"] };
  }
  const old = constraintsOf(command.cib, resource.id).filter(({ id }) => id === preferId(resource) || id === banId(resource, node));
  for (const constraint of old) {
    const reply = await removeConstraint(ports, constraint.id ?? "");
    if (reply.exitCode !== EXIT.ok) return refused(reply);
  }
  const reply = await add(ports, command, preferId(resource), node, "INFINITY");
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  if (isForced && current !== undefined && current !== node) return banResource(ports, { ...command, node: current });
  return {};
}

/** Keeps the resource away from a node; without one, from the node where it is. */
export async function banResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, isQuiet } = command;
  const [current, ...others] = resource.nodes;
  const node = command.node ?? (others.length === 0 ? current : undefined);
  if (node === undefined) {
    const first = `Resource '${resource.id}' not moved: active in ${resource.nodes.length} locations.`;
    const second = `To prevent '${resource.id}' from running on a specific location, specify a node.`;
    return { exitCode: EXIT.usage, errors: [`${first}\n${second}`] };
  }
  const id = banId(resource, node);
  const reply = await add(ports, command, id, node, "-INFINITY");
  if (reply.exitCode !== EXIT.ok) return refused(reply);
  const action = command.role === "Promoted" ? "being promoted" : "running";
  const warning = [
    `WARNING: Creating rsc_location constraint '${id}' with a score of -INFINITY for resource ${resource.id} on ${node}.`,
    `\tThis will prevent ${resource.id} from ${action} on ${node} until the constraint is removed using the clear option or by editing the CIB with an appropriate tool.`,
    `\tThis will be the case even if ${node} is the last node in the cluster`,
  ];
  return isQuiet ? {} : { text: `${warning.join("\n")}\n` };
}

/** Takes back what moves and bans have written, for all nodes or for one. */
export async function clearResource(ports: ToolPorts, command: PlacementCommand): Promise<Answer> {
  const { resource, node } = command;
  const doomed = constraintsOf(command.cib, resource.id).filter((constraint) => node === undefined || constraint.get("node") === node);
  const lines: string[] = [];
  for (const constraint of doomed) {
    const reply = await removeConstraint(ports, constraint.id ?? "");
    if (reply.exitCode !== EXIT.ok) return refused(reply);
    lines.push(`Removing constraint: ${constraint.id}\n`);
  }
  return { text: command.isQuiet ? "" : lines.join("") };
}

/** An answer that passes on a refusal of the daemon. */
export function refused(reply: ClientReply): Answer {
  const text = reply.exitCode === EXIT.exists ? "Requested item already exists" : reply.message;
  return { exitCode: reply.exitCode, errors: [`Error performing operation: ${text}`] };
}

const preferId = (resource: StatusResource): string => `cli-prefer-${resource.id}`;
const banId = (resource: StatusResource, node: string): string => `cli-ban-${resource.id}-on-${node}`;

/** The constraints that this tool has written for a resource. */
function constraintsOf(cib: XmlElement, resource: string): XmlElement[] {
  const all = cib.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? [];
  return all.filter((constraint) => constraint.id === `cli-prefer-${resource}` || constraint.id?.startsWith(`cli-ban-${resource}-on-`));
}

function add(ports: ToolPorts, command: PlacementCommand, id: string, node: string, score: string): Promise<ClientReply> {
  const made = element("rsc_location", { id, rsc: command.resource.id, role: command.role, node, score });
  return askCib(ports, CLIENT, { operation: "create", scope: "constraints", input: writeCompact(made) });
}

function removeConstraint(ports: ToolPorts, id: string): Promise<ClientReply> {
  return askCib(ports, CLIENT, { operation: "delete", xpath: `//rsc_location[@id='${id}']` });
}
