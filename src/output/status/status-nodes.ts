import { parseBoolean } from "../../cib/document.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { primitivesOf } from "../../scheduler/cluster/resource-state.ts";
import { healthScores } from "../../scheduler/constrain/health-scores.ts";
import { readPairs } from "../../scheduler/unpack/configuration/pairs.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";

/** An attribute of a node as people see it. */
export interface NodeAttribute {
  readonly name: string;
  readonly value: string;
  /** For the result of pings: what it would be if all answered. */
  readonly expected: number | undefined;
}

/** A node as status displays show it. */
export interface StatusNode {
  readonly id: string;
  readonly name: string;
  readonly kind: "member" | "remote" | "guest";
  readonly isOnline: boolean;
  readonly isPending: boolean;
  readonly isUnclean: boolean;
  readonly isStandby: boolean;
  /** In standby because a resource failed there. */
  readonly isStandbyOnFail: boolean;
  readonly isMaintenance: boolean;
  readonly isShuttingDown: boolean;
  readonly isExpectedUp: boolean;
  readonly isDc: boolean;
  readonly health: "green" | "yellow" | "red";
  /** Feature set of an online member; undefined where it is not known or does not matter. */
  readonly featureSet: string | undefined;
  /** Resource a guest lives in. */
  readonly container: string | undefined;
  /** Node that a guest's container is on; empty when it is nowhere. */
  readonly host: string | undefined;
  /** It is inside a bundle: nothing else can run there. */
  readonly isInBundle: boolean;
  readonly runningCount: number;
  /** Attributes meant for people, in order of their names. */
  readonly attributes: readonly NodeAttribute[];
}

/** Prefixes of attributes that are the cluster's own. Source: Pacemaker 3.0.2, node attribute list. */
const HIDDEN_ATTRIBUTES = ["fail-count-", "last-failure-", "shutdown", "terminate", "standby", "#"];

/** Feature set of nodes that do not tell theirs. */
const OLD_FEATURE_SET = "<3.15.1";

/** All nodes, in order of their names. */
export function readStatusNodes(unpacked: Unpacked): StatusNode[] {
  const primitives = primitivesOf(unpacked.top);
  const { options } = unpacked;
  const words = healthScores(options);
  return unpacked.nodes.map((node) => {
    const { connection } = node;
    const launcher = connection?.launcher;
    const isMember = !connection && node.isRemote !== true;
    const running = primitives.filter((resource) => resource.activeOn.includes(node));
    const isExpectedUp = isMember && node.isExpectedUp === true;
    const isConfiguredStandby = node.isStandby && parseBoolean(node.attributes.get("standby")) === true;
    return {
      id: node.id,
      name: node.name,
      kind: isMember ? "member" : launcher ? "guest" : "remote",
      isOnline: node.isOnline,
      isPending: node.isPending,
      isUnclean: node.uncleanReason !== undefined,
      isStandby: node.isStandby,
      isStandbyOnFail: node.isStandby && !node.isPending && (node.isStandbyOnFail === true || !isConfiguredStandby),
      isMaintenance: node.isMaintenance,
      isShuttingDown: node.isShuttingDown,
      isExpectedUp,
      isDc: node.isDc,
      health: options.health.strategy === "none" ? "green" : healthOf(node, words),
      featureSet: node.isOnline && isExpectedUp ? (node.attributes.get("#feature-set") ?? OLD_FEATURE_SET) : undefined,
      container: launcher?.id,
      host: launcher && (launcher.activeOn[0]?.name ?? ""),
      isInBundle: node.isBundleNode === true,
      runningCount: running.length,
      attributes: shownAttributes(node, running, unpacked.nowEpochSeconds),
    };
  });
}

/** True when online members run different versions. */
export function isMixedVersion(nodes: readonly StatusNode[]): boolean {
  return new Set(nodes.flatMap((node) => (node.featureSet === undefined ? [] : [node.featureSet]))).size > 1;
}

/** The worst of a node's health attributes; a number, and the word green, is measured by what the words are worth. */
function healthOf(node: SchedulerNode, words: ReadonlyMap<string, number>): StatusNode["health"] {
  const [red = 0, yellow = 0, green = 0] = ["red", "yellow", "green"].map((word) => words.get(word) ?? 0);
  let worst: StatusNode["health"] = "green";
  for (const [name, value] of node.attributes) {
    if (!name.startsWith("#health")) continue;
    const word = value.toLowerCase();
    const score = word === "green" ? green : word === "red" || word === "yellow" ? undefined : parseScore(value);
    if (word === "red" || (score !== undefined && score <= red)) return "red";
    if (word === "yellow" || (score !== undefined && score <= yellow && yellow !== green)) worst = "yellow";
  }
  return worst;
}

function shownAttributes(node: SchedulerNode, running: readonly Resource[], nowEpochSeconds: number): NodeAttribute[] {
  const shown = [...node.attributes].filter(([name]) => !HIDDEN_ATTRIBUTES.some((prefix) => name.startsWith(prefix)));
  shown.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return shown.map(([name, value]) => ({ name, value, expected: expectedScore(name, running, nowEpochSeconds) }));
}

/** What a ping resource on the node would write into this attribute if every host answered. */
function expectedScore(name: string, running: readonly Resource[], nowEpochSeconds: number): number | undefined {
  for (const resource of running) {
    if (!["ping", "pingd"].includes(resource.type)) continue;
    const parameters = readPairs(resource.xml, "instance_attributes", { nowEpochSeconds });
    if ((parameters.get("name") ?? "pingd") !== name) continue;
    const hosts = (parameters.get("host_list") ?? "").split(/\s+/).filter((host) => host !== "");
    return hosts.length * (Number(parameters.get("multiplier") ?? 1) || 1);
  }
  return undefined;
}
