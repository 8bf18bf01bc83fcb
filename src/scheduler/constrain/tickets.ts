import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { Location } from "./location.ts";

/** What the loss of a ticket is answered with. */
type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** Turns a ticket constraint into bans, or into what its loss policy says. Source: Pacemaker Explained, "Multi-site clusters". */
export function readTicket(xml: XmlElement, unpacked: Unpacked, resources: readonly Resource[]): Location[] {
  const state = ticketState(unpacked.cib, xml.get("ticket") ?? "");
  const wantsPromoted = /^(promoted|master)$/i.test(xml.get("rsc-role") ?? "");
  if (state.isGranted && !state.isStandby) return [];
  const policy = (xml.get("loss-policy") ?? (wantsPromoted ? "demote" : "stop")) as LossPolicy;
  return resources.flatMap((resource) => {
    const ban = (isRole: boolean): Location[] =>
      unpacked.nodes.map((node) => ({
        id: xml.id ?? "",
        resource,
        nodeIndex: node.index,
        score: -INFINITY_SCORE,
        role: isRole ? "Promoted" : undefined,
      }));
    if (wantsPromoted && state.isGranted) return ban(policy !== "stop");
    if (state.isGranted) return ban(false);
    const active = resource.primitives().filter((primitive) => primitive.activeOn.length > 0);
    switch (policy) {
      case "demote":
        return ban(wantsPromoted);
      case "fence":
        for (const primitive of active) {
          if (wantsPromoted && primitive.role !== "Promoted") continue;
          for (const node of primitive.activeOn) if (unpacked.options.isFencingEnabled) node.uncleanReason ??= "deadman ticket was lost";
        }
        return ban(wantsPromoted);
      case "freeze":
        if (active.length === 0) return ban(wantsPromoted);
        for (const primitive of active) {
          primitive.isManaged = false;
          primitive.isBlocked = true;
        }
        return wantsPromoted ? ban(true) : [];
      default:
        return ban(false);
    }
  });
}

function ticketState(cib: XmlElement, ticket: string): { isGranted: boolean; isStandby: boolean } {
  const state = cib.descend("status", "tickets")?.child("ticket_state", ticket);
  return { isGranted: parseBoolean(state?.get("granted")) === true, isStandby: parseBoolean(state?.get("standby")) === true };
}
