import { enumeration } from "../../base/enumeration.ts";
import { countsAsFailed } from "../../cib/failed-record.ts";
import { OCF } from "../../model/exit-code.ts";
import type { ScoreEntry, Shortage } from "../../scheduler/cluster/ledger.ts";
import { isAvailable, type SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { Colocation } from "../../scheduler/constrain/colocation.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { ruleText } from "./condition-text.ts";
import { countedFailuresText } from "./counted-failures-text.ts";
import { recordText } from "./failed-operation-text.ts";
import { nameOf, type Phrase, phrase, plain } from "./phrase.ts";
import { placeOfOther } from "./place-of-other.ts";
import { ruleWords } from "./rule-words.ts";
import { freezingTicket, lostTicketText } from "./ticket-text.ts";

/** How many members of a colocation's sets are named. */
const MEMBERS_MAX = 6;

/** Who spoke for a score: the object in the CIB when it is one, and the sentence part that names it. */
export interface ScoreSource {
  readonly ids: readonly string[];
  readonly words: Phrase;
}

/** Words of a source that is no object, or of one that they do not name. */
const told = (text: string, ...ids: readonly (string | undefined)[]): ScoreSource => ({
  ids: ids.filter((id) => id !== undefined),
  words: plain(text),
});

/** What is named in ledgers of one CIB, in words. */
export class ScoreSources {
  readonly #cib: XmlElement;
  readonly #nowEpochSeconds: number;
  readonly #constraints = new Map<string, XmlElement>();

  readonly #colocations: readonly Colocation[];
  readonly #nodes: readonly SchedulerNode[];

  /** Of colocations that are known it is said where the other resource is going to be, and of nodes what their connections wait for. */
  constructor(
    cib: XmlElement,
    nowEpochSeconds: number,
    { colocations = [], nodes = [] }: { readonly colocations?: readonly Colocation[]; readonly nodes?: readonly SchedulerNode[] } = {},
  ) {
    this.#colocations = colocations;
    this.#nodes = nodes;
    this.#cib = cib;
    this.#nowEpochSeconds = nowEpochSeconds;
    for (const constraint of cib.descend("configuration", "constraints")?.children ?? [])
      for (const part of [constraint, ...constraint.childrenNamed("resource_set")]) if (part.id) this.#constraints.set(part.id, constraint);
  }

  /** Names the source of an entry about a resource on a node. */
  of(entry: ScoreEntry, resource: Resource, node: SchedulerNode): ScoreSource {
    const { source } = entry;
    if (!source.startsWith("#")) {
      const { ids, words } = this.#object(source, node);
      return {
        ids,
        words: phrase`${words}${entry.score <= -INFINITY_SCORE ? placeOfOther(this.#colocations, source, resource, node) : ""}`,
      };
    }
    switch (source) {
      case "#group-members":
        return told(entry.score <= -INFINITY_SCORE ? ruleWords(source) : "what other members of its group, and what goes with them, want");
      case "#node":
        return told(nodeText(entry.score, node), this.#hasOwnScore(node) ? node.id : undefined);
      case "#stickiness":
        return this.#option(resource, "resource-stickiness", "it is active there, and likes to stay");
      case "#migration-threshold": {
        const { text, ids } = countedFailuresText(this.#cib, this.#nowEpochSeconds, resource, node);
        return told(text, ...ids);
      }
      case "#target-role":
        return entry.effect === "wished" ? this.#unpromoted(resource) : this.#stopped(resource);
      case "#node-health":
        return told(healthText(node), this.#pair("crm_config", "node-health-strategy"));
      case "#shutdown-lock":
        return told(lockText(resource), this.#pair("crm_config", "shutdown-lock"));
      case "#agent":
      case "#promotion-score":
        if (entry.resource.clone) return told("what another instance there brings for its promotion");
        return told(
          entry.score < 0 ? "its agent never asked for promotion there" : "its agent's promotion score",
          this.#promotionPair(resource, node),
        );
      case "#utilization":
        return told(entry.shortage ? shortageText(entry.shortage, resource) : "the node has not enough capacity left");
      default:
        return told(ruleWords(source));
    }
  }

  /** Id of the pair that sets a cluster option. */
  clusterOption(name: string): string | undefined {
    return this.#pair("crm_config", name);
  }

  /** Id of the pair that sets an attribute of a node, for good or until it restarts. */
  nodeAttribute({ name: node }: SchedulerNode, name: string): string | undefined {
    const configured = this.#cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node);
    const state = this.#stateOf(node);
    const holders = [configured, state?.child("transient_attributes")].filter((one) => one !== undefined);
    return pairWith(holders, name)?.id;
  }

  /** A constraint as a text names it: a colocation with those it is about. */
  constraintText(id: string): Phrase {
    const constraint = this.#constraints.get(id);
    if (constraint?.name === "rsc_location") return phrase`location constraint ${nameOf(id)}${ruleText(constraint)}`;
    const pair = [constraint?.get("rsc"), constraint?.get("with-rsc")].filter((name) => name !== undefined);
    if (pair.length === 2) return phrase`colocation ${nameOf(id)} (${pair[0] ?? ""} with ${pair[1] ?? ""})`;
    const members = [...(constraint?.walk() ?? [])].flatMap((one) => (one.name === "resource_ref" ? (one.id ?? []) : []));
    const more = members.length - MEMBERS_MAX;
    const shown = more > 1 ? `${members.slice(0, MEMBERS_MAX).join(", ")} and ${more} more` : enumeration(members);
    return phrase`colocation ${nameOf(id)}${members.length === 0 ? "" : ` (of ${shown})`}`;
  }

  /** The pair of a meta-attribute that counts for a resource: its own, that of what it is in, or a default. */
  metaAttribute(resource: Resource, name: string): { readonly id: string; readonly value: string } | undefined {
    const sets: XmlElement[] = [];
    // What the cluster makes for a guest has the meta-attributes of what that lives in.
    const first = resource.isRemoteConnection && resource.launcher ? resource.launcher : resource;
    for (let holder: Resource | undefined = first; holder; holder = holder.parent)
      sets.push(...holder.xml.childrenNamed("meta_attributes"));
    const all = [...sets, ...(this.#cib.descend("configuration", "rsc_defaults")?.children ?? [])];
    const pairs = all.flatMap((set) => [...set.walk()].filter((one) => one.name === "nvpair" && one.get("name") === name));
    // One with a rule may count for others, or at other times.
    const counting = resource.meta.get(name);
    const pair = counting === undefined ? undefined : pairs.find((one) => one.get("value") === counting);
    return pair?.id === undefined ? undefined : { id: pair.id, value: pair.get("value") ?? "" };
  }

  /**
   * What failed of a resource so that it is blocked or stays stopped, by its history: "stop failed on n1 with 1 (error)"; undefined when
   * nothing did. Of several failures the one that is configured to be answered so is told. With `homes` those on other nodes do not count.
   */
  failure(
    resource: Resource,
    answer: "block" | "stop",
    homes?: readonly string[],
  ): { readonly id: string | undefined; readonly text: string } | undefined {
    let best: { readonly id: string | undefined; readonly text: string; readonly rank: number } | undefined;
    for (const state of this.#cib.child("status")?.childrenNamed("node_state") ?? [])
      for (const history of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
        if (history.id !== resource.historyName && history.id !== resource.id) continue;
        if (homes && !homes.includes(state.get("uname") ?? "")) continue;
        for (const record of history.childrenNamed("lrm_rsc_op").filter((one) => countsAsFailed(one) && !hasFound(one))) {
          const rank = answerRank(resource, record, answer);
          if (best === undefined || rank > best.rank) best = { id: record.id, text: recordText(record, state), rank };
        }
      }
    return best;
  }

  /** The newest live migration away from where a resource is active that its history tells of, else one that has brought it there. */
  unfinishedMigration(resource: Resource): { readonly id: string; readonly source: string; readonly target: string } | undefined {
    const homes = new Set(resource.activeOn.map(({ name }) => name));
    const migrations = (this.#cib.child("status")?.childrenNamed("node_state") ?? []).flatMap((state) => {
      const histories = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
      const own = histories.filter(({ id }) => id === resource.historyName || id === resource.id);
      const records = own.flatMap((one) => one.childrenNamed("lrm_rsc_op")).filter((one) => one.get("operation") === "migrate_to");
      return records.flatMap((record) => {
        const target = record.get("migrate_target");
        return record.id === undefined || target === undefined ? [] : [{ id: record.id, source: state.get("uname") ?? "", target }];
      });
    });
    return migrations.findLast(({ source }) => homes.has(source)) ?? migrations.findLast(({ target }) => homes.has(target));
  }

  /** The ticket constraint that freezes a resource. */
  frozenBy(resource: Resource): { readonly id: string; readonly ticket: string } | undefined {
    return freezingTicket(this.#cib, resource);
  }

  #object(id: string, node: SchedulerNode): ScoreSource {
    const constraint = this.#constraints.get(id);
    switch (constraint?.name) {
      case "rsc_location":
      case "rsc_colocation":
        return { ids: [id], words: this.constraintText(id) };
      case "rsc_ticket": {
        const ticket = constraint.get("ticket") ?? "";
        return told(lostTicketText(this.#cib, ticket) ?? `ticket ${ticket}`, id);
      }
    }
    const states = this.#cib.child("status")?.childrenNamed("node_state") ?? [];
    const ordered = [...states].sort((a, b) => Number(b.get("uname") === node.name) - Number(a.get("uname") === node.name));
    for (const state of ordered)
      for (const record of state.child("lrm")?.walk() ?? [])
        if (record.name === "lrm_rsc_op" && record.id === id) return told(recordText(record, state), id);
    return { ids: [id], words: nameOf(id) };
  }

  /** What runs nowhere: by its target role, by that of what it is in, or by the answer to a failure. */
  #stopped(resource: Resource): ScoreSource {
    if (resource.isRemoved) return told(ruleWords("#removed"));
    const pair = this.metaAttribute(resource, "target-role");
    if (pair?.value.toLowerCase() === "stopped") return told("target-role is Stopped", pair.id);
    const peer = this.#nodes.find(({ connectionId, isShuttingDown }) => connectionId === resource.id && isShuttingDown);
    if (peer) return told(`${peer.name}, which it connects to, is shutting down`, this.nodeAttribute(peer, "shutdown"));
    const failure = this.failure(resource, "stop");
    const isWaiting = resource.isRemoteConnection && resource.remoteReconnectMs > 0 && resource.isFailed;
    const answer = isWaiting ? "it is tried again after its reconnect_interval" : "it stays stopped";
    if (failure) return told(`${failure.text}: ${answer}`, failure.id);
    return told(resource.isManaged ? "its next role is Stopped" : "it is not managed, and is not started");
  }

  /** What is not promoted, whatever it is worth, because of its target role or of a failure. */
  #unpromoted(resource: Resource): ScoreSource {
    const pair = this.metaAttribute(resource, "target-role");
    if (pair && pair.value.toLowerCase() !== "promoted") return told(`target-role is ${pair.value}`, pair.id);
    const homes = resource.activeOn.map(({ name }) => name);
    const failure = resource.isFailed ? this.failure(resource, "stop", homes) : undefined;
    if (failure) return told(`${failure.text}, and the answer to that is to demote it`, failure.id);
    return told("its next role is another one");
  }

  /** A meta-attribute that speaks, by the id of its pair: the resource's, that of what it is in, or a default. */
  #option(resource: Resource, name: string, words: string): ScoreSource {
    return told(words, this.metaAttribute(resource, name)?.id);
  }

  #stateOf(node: string): XmlElement | undefined {
    return this.#cib
      .child("status")
      ?.childrenNamed("node_state")
      .find((one) => one.get("uname") === node);
  }

  #hasOwnScore(node: SchedulerNode): boolean {
    const configured = this.#cib.descend("configuration", "nodes")?.children.find(({ id }) => id === node.id);
    return configured?.get("score") !== undefined;
  }

  #pair(section: string, name: string): string | undefined {
    return pairWith(this.#cib.descend("configuration", section)?.children ?? [], name)?.id;
  }

  #promotionPair(resource: Resource, node: SchedulerNode): string | undefined {
    const state = this.#stateOf(node.name);
    const names = resource.primitives().flatMap((one) => [`master-${one.historyName}`, `master-${one.id.replace(/:\d+$/, "")}`]);
    return [...(state?.walk() ?? [])].find((one) => one.name === "nvpair" && names.includes(one.get("name") ?? ""))?.id;
  }
}

function healthText(node: SchedulerNode): string {
  const said = [...node.attributes].filter(([name]) => name.startsWith("#health")).map(([name, value]) => `${name} is ${value}`);
  return `node health${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
}

/** What a resource that is locked to a node waits for. */
export function lockText({ lockNode }: Resource): string {
  const node = lockNode ? `${lockNode.name}, which ${lockNode.isOnline ? "shuts down" : "is shut down"}` : "its node";
  return `it is locked to ${node} (shutdown-lock)`;
}

function nodeText(score: number, node: SchedulerNode): string {
  if (score >= 0) return "the node's own score";
  if (node.isBundleNode) return "in a container runs only what is inside its bundle";
  return isAvailable(node) ? "the node takes nothing by itself" : "the node takes nothing";
}

function shortageText({ needed, together }: Shortage, resource: Resource): string {
  const others = together.filter((id) => id !== resource.id);
  const who = others.length === 0 ? "it needs" : `it and what has to be with it (${others.join(", ")}) need`;
  const amounts = needed.map(({ name, amount, left }) => `${name} ${amount}, and ${left} ${left === 1 ? "is" : "are"} left`);
  return `not enough capacity: ${who} ${amounts.join("; ")}`;
}

function pairWith(sets: readonly XmlElement[], name: string): XmlElement | undefined {
  for (const set of sets) for (const pair of set.walk()) if (pair.name === "nvpair" && pair.get("name") === name) return pair;
  return undefined;
}

/** True for the record of a look that found the resource running: it is where it was not expected, but nothing failed. */
function hasFound(record: XmlElement): boolean {
  const codes: readonly string[] = [OCF.success, OCF.runningPromoted, OCF.degraded, OCF.degradedPromoted].map(String);
  return record.get("operation") === "monitor" && record.get("interval") === "0" && codes.includes(record.get("rc-code") ?? "");
}

/** How well the failure of an operation explains that a resource is blocked, or stays stopped: by its `on-fail`, else by the default. */
function answerRank(resource: Resource, record: XmlElement, answer: "block" | "stop"): number {
  const task = record.get("operation");
  const operations = resource.xml.childrenNamed("operations").flatMap((one) => one.childrenNamed("op"));
  const isMeant = operations.some((one) => one.get("name") === task && one.get("on-fail") === answer);
  if (isMeant) return 2;
  return answer === "block" && task === "stop" ? 1 : 0;
}
