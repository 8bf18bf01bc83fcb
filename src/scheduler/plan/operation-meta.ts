import { md5Hex } from "../../base/md5.ts";
import { parseBoolean } from "../../cib/document.ts";
import { roundedSeconds } from "../../time/duration.ts";
import { parseInstant } from "../../time/wall-time-parse.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { plainTimeMs, timeMs } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";
import { readPairs } from "../unpack/configuration/pairs.ts";
import type { RuleContext } from "../unpack/configuration/rules.ts";
import { digestedText } from "./digest.ts";
import { OperationLists, type WrittenOperation } from "./operation-lists.ts";

const DEFAULT_TIMEOUT_MS = 20_000;

/** Answers to a failure that make no sense for a stop. */
export const NOT_FOR_STOP: ReadonlySet<string> = new Set(["standby", "demote", "stop"]);

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Reads what is configured for operations, and for parameters on a node; remembers what it read. */
export class OperationReader {
  readonly #defaults: XmlElement | undefined;
  readonly #clock: Pick<RuleContext, "nowEpochSeconds" | "onTurn">;
  readonly #digests = new Map<string, string>();
  /** Of no parameters at all, by the timeout. */
  readonly #emptyDigests = new Map<number | undefined, string>();
  readonly #lists = new OperationLists();
  readonly #metaByElement = new Map<XmlElement, Map<string, ReadonlyMap<string, string>>>();
  /** Parameters of resources that have the same ones on all nodes. */
  readonly #parameters = new Map<Resource, ReadonlyMap<string, string>>();
  /** Those of others by the name of the node, empty for none. */
  readonly #parametersByNode = new Map<Resource, Map<string, ReadonlyMap<string, string>>>();

  /** `onTurn` is told when what it reads will turn. */
  constructor(cib: XmlElement, nowEpochSeconds: number, onTurn?: (epochSeconds: number) => void) {
    this.#defaults = cib.descend("configuration", "op_defaults");
    this.#clock = { nowEpochSeconds, onTurn };
  }

  /** The configured operation with a name and interval; live migrations may be configured as `migrate`. */
  find(resource: Resource, name: string, intervalMs: number): XmlElement | undefined {
    const written = this.written(resource, name, intervalMs, true);
    return written && this.#lists.element(resource, written);
  }

  /** The same as it is written, without those that are switched off if so wished. */
  written(resource: Resource, name: string, intervalMs: number, withDisabled: boolean): WrittenOperation | undefined {
    const { all } = this.#lists.of(resource);
    for (let at = 0; at < all.length; at += 1) {
      const op = all[at] as WrittenOperation;
      if (op.name === name && op.intervalMs === intervalMs && (withDisabled || op.isEnabled)) return op;
    }
    if (name !== "migrate_to" && name !== "migrate_from") return undefined;
    return all.find((op) => op.name === "migrate" && op.intervalMs === 0);
  }

  /** Recurring operations as configured, without those switched off, and those configured twice: which is meant is not clear. */
  recurring(resource: Resource): readonly WrittenOperation[] {
    return this.#lists.of(resource).recurring;
  }

  /** Digest of parameters; many resources have the same ones, or none. */
  digest(parameters: ReadonlyMap<string, string>, recurringTimeoutMs: number | undefined): string {
    if (parameters.size > 0) return this.#digest(parameters, recurringTimeoutMs);
    let digest = this.#emptyDigests.get(recurringTimeoutMs);
    if (digest === undefined) this.#emptyDigests.set(recurringTimeoutMs, (digest = this.#digest(parameters, recurringTimeoutMs)));
    return digest;
  }

