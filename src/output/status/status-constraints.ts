import { hashOrder } from "../../base/hash-order.ts";
import { configuredLocations } from "../../scheduler/constrain/constraints.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { ClusterStatus, StatusNode } from "./status-model.ts";
import { printableIdOf } from "./status-resources.ts";
import { isIdShown, type StatusView } from "./status-view.ts";
import { nodeName } from "./status-words.ts";

/** A location constraint that keeps a resource off a node. */
export interface Ban {
  readonly id: string;
  readonly resource: string;
  readonly node: StatusNode;
  readonly score: number;
  readonly isPromotedOnly: boolean;
}

/** All bans in force, as crm_mon lists them: what comes last in the document first. */
export function readBans(status: ClusterStatus, view: Pick<StatusView, "banPrefix" | "onlyResources">): Ban[] {
  const { unpacked } = status;
  const bans: Ban[] = [];
  for (const { ruleId: id, resource, wishes, role } of configuredLocations(unpacked)) {
    if (!id.startsWith(view.banPrefix) || !isIdShown(view.onlyResources, printableIdOf(resource), printableIdOf(resource.top))) continue;
    for (const { nodeIndex, score } of wishes) {
      const node = status.nodes.find(({ name }) => name === unpacked.nodes[nodeIndex]?.name);
      if (node && score < 0) bans.push({ id, resource: resource.id, node, score, isPromotedOnly: role === "Promoted" });
    }
  }
  return bans.reverse();
}

/** Bans in words. */
export function banTexts(bans: readonly Ban[], view: Pick<StatusView, "showsDetail">): string[] {
  return bans.map(
    (ban) =>
      `${ban.id}\tprevents ${ban.resource} from running ${ban.isPromotedOnly ? "in Promoted role " : ""}on ${nodeName(ban.node, view.showsDetail)}`,
  );
}

/** A ban for programs. */
export function banXml(ban: Ban): XmlElement {
  const promoted = String(ban.isPromotedOnly);
  const attributes = { id: ban.id, resource: ban.resource, node: ban.node.name, weight: ban.score };
  return element("ban", { ...attributes, "promoted-only": promoted, master_only: promoted });
}

/** A ticket as the status has it. */
export interface Ticket {
  readonly id: string;
  readonly isGranted: boolean;
  readonly isStandby: boolean;
  readonly lastGrantedEpochSeconds: number | undefined;
  readonly state: ReadonlyMap<string, string>;
}

/** All tickets that the status or a constraint names, and their attributes, in the order of Pacemaker's hash tables. */
export function readTickets(cib: XmlElement): Ticket[] {
  const states = cib.descend("status", "tickets")?.childrenNamed("ticket_state") ?? [];
  const constraints = cib.descend("configuration", "constraints")?.childrenNamed("rsc_ticket") ?? [];
  const ids = [...states.map((state) => state.id), ...constraints.map((constraint) => constraint.get("ticket"))].flatMap((id) => id || []);
  return hashOrder(ids).map((id) => {
    const given = new Map(states.filter((state) => state.id === id).flatMap((state) => [...state.attributes]));
    given.delete("id");
    const state = new Map(hashOrder(given.keys()).map((name) => [name, given.get(name) ?? ""]));
    const isTrue = (name: string): boolean => /^(true|on|yes|y|1)$/i.test(state.get(name) ?? "");
    const granted = state.get("last-granted");
    const lastGrantedEpochSeconds = granted === undefined ? undefined : Number(granted);
    return { id, isGranted: isTrue("granted"), isStandby: isTrue("standby"), lastGrantedEpochSeconds, state };
  });
}

/** A ticket in one line; with all attributes when details are asked for. */
export function ticketText(ticket: Ticket, dateText: (epochSeconds: number) => string, hasDetails = false): string {
  const state = `${ticket.id}\t${ticket.isGranted ? "granted" : "revoked"}${ticket.isStandby ? " [standby]" : ""}`;
  const shown = [...ticket.state].map(([name, value]) =>
    name === "last-granted" || name === "expires" ? `${name}=${dateText(Number(value))}` : `${name}=${value}`,
  );
  const details = hasDetails && shown.length > 0 ? `\t(${shown.join(", ")})` : "";
  if (ticket.lastGrantedEpochSeconds === undefined) return `${state}${details}`;
  return details === "" ? `${state} last-granted="${dateText(ticket.lastGrantedEpochSeconds)}"` : `${state} ${details}`;
}

/** A ticket for programs. */
export function ticketXml(ticket: Ticket, dateText: (epochSeconds: number) => string): XmlElement {
  const made = element("ticket", {
    id: ticket.id,
    status: ticket.isGranted ? "granted" : "revoked",
    standby: String(ticket.isStandby),
    "last-granted": ticket.lastGrantedEpochSeconds === undefined ? undefined : dateText(ticket.lastGrantedEpochSeconds),
  });
  for (const [name, value] of ticket.state) if (name !== "last-granted" && name !== "expires") made.set(name, value);
  return made;
}
