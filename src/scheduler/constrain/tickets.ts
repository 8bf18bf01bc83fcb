import { parseBoolean } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { fenceNode, TICKET_LOST } from "../unpack/history/fence-node.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import { limitingRole } from "./roles.ts";
import { type Targets, untilUnknown } from "./targets.ts";

/** What the loss of a ticket is answered with. */
type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** What a ticket that is not held means: resources that may run nowhere, and resources that may not be promoted. */
export interface TicketEffect {
  readonly banned: readonly { readonly id: string; readonly resource: Resource }[];
  readonly unpromotable: readonly Resource[];
  /** Nodes that have to be fenced for it, in the order in which that showed. */
  readonly fenced: readonly SchedulerNode[];
}

interface Ticket {
  readonly isGranted: boolean;
  readonly role: Role | undefined;
  readonly policy: LossPolicy;
  /** The resource that connects to a remote or guest node. */
  readonly connectionOf: (node: SchedulerNode) => Resource | undefined;
  /** Takes the nodes that are fenced for its loss. */
  readonly fenced: SchedulerNode[];
}

/** True where the status says that of a ticket. Of several entries each overrides what earlier ones say. */
export function isTicketSet(cib: XmlElement, ticket: string | undefined, name: "granted" | "standby"): boolean {
  const states = cib.descend("status", "tickets")?.childrenNamed("ticket_state") ?? [];
  return parseBoolean(states.findLast((state) => state.id === ticket && state.get(name) !== undefined)?.get(name)) === true;
}

/** Turns a ticket constraint into bans, or into what its loss policy says. Source: Pacemaker Explained, "Multi-Site Clusters". */
export function readTicket(xml: XmlElement, unpacked: Unpacked, targets: Targets): TicketEffect {
  const ticket = xml.get("ticket");
  const isGranted = isTicketSet(unpacked.cib, ticket, "granted");
  if (isGranted && !isTicketSet(unpacked.cib, ticket, "standby")) return { banned: [], unpromotable: [], fenced: [] };
  const banned: { id: string; resource: Resource }[] = [];
  const unpromotable: Resource[] = [];
  const fenced: SchedulerNode[] = [];
  const { byId } = unpacked.resources;
  const connectionOf = (node: SchedulerNode): Resource | undefined =>
    node.connectionId === undefined ? undefined : byId.get(node.connectionId);
  for (const { resource, roleText } of held(xml, targets)) {
    const role = limitingRole(roleText);
    if (role === "invalid") continue;
    const policy = lossPolicy(xml.get("loss-policy"), role, unpacked.options.isFencingEnabled);
    if (role === "Promoted") unpromotable.push(resource);
    for (const primitive of resource.primitives())
      if (isBanned(primitive, { isGranted, role, policy, connectionOf, fenced })) banned.push({ id: xml.id ?? "", resource: primitive });
  }
  return { banned, unpromotable, fenced };
}

/** The resources that need the ticket, each with the role they need it for. */
function held(xml: XmlElement, targets: Targets): { resource: Resource; roleText: string | undefined }[] {
  const sets = targets.sets(xml);
  if (sets.length > 0)
    return untilUnknown(sets).flatMap((set) => set.leading.map((resource) => ({ resource, roleText: set.xml.get("role") })));
  const roleText = xml.get("rsc-role");
  const named = targets.resource(xml.get("rsc"));
  const resources = named ? [named] : (targets.leadingMembers(xml.get("rsc")) ?? []);
  return resources.map((resource) => ({ resource, roleText }));
}

function lossPolicy(text: string | undefined, role: Role | undefined, isFencingEnabled: boolean): LossPolicy {
  switch (text?.toLowerCase()) {
    case "fence":
      return isFencingEnabled ? "fence" : "stop";
    case "freeze":
      return "freeze";
    case "demote":
      return "demote";
    case "stop":
      return "stop";
    default:
      return role === "Promoted" ? "demote" : "stop";
  }
}

/** Carries the policy out, and says whether the primitive may run nowhere. */
function isBanned(primitive: Resource, { isGranted, role, policy, connectionOf, fenced }: Ticket): boolean {
  if (isGranted || primitive.activeOn.length === 0) return role !== "Promoted" || policy === "stop";
  const isInRole = role === undefined || role === primitive.role;
  switch (policy) {
    case "stop":
      return true;
    case "demote":
      return role !== "Promoted";
    case "fence":
      if (!isInRole) return false;
      for (const node of primitive.activeOn) {
        fenceNode(node, TICKET_LOST, { connectionOf });
        fenced.push(node);
      }
      return true;
    case "freeze":
      if (isInRole) {
        primitive.isManaged = false;
        primitive.isBlocked = true;
      }
      return false;
  }
}
