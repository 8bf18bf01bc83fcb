import { leadingInteger } from "../../../base/leading-integer.ts";
import { parseBoolean } from "../../../cib/document.ts";
import { INFINITY_SCORE } from "../../../score/score.ts";
import { roundedSeconds } from "../../../time/duration.ts";
import type { XmlElement } from "../../../xml/element.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import { type DraftNode, setNames, setSite } from "../configuration/node-table.ts";
import { readPairs } from "../configuration/pairs.ts";

/** What reading a node's state needs to know. */
export interface StateContext {
  readonly options: ClusterOptions;
  readonly nowEpochSeconds: number;
  /** Takes note of a time at which something changes by itself. */
  readonly onTurn: (epochSeconds: number) => void;
}

/** Puts transient attributes over the permanent ones, and reads the modes they carry. */
export function readTransientAttributes(node: DraftNode, state: XmlElement, context: StateContext): void {
  if (!node.attributes.has("#uname")) setNames(node, context.options);
  const transient = state.child("transient_attributes");
  if (transient) {
    for (const [name, value] of readPairs(transient, "instance_attributes", context)) node.attributes.set(name, value);
    for (const [name, value] of readPairs(transient, "utilization", context)) if (!node.capacity.has(name)) node.capacity.read(name, value);
  }
  setSite(node, context.options);
  if (parseBoolean(node.attributes.get("standby")) === true) node.isStandby = true;
  if (parseBoolean(node.attributes.get("maintenance")) === true) node.isMaintenance = true;
}

/** Why a node is unclean that fences all it can see for lack of quorum. */
export const QUORUM_LOST = "cluster does not have quorum";

/** True when the node was asked to leave. */
export function isShutdownRequested(node: DraftNode): boolean {
  const shutdown = node.attributes.get("shutdown");
  return shutdown !== undefined && shutdown !== "0";
}

/** Reads what a cluster node's state says: who is online, who leaves, who must be fenced. Source: Pacemaker, node state. */
export function readNodeState(node: DraftNode, state: XmlElement, context: StateContext): void {
  readTransientAttributes(node, state, context);
  node.uncleanReason = undefined;
  node.isSeen = true;
  node.isShuttingDown = isShutdownRequested(node);
  node.isExpectedUp = !node.isShuttingDown && state.get("expected")?.toLowerCase() === "member";
  const { options } = context;
  node.isOnline = options.isFencingEnabled ? isOnlineWithFencing(node, state, context) : isOnlineWithoutFencing(node, state, context);
  if (!node.isOnline || node.isShuttingDown) node.baseScore = -INFINITY_SCORE;
  if (!options.hasQuorum && node.isOnline && options.noQuorumPolicy === "fence") fence(node, QUORUM_LOST);
}

function fence(node: DraftNode, reason: string, isDelayed = false): void {
  if (node.uncleanReason !== undefined) return;
  node.uncleanReason = reason;
  node.isDelayedByPriority = isDelayed;
}

function isOnlineWithoutFencing(node: DraftNode, state: XmlElement, context: StateContext): boolean {
  if (memberSince(state, context) <= 0) return false;
  if (onlineSince(state) > 0) return state.get("join")?.toLowerCase() === "member";
  if (node.isExpectedUp) fence(node, "peer is unexpectedly down");
  return false;
}

function isOnlineWithFencing(node: DraftNode, state: XmlElement, context: StateContext): boolean {
  const member = memberSince(state, context);
  const online = onlineSince(state);
  const join = state.get("join");
  if (node.isShuttingDown) return online > 0;
  if (member < 0) {
    fence(node, "peer has not been seen by the cluster");
    return false;
  }
  if (join === "banned") fence(node, "peer failed Pacemaker membership criteria");
  else if (isTerminationRequested(node)) {
    if (member <= 0 && online <= 0 && join === "down") return false;
    fence(node, "fencing was requested");
  } else if ((state.get("expected") ?? "down") === "down") {
    if (isPendingTooLong(member, online, context)) fence(node, "peer pending timed out on joining the process group");
    else if (member > 0 || online > 0) wait(node);
  } else if (member <= 0) fence(node, "peer is no longer part of the cluster", true);
  else if (online <= 0) fence(node, "peer process is no longer available");
  else if (join === "pending" || join === "down") wait(node);
  else if (join !== "member") fence(node, "peer was in an unknown state");
  return member > 0;
}

/** A node that is not ready yet gets nothing. */
function wait(node: DraftNode): void {
  node.isStandby = true;
  node.isPending = true;
}

function isTerminationRequested(node: DraftNode): boolean {
  const text = node.attributes.get("terminate");
  return text !== undefined && (parseBoolean(text) ?? leadingInteger(text, 0) > 0);
}

function isPendingTooLong(member: number, online: number, { options, nowEpochSeconds, onTurn }: StateContext): boolean {
  if (options.nodePendingTimeoutMs === 0 || member <= 0 || online > 0) return false;
  const limit = member + roundedSeconds(options.nodePendingTimeoutMs);
  if (nowEpochSeconds >= limit) return true;
  onTurn(limit);
  return false;
}

/** Since when a node is a member, epoch seconds; 0 when it is none, -1 when it never was seen. */
function memberSince(state: XmlElement, { nowEpochSeconds }: StateContext): number {
  const text = state.get("in_ccm");
  if (text === undefined) return -1;
  const isMember = parseBoolean(text);
  if (isMember !== undefined) return isMember ? nowEpochSeconds : 0;
  const since = Number.parseInt(text, 10);
  return Number.isNaN(since) || since < 0 ? -1 : since;
}

/** Since when a node is in the process group; 0 when it is not. */
function onlineSince(state: XmlElement): number {
  const text = state.get("crmd")?.toLowerCase() ?? "offline";
  if (text === "online") return 1;
  const since = Number.parseInt(text, 10);
  return text === "offline" || Number.isNaN(since) || since < 0 ? 0 : since;
}
