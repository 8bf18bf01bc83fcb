import { hashOrder } from "../base/hash-order.ts";
import { ruleHolds } from "../scheduler/unpack/rules.ts";
import { INFINITY_SCORE, parseScore } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import type { ClusterStatus, StatusNode, StatusResource } from "./status-model.ts";
import { withMembers } from "./status-model.ts";
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

/** All bans in force, in the order of the document. */
export function readBans(status: ClusterStatus, view: Pick<StatusView, "banPrefix" | "onlyResources" | "nowEpochSeconds">): Ban[] {
  const constraints = status.cib.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? [];
  const found = constraints.flatMap((constraint) => {
    const resources = resourcesOf(constraint, status);
    return placements(constraint, status, view.nowEpochSeconds).flatMap(({ id, node, score, role }) =>
      resources.map((resource) => ({ id, resource, node, score, isPromotedOnly: /^(promoted|master)$/i.test(role ?? "") })),
    );
  });
  const isShown = (resource: StatusResource): boolean => {
    const top = status.resources.find((candidate) => withMembers(candidate).includes(resource));
    return isIdShown(view.onlyResources, resource.printableId, top?.printableId ?? resource.printableId);
  };
  return found
    .filter((ban) => ban.score < 0 && ban.id.startsWith(view.banPrefix) && isShown(ban.resource))
    .map((ban) => ({ ...ban, resource: ban.resource.id }));
}

/** Bans in words. */
export function banTexts(bans: readonly Ban[], _status: ClusterStatus, view: Pick<StatusView, "showsDetail">): string[] {
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

interface Placement {
  readonly id: string;
  readonly node: StatusNode;
  readonly score: number;
  readonly role: string | undefined;
}

function placements(constraint: XmlElement, status: ClusterStatus, nowEpochSeconds: number): Placement[] {
  const id = constraint.id ?? "";
  const role = constraint.get("role");
  const name = constraint.get("node");
  if (name !== undefined) {
    const node = status.nodes.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    return node ? [{ id, node, score: parseScore(constraint.get("score") ?? "0") ?? 0, role }] : [];
  }
  return constraint.childrenNamed("rule").flatMap((rule) => {
    const score = rule.get("score");
    return status.nodes.flatMap((node) => {
      const known = status.unpacked.nodes.find((candidate) => candidate.name === node.name);
      if (!known || !ruleHolds(rule, { nowEpochSeconds, attributes: known.attributes })) return [];
      const text = score ?? known.attributes.get(rule.get("score-attribute") ?? "");
      const value = text === undefined ? -INFINITY_SCORE : (parseScore(text) ?? 0);
      return [{ id, node, score: value, role: rule.get("role") ?? role }];
    });
  });
}

function resourcesOf(constraint: XmlElement, status: ClusterStatus): StatusResource[] {
  const all = status.resources.flatMap(withMembers).filter((resource) => resource.kind !== "replica");
  const named = constraint.get("rsc");
  const pattern = constraint.get("rsc-pattern");
  const inSets = [...constraint.walk()].filter((node) => node.name === "resource_ref").map((node) => node.id);
  const tag = status.cib.descend("configuration", "tags")?.child("tag", named ?? "");
  const ids = new Set([named, ...inSets, ...(tag?.children.map((reference) => reference.id) ?? [])]);
  const expression = pattern === undefined ? undefined : safePattern(pattern.replace(/^!/, ""));
  return all.filter((resource) => {
    if (expression) return expression.test(resource.id) !== pattern?.startsWith("!");
    return ids.has(resource.id);
  });
}

function safePattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
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
