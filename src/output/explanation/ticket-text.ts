import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isTicketSet } from "../../scheduler/constrain/tickets.ts";
import type { XmlElement } from "../../xml/element.ts";

/** Why a ticket does not count: "ticket A is not granted"; undefined for one that does. */
export function lostTicketText(cib: XmlElement, ticket: string): string | undefined {
  if (!isTicketSet(cib, ticket, "granted")) return `ticket ${ticket} is not granted`;
  return isTicketSet(cib, ticket, "standby") ? `ticket ${ticket} is in standby` : undefined;
}

/** The ticket constraint that freezes a resource, because its ticket is not granted. */
export function freezingTicket(cib: XmlElement, resource: Resource): { readonly id: string; readonly ticket: string } | undefined {
  const names = new Set<string>();
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) names.add(holder.id.replace(/:\d+$/, ""));
  // What is inside a clone stands for all of it.
  for (const one of resource.ownClone?.withDescendants() ?? []) names.add(one.id.replace(/:\d+$/, ""));
  for (const tag of cib.descend("configuration", "tags")?.childrenNamed("tag") ?? [])
    if (tag.id !== undefined && tag.children.some(({ id }) => names.has(id ?? ""))) names.add(tag.id);
  const constraint = cib
    .descend("configuration", "constraints")
    ?.childrenNamed("rsc_ticket")
    .find(
      (one) =>
        one.get("loss-policy") === "freeze" &&
        !isTicketSet(cib, one.get("ticket"), "granted") &&
        [...one.walk()].some((part) => names.has(part.get("rsc") ?? part.id ?? "")),
    );
  return constraint?.id === undefined ? undefined : { id: constraint.id, ticket: constraint.get("ticket") ?? "" };
}
