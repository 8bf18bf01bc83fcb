import { enumeration } from "../../base/enumeration.ts";
import { type SchedulerNode, UNSEEN } from "../../scheduler/cluster/node.ts";
import { isUnconnected } from "../../scheduler/explain/live-node.ts";
import { type PlacementAccount, placementAccountsOf } from "../../scheduler/explain/placement-account.ts";
import { stateOfNode, unavailability } from "../../scheduler/explain/unavailability.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { failedOperationText } from "./failed-operation-text.ts";
import { whyNotFenced } from "./node-state-text.ts";
import { verdictWithCause } from "./obstacle-text.ts";
import { named, namesAttribute, type Phrase, phrase, plain } from "./phrase.ts";
import type { ScoreSources } from "./score-sources.ts";

/** What is told of a node. */
export interface NodeExplanation {
  readonly node: SchedulerNode;
  /** Its state, with what sets it. */
  readonly state: Phrase;
  /** That it is going to be fenced or unfenced and why, or why it is not though it ought to be; empty otherwise. */
  readonly fencing: string;
  readonly stays: readonly PlacementAccount[];
  readonly leaves: readonly PlacementAccount[];
  readonly comes: readonly PlacementAccount[];
}

/** Looks at a node: the state it is in, whether it is fenced, and what becomes of what it has. The result needs its ledger. */
export function explainNode(result: ScheduleResult, node: SchedulerNode, sources: ScoreSources): NodeExplanation {
  const accounts = placementAccountsOf(
    result,
    result.cluster.top.flatMap((top) => top.primitives()),
  );
  const isHere = ({ currentNodes }: PlacementAccount): boolean => currentNodes.includes(node.name);
  // What is stopped and cannot be started again is gone, wherever it belongs.
  const isLost = ({ isStopped, obstacles }: PlacementAccount): boolean => isStopped && obstacles.some(({ task }) => task === "start");
  const belongs = ({ nextNode, nextRole }: PlacementAccount): boolean => nextNode === node.name && nextRole !== "Stopped";
  return {
    node,
    state: stateText(result, node, sources),
    fencing: fencingText(result, node),
    stays: accounts.filter((one) => isHere(one) && ((belongs(one) && !isLost(one)) || !one.isManaged)),
    leaves: accounts.filter((one) => isHere(one) && (!belongs(one) || isLost(one)) && one.isManaged),
    comes: accounts.filter((one) => !isHere(one) && belongs(one) && one.isManaged),
  };
}

function stateText({ cluster }: ScheduleResult, node: SchedulerNode, sources: ScoreSources): Phrase {
  const why = unavailability(node);
  const launcher = node.connection?.launcher;
  if (why === undefined && isUnconnected(node)) return plain(unconnectedText(node));
  if (why === undefined && node.isRemoteReset && launcher) return plain(`online, and is restarted with ${launcher.id}, which it lives in`);
  if (why === undefined) return plain("online, and takes resources");
  if (node.uncleanReason !== undefined) {
    const cause = cluster.history.fencedFor.get(node);
    const failure =
      cause && cluster.history.failures.findLast((one) => one.resourceId === cause.resource.id && one.node === cause.node.name);
    return phrase`${why}${failure ? phrase` (${failedOperationText(failure)}${named(failure.entryId)})` : ""}`;
  }
  const attribute =
    !node.isOnline || node.isPending ? undefined : node.isStandby ? "standby" : node.isMaintenance ? "maintenance" : undefined;
  const pair = attribute && !node.isStandbyOnFail ? sources.nodeAttribute(node, attribute) : undefined;
  return phrase`${why}${named(pair)}, and takes nothing`;
}

/** What is not there yet may be planned with all the same. */
function unconnectedText({ connection }: SchedulerNode): string {
  const home = connection?.assigned;
  const launcher = connection?.launcher;
  const what = launcher ? `${launcher.id}, which it lives in,` : "what connects to it";
  const isLauncherDown = launcher && launcher.activeOn.length === 0;
  const now = launcher && !isLauncherDown ? "not connected" : `not connected: ${what} does not run`;
  return home ? `${now}; it takes resources once it is connected from ${home.name}` : `${now}, and is not going to be`;
}

function fencingText({ cluster, decisions }: ScheduleResult, node: SchedulerNode): string {
  const launcher = node.connection?.launcher;
  const own = decisions.find(({ fencing }) => fencing?.node === node.name);
  if (own?.fencing) {
    const { operation } = own.fencing;
    if (operation === "on") return `It is going to be unfenced: ${own.reason}.`;
    return `It is going to be fenced (${operation})${launcher ? ` by the recovery of ${launcher.id}` : ""}: ${own.reason}.`;
  }
  if (launcher && node.isRemoteReset) return `It is fenced by the recovery of ${launcher.id}, which it lives in.`;
  // Nothing is known to be on a remote node that was never reached.
  if (node.uncleanReason === undefined || (node.connection && node.uncleanReason === UNSEEN)) return "";
  const why = whyNotFenced(node, cluster);
  return `It is not fenced${why === "" ? "" : `: ${why}`}.`;
}

/** The same in sentences. */
export function nodeExplanationLines({ node, state, fencing, stays, leaves, comes }: NodeExplanation, sources: ScoreSources): string[] {
  const told = (title: string, accounts: readonly PlacementAccount[]): string[] =>
    accounts.length === 0
      ? []
      : [`  ${title}:`, ...accounts.map((one) => `    ${one.resource.id} ${verdictWithCause(one, sources).text}.`)];
  const quiet = stays.filter(({ decisions, isManaged, obstacles }) => isManaged && decisions.length === 0 && obstacles.length === 0);
  const touched = stays.filter((one) => !quiet.includes(one));
  const roles = quiet.map(({ resource, currentRole }) => (currentRole === "Started" ? resource.id : `${resource.id} (${currentRole})`));
  return [
    `Node ${node.name}: ${state.text}.`,
    ...(fencing === "" ? [] : [`  ${fencing}`]),
    ...(roles.length === 0 ? [] : [`  What runs there stays: ${enumeration(roles)}.`]),
    ...told("What stays there, but not untouched", touched),
    ...told("What leaves it", leaves),
    ...told("What belongs there and does not run there", comes),
    ...(stays.length + leaves.length + comes.length === 0 ? ["  Nothing runs there, and nothing is going to."] : []),
  ];
}

/** The same for programs. */
export function nodeExplanationXml({ node, state, fencing, stays, leaves, comes }: NodeExplanation, sources: ScoreSources): XmlElement {
  const parts = (kind: string, accounts: readonly PlacementAccount[]): XmlElement[] =>
    accounts.map((one) => {
      const said = verdictWithCause(one, sources);
      return element("resource_on_node", {
        resource: one.resource.id,
        kind,
        "current-role": one.currentRole,
        node: one.nextNode,
        role: one.nextRole,
        verdict: said.text,
        names: namesAttribute(said),
      });
    });
  return element(
    "node_explanation",
    {
      node: node.name,
      available: String(unavailability(node) === undefined),
      state: unavailability(node) === undefined ? "online" : stateOfNode(node),
      "unclean-reason": node.uncleanReason,
      text: state.text,
      names: namesAttribute(state),
      fencing: fencing || undefined,
    },
    [...parts("stays", stays), ...parts("leaves", leaves), ...parts("comes", comes)],
  );
}
