import { leadingInteger } from "../../../base/leading-integer.ts";
import { mergeSort } from "../../../base/merge-sort.ts";
import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import { AttributePicker } from "../../../xml/attribute-picker.ts";
import type { XmlElement } from "../../../xml/element.ts";

const RECORDED = new AttributePicker("id", "operation", "interval", "op-status", "rc-code", "call-id", "on_node", "transition-key");

/** An entry of the history of a resource on a node; what most who look at it need is read once. */
export class HistoryEntry {
  readonly xml: XmlElement;
  readonly id: string | undefined;
  readonly task: string | undefined;
  /** 0 for what is done once. */
  readonly intervalMs: number;
  readonly statusText: string | undefined;
  /** NaN when it is not known. */
  readonly status: number;
  /** Exit code as it was recorded; NaN when it is not known. */
  readonly exitCode: number;
  /** -1 when it is not known. */
  readonly callId: number;
  readonly #node: string | undefined;

  constructor(xml: XmlElement) {
    this.xml = xml;
    this.id = xml.pick(RECORDED, 0);
    this.task = xml.pick(RECORDED, 1);
    this.intervalMs = Math.max(0, leadingInteger(xml.pick(RECORDED, 2), 0));
    this.statusText = xml.pick(RECORDED, 3);
    this.status = leadingInteger(this.statusText);
    this.exitCode = leadingInteger(xml.pick(RECORDED, 4));
    this.callId = leadingInteger(xml.pick(RECORDED, 5), -1);
    this.#node = xml.pick(RECORDED, 6)?.toLowerCase();
  }

  /** Exit code that was expected, -1 when that is not known. */
  get expected(): number {
    return expectedExitCode(this.xml.pick(RECORDED, 7));
  }

  /** When the result last changed; undefined when that is not known. */
  get changedAt(): number | undefined {
    const changedAt = leadingInteger(this.xml.get("last-rc-change"));
    return Number.isNaN(changedAt) ? undefined : changedAt;
  }

  get key(): string {
    return this.xml.get("operation_key") ?? this.id ?? "";
  }

  /** True for the entry that keeps a failure while later results have entries of their own. */
  get isLastFailure(): boolean {
    return this.id?.endsWith("_last_failure_0") === true;
  }

  /** True for what went as it was expected to, and is no failure of before. */
  get isPlainSuccess(): boolean {
    if (this.exitCode !== OCF.success || this.status !== OPERATION_STATUS.done || this.expected !== OCF.success) return false;
    return this.id !== undefined && !this.isLastFailure;
  }

  /** False for one from which nothing can be learned of a result. */
  isUsable(): this is OperationRecord {
    const { status, exitCode } = this;
    if (this.id === undefined || this.task === undefined || !(exitCode >= 0 && exitCode <= 255)) return false;
    return status >= OPERATION_STATUS.pending && status <= OPERATION_STATUS.noSecrets && status !== OPERATION_STATUS.cancelled;
  }

  /** Negative when this one happened before the other, 0 when that cannot be told. Source: Pacemaker, order of history entries. */
  compare(other: HistoryEntry): number {
    const isSameNode = this.#node === other.#node;
    if (isSameNode && this.id === other.id) return 0;
    const mine = this.callId;
    const its = other.callId;
    if (mine === -1 && its === -1) return 0;
    if (isSameNode && mine >= 0 && mine < its) return -1;
    if (isSameNode && its >= 0 && mine > its) return 1;
    if (mine >= 0 && its >= 0 && (!isSameNode || mine === its)) {
      const changed = leadingInteger(this.xml.get("last-rc-change"), -1);
      const itsChanged = leadingInteger(other.xml.get("last-rc-change"), -1);
      if (changed >= 0 && changed < itsChanged) return -1;
      return itsChanged >= 0 && changed > itsChanged ? 1 : 0;
    }
    return comparePending(this.xml, other.xml, mine, its);
  }
}

/** An entry that tells a result. */
export interface OperationRecord extends HistoryEntry {
  readonly id: string;
  readonly task: string;
}

const [DIGIT_0, COLON] = [48, 58];

/** A transition key is `ACTION:TRANSITION:EXPECTED:UUID`; -1 for one that does not say. */
export function expectedExitCode(transitionKey: string | undefined): number {
  if (transitionKey === undefined) return -1;
  const second = transitionKey.indexOf(":", transitionKey.indexOf(":") + 1);
  // Mostly it has one digit.
  const digit = transitionKey.charCodeAt(second + 1) - DIGIT_0;
  const hasOneDigit = digit >= 0 && digit <= 9 && transitionKey.charCodeAt(second + 2) === COLON;
  if (second > 0 && hasOneDigit && transitionKey.length > second + 3) return digit;
  // Without an end it is no key at all.
  const expected = second < 1 ? undefined : /^\s*([-+]?\d+):./.exec(transitionKey.slice(second + 1))?.[1];
  return expected === undefined ? -1 : Number(expected);
}