  #digest(parameters: ReadonlyMap<string, string>, recurringTimeoutMs: number | undefined): string {
    const text = digestedText(parameters, recurringTimeoutMs);
    let digest = this.#digests.get(text);
    if (digest === undefined) this.#digests.set(text, (digest = md5Hex(text)));
    return digest;
  }

  /** Meta-attributes of an operation, times in ms; the caller may change the result. */
  meta(
    resource: Resource,
    node: SchedulerNode | undefined,
    name: string,
    intervalMs: number,
    written: WrittenOperation | undefined,
  ): Map<string, string> {
    const meta = new Map(this.#metaOf(resource, name, intervalMs, written));
    const own = this.#deviceTimeout(resource, node, name, intervalMs);
    if (own !== undefined) meta.set("timeout", String(timeoutMs(own)));
    return meta;
  }

  /** Timeout of an operation. */
  timeoutMs(resource: Resource, node: SchedulerNode, name: string, intervalMs: number, written: WrittenOperation | undefined): number {
    const own = this.#deviceTimeout(resource, node, name, intervalMs) ?? this.#plainTimeout(written);
    if (own !== undefined) return timeoutMs(own);
    return Number(this.#metaOf(resource, name, intervalMs, written).get("timeout"));
  }

  /** The timeout of an operation of which, as mostly, no set of attributes says anything. */
  #plainTimeout(written: WrittenOperation | undefined): string | undefined {
    return written && !this.#defaults && !written.hasMetaSets ? written.timeoutText : undefined;
  }

  /** What a fencing device's parameters say of the timeout of its start and probe. */
  #deviceTimeout(resource: Resource, node: SchedulerNode | undefined, name: string, intervalMs: number): string | undefined {
    if (!resource.isFenceDevice || (name !== "start" && (name !== "monitor" || intervalMs > 0))) return undefined;
    return this.parameters(resource, node).get("pcmk_monitor_timeout");
  }

  /** The same for all nodes. */
  #metaOf(resource: Resource, name: string, intervalMs: number, written: WrittenOperation | undefined): ReadonlyMap<string, string> {
    let known = this.#metaByElement.get(resource.xml);
    if (!known) this.#metaByElement.set(resource.xml, (known = new Map()));
    const place = `${name} ${intervalMs} ${written?.place ?? ""}`;
    let read = known.get(place);
    if (!read) {
      read = this.#readMeta(resource, name, intervalMs, written && this.#lists.element(resource, written));
      known.set(place, read);
    }
    return read;
  }

  /** Instance parameters of a resource on a node, those of what it is part of included. */
  parameters(resource: Resource, node: SchedulerNode | undefined): ReadonlyMap<string, string> {
    let same = this.#parameters.get(resource);
    if (same) return same;
    const kind = parameterSets(resource);
    if (kind !== "ruled") {
      same = kind === "none" ? NO_PARAMETERS : this.#readParameters(resource, node);
      this.#parameters.set(resource, same);
      return same;
    }
    let known = this.#parametersByNode.get(resource);
    if (!known) this.#parametersByNode.set(resource, (known = new Map()));
    const name = node?.name ?? "";
    let read = known.get(name);
    if (!read) known.set(name, (read = this.#readParameters(resource, node)));
    return read;
  }

  #readParameters(resource: Resource, node: SchedulerNode | undefined): ReadonlyMap<string, string> {
    const made = new Map<string, string>();
    for (let holder: Resource | undefined = resource; holder; holder = holder.parent)
      readPairs(holder.xml, "instance_attributes", { ...this.#clock, attributes: node?.attributes }, made);
    return made;
  }

  /** Parameters configured for one operation of a resource alone. */
  operationParameters(resource: Resource, written: WrittenOperation | undefined, node: SchedulerNode): ReadonlyMap<string, string> {
    const config = written?.hasParameterSets ? this.#lists.element(resource, written) : undefined;
    if (!config) return NO_PARAMETERS;
    return readPairs(config, "instance_attributes", { ...this.#clock, attributes: node.attributes });
  }

  /** What is configured as the answer to a failure of an operation, whether it can be or not; undefined for nothing. */
  configuredAnswer(resource: Resource, name: string, intervalMs: number): string | undefined {
    return this.#configuredMeta(resource, name, intervalMs, this.find(resource, name, intervalMs)).get("on-fail");
  }

  #configuredMeta(resource: Resource, name: string, intervalMs: number, config: XmlElement | undefined): Map<string, string> {
    const context = { ...this.#clock, agent: resource, operation: { name, intervalMs } };
    const meta = new Map(config?.attributes ?? []);
    if (config) readPairs(config, "meta_attributes", context, meta);
    const isProbe = name === "monitor" && intervalMs === 0;
    const probeTimeout = isProbe && !meta.has("timeout") ? mostFrequentMonitor(resource)?.get("timeout") : undefined;
    if (probeTimeout !== undefined) meta.set("timeout", probeTimeout);
    if (this.#defaults) readPairs(this.#defaults, "meta_attributes", context, meta);
    return meta;
  }

  #readMeta(resource: Resource, name: string, intervalMs: number, config: XmlElement | undefined): Map<string, string> {
    const meta = this.#configuredMeta(resource, name, intervalMs, config);
    meta.delete("id");
    if (intervalMs > 0) meta.set("interval", String(intervalMs));
    else meta.delete("interval");
    meta.set("timeout", String(timeoutMs(meta.get("timeout"))));
    judgeOnFail(resource, name, config, meta);
    const startDelay = meta.get("start-delay");
    if (startDelay !== undefined) meta.set("start-delay", String(plainTimeMs(startDelay, 0)));
    else if (intervalMs > 0) delayToOrigin(meta, intervalMs, this.#clock.nowEpochSeconds);
    return meta;
  }
}

/** Whether there are parameters of a resource, or of what it is part of, and whether rules decide on some: then nodes may differ. */
function parameterSets(resource: Resource): "none" | "plain" | "ruled" {
  let kind: "none" | "plain" = "none";
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    if (!holder.xml.child("instance_attributes")) continue;
    kind = "plain";
    for (const set of holder.xml.children) if (set.name === "instance_attributes" && set.child("rule")) return "ruled";
  }
  return kind;
}

function operationElements(resource: Resource): readonly XmlElement[] {
  return resource.xml.child("operations")?.childrenNamed("op") ?? [];
}

function intervalOf(operation: XmlElement): number {
  return timeMs(operation.get("interval"), 0);
}

function timeoutMs(text: string | undefined): number {
  const given = plainTimeMs(text, DEFAULT_TIMEOUT_MS);
  return given > 0 ? given : DEFAULT_TIMEOUT_MS;
}

/** The switched-on recurring monitor with the shortest interval. */
function mostFrequentMonitor(resource: Resource): XmlElement | undefined {
  let best: XmlElement | undefined;
  for (const op of operationElements(resource)) {
    if (op.get("name") !== "monitor" || intervalOf(op) === 0 || parseBoolean(op.get("enabled")) === false) continue;
    if (!best || intervalOf(op) < intervalOf(best)) best = op;
  }
  return best;
}

/** Drops answers to a failure that cannot be; a demotion takes over that of the promoted role's monitor. */
function judgeOnFail(resource: Resource, name: string, config: XmlElement | undefined, meta: Map<string, string>): void {
  const value = meta.get("on-fail")?.toLowerCase();
  if (name === "stop") {
    if (value !== undefined && NOT_FOR_STOP.has(value)) meta.delete("on-fail");
  } else if (name === "demote" && value === undefined) {
    for (const op of operationElements(resource)) {
      const answer = op.get("on-fail");
      if (answer === undefined || answer.toLowerCase() === "demote" || !isPromotedMonitor(op)) continue;
      if (parseBoolean(op.get("enabled")) !== false) meta.set("on-fail", answer);
    }
  } else if (name === "lrm_delete") meta.set("on-fail", "ignore");
  else if (value === "demote" && config?.get("name") !== "promote" && !(config && isPromotedMonitor(config))) meta.delete("on-fail");
}

/** True for a recurring monitor of the promoted role: only its failure, and that of a promotion, can be answered by a demotion. */
export function isPromotedMonitor(op: XmlElement): boolean {
  return op.get("name") === "monitor" && intervalOf(op) > 0 && /^(promoted|master)$/i.test(op.get("role") ?? "");
}

/** A recurring operation with an origin starts at the next multiple of its interval from there. */
function delayToOrigin(meta: Map<string, string>, intervalMs: number, nowEpochSeconds: number): void {
  const text = meta.get("interval-origin");
  const origin = text === undefined ? undefined : parseInstant(text, nowEpochSeconds);
  if (origin === undefined) return;
  const intervalSeconds = roundedSeconds(intervalMs);
  const since = (nowEpochSeconds - origin) % intervalSeconds;
  meta.set("start-delay", String((since <= 0 ? -since : intervalSeconds - since) * 1000));
}
