import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { Location } from "./location.ts";

/** What the loss of a ticket is answered with. */
type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** What a ticket that is not held means: bans, and clones none of whose instances may be promoted. */
export interface TicketEffect {
  readonly bans: readonly Location[];
  readonly unpromotable: readonly Resource[];
}

/** Turns a ticket constraint into bans, or into what its loss policy says. Source: Pacemaker Explained, "Multi-site clusters". */
export function readTicket(xml: XmlElement, unpacked: Unpacked, resources: readonly Resource[]): TicketEffect {
  const state = ticketState(unpacked.cib, xml.get("ticket") ?? "");
  if (state.isGranted && !state.isStandby) return { bans: [], unpromotable: [] };
  const wantsPromoted = /^(promoted|master)$/i.test(xml.get("rsc-role") ?? "");
  const policy = (xml.get("loss-policy") ?? (wantsPromoted ? "demote" : "stop")) as LossPolicy;
  const bans: Location[] = [];
  for (const primitive of resources.flatMap((resource) => resource.primitives())) {
    if (!isBanned(primitive, unpacked, state.isGranted, wantsPromoted, policy)) continue;
    for (const node of unpacked.nodes)
      bans.push({ id: xml.id ?? "", resource: primitive, nodeIndex: node.index, score: -INFINITY_SCORE, role: undefined });
  }
  return { bans, unpromotable: wantsPromoted ? resources : [] };
}

function isBanned(primitive: Resource, unpacked: Unpacked, isGranted: boolean, wantsPromoted: boolean, policy: LossPolicy): boolean {
  if (policy === "stop" || !wantsPromoted) {
    if (isGranted || primitive.activeOn.length === 0) return true;
  } else if (isGranted || primitive.role !== "Promoted") return false;
  switch (policy) {
    case "demote":
      return !wantsPromoted;
    case "fence":
      if (!unpacked.options.isFencingEnabled) return true;
      for (const node of primitive.activeOn) node.uncleanReason ??= "deadman ticket was lost";
      return true;
    case "freeze":
      primitive.isManaged = false;
      primitive.isBlocked = true;
      return false;
    default:
      return true;
  }
}

function ticketState(cib: XmlElement, ticket: string): { isGranted: boolean; isStandby: boolean } {
  const state = cib.descend("status", "tickets")?.child("ticket_state", ticket);
  return { isGranted: parseBoolean(state?.get("granted")) === true, isStandby: parseBoolean(state?.get("standby")) === true };
}
