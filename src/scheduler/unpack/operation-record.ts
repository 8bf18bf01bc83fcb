import { OPERATION_STATUS } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";

/** An entry of the history. */
export interface OperationRecord {
  readonly id: string;
  readonly task: string;
  readonly intervalMs: number;
  /** Exit code as it was recorded. */
  readonly exitCode: number;
  readonly status: number;
  /** Exit code that was expected, -1 when that is not known. */
  readonly expected: number;
  readonly callId: number;
  /** When the result last changed; undefined when that is not known. */
  readonly changedAt: number | undefined;
  readonly key: string;
  readonly xml: XmlElement;
}

/** Reads an entry; undefined for one that cannot be used. */
export function readOperation(xml: XmlElement): OperationRecord | undefined {
  const task = xml.get("operation");
  const status = Number.parseInt(xml.get("op-status") ?? "", 10);
  const exitCode = Number.parseInt(xml.get("rc-code") ?? "", 10);
  if (xml.id === undefined || task === undefined || Number.isNaN(status) || Number.isNaN(exitCode)) return undefined;
  if (
    status < OPERATION_STATUS.pending ||
    status > OPERATION_STATUS.noSecrets ||
    status === OPERATION_STATUS.cancelled ||
    exitCode < 0 ||
    exitCode > 255
  )
    return undefined;
  const expected = Number.parseInt(xml.get("transition-key")?.split(":")[2] ?? "", 10);
  const changedAt = Number.parseInt(xml.get("last-rc-change") ?? "", 10);
  return {
    id: xml.id,
    task,
    intervalMs: Number.parseInt(xml.get("interval") ?? "0", 10) || 0,
    exitCode,
    status,
    expected: Number.isNaN(expected) ? -1 : expected,
    callId: Number.parseInt(xml.get("call-id") ?? "-1", 10),
    changedAt: Number.isNaN(changedAt) ? undefined : changedAt,
    key: xml.get("operation_key") ?? xml.id,
    xml,
  };
}

/** True for a one-time monitor. */
export function isProbe(record: { readonly task: string; readonly intervalMs: number }): boolean {
  return record.task === "monitor" && record.intervalMs === 0;
}

/** A probe that cannot have found anything, because what it looks for cannot run there. */
export function isMaskedProbe(record: OperationRecord): boolean {
  return isProbe(record) && (record.exitCode === 5 || record.exitCode === 2 || record.status === OPERATION_STATUS.notInstalled);
}

/** Negative when `a` happened before `b`, 0 when that cannot be told. Source: Pacemaker, order of history entries. */
export function compareRecords(a: XmlElement, b: XmlElement): number {
  const isSameNode = a.get("on_node")?.toLowerCase() === b.get("on_node")?.toLowerCase();
  if (isSameNode && a.id === b.id) return 0;
  const number = (xml: XmlElement, name: string): number => Number.parseInt(xml.get(name) ?? "-1", 10);
  const callA = number(a, "call-id");
  const callB = number(b, "call-id");
  if (callA === -1 && callB === -1) return 0;
  if (isSameNode && callA >= 0 && callA < callB) return -1;
  if (isSameNode && callB >= 0 && callA > callB) return 1;
  if (callA >= 0 && callB >= 0 && (!isSameNode || callA === callB)) {
    const changedA = number(a, "last-rc-change");
    const changedB = number(b, "last-rc-change");
    if (changedA >= 0 && changedA < changedB) return -1;
    return changedB >= 0 && changedA > changedB ? 1 : 0;
  }
  return comparePending(a, b, callA, callB);
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

/** Entries of all histories by node and resource. */
export class HistoryIndex {
  readonly #holders = new Map<string, XmlElement>();

  constructor(cib: XmlElement) {
    for (const state of cib.child("status")?.childrenNamed("node_state") ?? [])
      for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [])
        this.#holders.set(`${state.get("uname")}\n${holder.id}`, holder);
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