/** True for a one-time monitor. */
export function isProbe(record: { readonly task: string | undefined; readonly intervalMs: number }): boolean {
  return record.task === "monitor" && record.intervalMs === 0;
}

/** A probe that cannot have found anything, because what it looks for cannot run there. */
export function isMaskedProbe(record: HistoryEntry): boolean {
  return isProbe(record) && (record.exitCode === 5 || record.exitCode === 2 || record.status === OPERATION_STATUS.notInstalled);
}

/** Negative when `a` happened before `b`, 0 when that cannot be told. */
export function compareRecords(a: XmlElement, b: XmlElement): number {
  return new HistoryEntry(a).compare(new HistoryEntry(b));
}

/** The entries of a resource's history, oldest first; of those whose order cannot be told the later ones in the document first. */
export function sortedEntries(holder: XmlElement): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  const { children } = holder;
  for (let at = children.length - 1; at >= 0; at -= 1) {
    const xml = children[at] as XmlElement;
    if (xml.name === "lrm_rsc_op") entries.push(new HistoryEntry(xml));
  }
  return inOrderOfEntries(entries);
}

/** These entries in the order in which they happened; those of which that is not known stay as they are. */
export function inOrder(entries: readonly XmlElement[]): readonly XmlElement[] {
  return inOrderOfEntries(entries.map((xml) => new HistoryEntry(xml))).map(({ xml }) => xml);
}

function inOrderOfEntries(entries: HistoryEntry[]): HistoryEntry[] {
  const [first, second] = entries;
  if (!first || !second) return entries;
  // Most have been started and are watched since.
  if (entries.length === 2) return first.compare(second) <= 0 ? entries : [second, first];
  // What is under way makes this no transitive order: the way of sorting matters.
  return mergeSort(entries, (a, b) => a.compare(b));
}

/** The interval of a recorded operation in ms: the number its text begins with, 0 where that is negative. */
export function recordedIntervalMs(xml: XmlElement): number {
  return Math.max(0, leadingInteger(xml.get("interval"), 0));
}

/** One of them is under way: the transitions they belong to decide, else the one under way is later. */
function comparePending(a: XmlElement, b: XmlElement, callA: number, callB: number): number {
  const magicA = transitionOf(a);
  const magicB = transitionOf(b);
  if (!magicA || !magicB) return 0;
  if (magicA.uuid !== magicB.uuid || magicA.transition === magicB.transition) return callB === -1 ? -1 : callA === -1 ? 1 : 0;
  if ((magicA.transition >= 0 && magicA.transition < magicB.transition) || magicB.transition === -1) return -1;
  return 1;
}

/** A magic is `STATUS:RC;ACTION:TRANSITION:EXPECTED:UUID`. */
function transitionOf(xml: XmlElement): { uuid: string; transition: number } | undefined {
  const match = /^-?\d+:-?\d+;-?\d+:(-?\d+):-?\d+:(.+)$/.exec(xml.get("transition-magic") ?? "");
  return match ? { transition: Number(match[1]), uuid: (match[2] ?? "").toLowerCase() } : undefined;
}

/** Entries of all histories by node and resource: only live migrations are judged by those of other nodes. */
export class HistoryIndex {
  readonly #cib: XmlElement;
  #known: Map<string, XmlElement> | undefined;

  constructor(cib: XmlElement) {
    this.#cib = cib;
  }

  get #holders(): ReadonlyMap<string, XmlElement> {
    if (this.#known) return this.#known;
    this.#known = new Map();
    for (const state of this.#cib.child("status")?.childrenNamed("node_state") ?? [])
      for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [])
        this.#known.set(`${state.get("uname")}\n${holder.id}`, holder);
    return this.#known;
  }

  /** All entries of a resource on a node. */
  entries(resourceId: string, node: string): readonly XmlElement[] {
    return this.#holders.get(`${node}\n${resourceId}`)?.childrenNamed("lrm_rsc_op") ?? [];
  }

  /** The one entry of a task, from or to a node if one is given. */
  find(resourceId: string, task: string, node: string, other?: string): XmlElement | undefined {
    const attribute = task === "migrate_to" ? "migrate_target" : "migrate_source";
    const found = this.entries(resourceId, node).filter(
      (xml) => xml.get("operation") === task && (other === undefined || xml.get(attribute) === other),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  /** True when nothing with a result is known of the resource on the node. */
  isUnknownOn(resourceId: string, node: string): boolean {
    return !this.entries(resourceId, node).some((xml) => xml.get("rc-code") !== undefined && xml.get("rc-code") !== "193");
  }
}
