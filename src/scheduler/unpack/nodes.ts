import { compareNumericAware } from "../../base/names.ts";
import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../node.ts";
import type { ClusterOptions } from "../options.ts";
import { readPairs } from "./pairs.ts";

/** Reads the nodes: who is online, who leaves, who must be fenced. Source: Pacemaker, node state attributes. */
export function unpackNodes(cib: XmlElement, options: ClusterOptions, nowEpochSeconds: number): SchedulerNode[] {
  const configured = cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
  const states = cib.child("status")?.childrenNamed("node_state") ?? [];
  const known = new Map<string, { id: string; name: string; xml: XmlElement | undefined }>();
  for (const xml of configured) known.set(xml.id ?? "", { id: xml.id ?? "", name: xml.get("uname") ?? xml.id ?? "", xml });
  for (const state of states) {
    const id = state.id ?? "";
    if (!known.has(id) && parseBoolean(state.get("remote_node")) !== true)
      known.set(id, { id, name: state.get("uname") ?? id, xml: undefined });
  }
  const sorted = [...known.values()].sort((a, b) => compareNumericAware(a.name, b.name));
  return sorted.map(({ id, name, xml }, index) => {
    const state = states.find((candidate) => candidate.id === id) ?? states.find((candidate) => candidate.get("uname") === name);
    const attributes = new Map<string, string>([
      ["#uname", name],
      ["#id", id],
      ["#kind", "cluster"],
    ]);
    const isDc = cib.get("dc-uuid") === id;
    attributes.set("#is_dc", String(isDc));
    const transient = state?.child("transient_attributes");
    if (transient) readPairs(transient, "instance_attributes", { nowEpochSeconds }, attributes);
    if (xml) readPairs(xml, "instance_attributes", { nowEpochSeconds, attributes }, attributes);
    const judged = judge(state, attributes, options, name);
    return {
      index,
      id,
      name,
      attributes,
      isSeen: state !== undefined,
      isDc,
      isGuest: false,
      isStandby: parseBoolean(attributes.get("standby")) === true || judged.isPending,
      isMaintenance: parseBoolean(attributes.get("maintenance")) === true,
      assignedCount: 0,
      baseScore: judged.isOnline && !judged.isShuttingDown ? 0 : -INFINITY_SCORE,
      capacity: new Map(),
      ...judged,
    };
  });
}

interface Judgement {
  readonly isOnline: boolean;
  readonly isPending: boolean;
  readonly isShuttingDown: boolean;
  uncleanReason: string | undefined;
}

function judge(state: XmlElement | undefined, attributes: ReadonlyMap<string, string>, options: ClusterOptions, name: string): Judgement {
  const shutdown = attributes.get("shutdown");
  const isShuttingDown = shutdown !== undefined && shutdown !== "0";
  if (!state) {
    const mustFence = options.isFencingEnabled && options.isStartupFencing;
    return { isOnline: false, isPending: false, isShuttingDown: false, uncleanReason: mustFence ? "node is unclean" : undefined };
  }
  const isMember = isTrue(state.get("in_ccm"));
  const isInGroup = isTrue(state.get("crmd"));
  const join = state.get("join") ?? "down";
  const expected = state.get("expected") ?? (join === "member" ? "member" : "down");
  const terminate = attributes.get("terminate");
  const wantsFencing = terminate !== undefined && parseBoolean(terminate) !== false && terminate !== "0";
  const result = (isOnline: boolean, uncleanReason?: string, isPending = false): Judgement => ({
    isOnline,
    isPending,
    isShuttingDown,
    uncleanReason,
  });
  if (!options.isFencingEnabled) {
    if (isMember && isInGroup && join === "member") return result(true);
    if (isMember && !isInGroup && expected === "member" && join === "member") return result(false, "peer process is no longer available");
    return result(false);
  }
  if (isShuttingDown) return result(isInGroup);
  if (state.get("in_ccm") === undefined) return result(false, "peer has not been seen by the cluster");
  if (join === "banned") return result(isMember, "peer failed Pacemaker membership criteria");
  if (wantsFencing && (isMember || isInGroup || join !== "down")) return result(isMember, "fencing was requested");
  if (expected === "down") return isMember || isInGroup ? result(isMember, undefined, true) : result(false);
  if (!isMember) return result(false, "peer is no longer part of the cluster");
  if (!isInGroup) return result(isMember, "peer process is no longer available");
  if (join === "member") return result(true);
  if (join === "pending" || join === "down") return result(isMember, undefined, true);
  return result(isMember, `peer was in an unknown state (${name})`);
}

/** in_ccm and crmd are a boolean, online or offline, or a time since when. */
function isTrue(text: string | undefined): boolean {
  if (text === undefined) return false;
  return text === "online" || (parseBoolean(text) ?? Number(text) > 0);
}
