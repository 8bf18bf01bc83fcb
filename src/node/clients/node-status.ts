import { compareBytes } from "../../base/names.ts";
import { formatTerm, memberNames } from "../../model/view.ts";
import type { NodeStatus } from "../interface/client.ts";
import type { Departure } from "../member/departure.ts";
import type { MemberContext } from "../member/member-context.ts";
import type { PeerTable } from "../views/peer-table.ts";
import type { ViewFacts } from "../views/view-facts.ts";
import type { ViewKeeper } from "../views/view-keeper.ts";

/** The parts of a node that know how it stands. */
export interface NodeStatusSources {
  readonly departure: Pick<Departure, "isLeaving">;
  readonly facts: Pick<ViewFacts, "hasQuorum" | "idOf">;
  readonly peers: Pick<PeerTable, "linksOf" | "names" | "statusOf">;
  readonly views: Pick<ViewKeeper, "commitRight" | "isCommunicationUp" | "isLeading">;
}

/** How a node stands, for displays. */
export function nodeStatus(context: MemberContext, sources: NodeStatusSources): NodeStatus {
  const { facts, peers, views } = sources;
  const { configuredNodes, name, nodeId, version } = context.configuration;
  const view = context.view();
  const members = new Set(view && memberNames(view));
  const names = [...new Set([name, ...configuredNodes, ...peers.names])].sort(compareBytes);
  const right = views.commitRight();
  return {
    version,
    node: name,
    nodeId,
    state: controllerState(context, sources),
    dc: view?.term.candidate,
    term: formatTerm(view?.term ?? context.promised()),
    hasQuorum: view !== undefined && facts.hasQuorum(view),
    commit: right.isAllowed ? right.reason : `refused: ${right.reason}`,
    transition: context.coordinator()?.progress(),
    peers: names.map((node) => ({
      node,
      nodeId: facts.idOf(node) ?? "",
      heartbeat: node === name ? "active" : peers.statusOf(node),
      isMember: members.has(node),
      links: peers.linksOf(node),
    })),
  };
}

/** What the node is at, in the words of Pacemaker's controller (crmadmin(8)). */
function controllerState(context: MemberContext, { departure, views }: NodeStatusSources): string {
  if (departure.isLeaving) return "S_STOPPING";
  if (!views.isCommunicationUp) return "S_STARTING";
  if (!context.view()) return "S_ELECTION";
  const coordinator = context.coordinator();
  if (coordinator) return coordinator.isIdle ? "S_IDLE" : "S_TRANSITION_ENGINE";
  return views.isLeading ? "S_INTEGRATION" : "S_NOT_DC";
}
