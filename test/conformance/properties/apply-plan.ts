import type { Resource } from "../../../src/scheduler/cluster/resource.ts";
import { playGraph } from "../../../src/tools/simulate/play-graph.ts";
import { SimulatedCib } from "../../../src/tools/simulate/simulated-cib.ts";
import type { XmlElement } from "../../../src/xml/element.ts";

/**
 * A copy of the document in which a plan has been carried out, everything with the wished result. Beside what crm_simulate
 * records this does what the daemons of a cluster do: fail counts are cleared, histories deleted, what is cancelled forgotten,
 * nodes that shut down leave.
 */
export function applyPlan(cib: XmlElement, graph: XmlElement, resources: readonly Resource[], nowEpochSeconds: number): XmlElement {
  const simulated = new SimulatedCib(cib.clone());
  const afterAction = (action: XmlElement): void => carryOut(simulated, action, nowEpochSeconds);
  // The recorded time of some inputs is before their newest results: what is done now comes after all of them.
  const changes = [...cib.walk()].map((xml) => Number(xml.get("last-rc-change") ?? 0) || 0);
  const laterEpochSeconds = changes.reduce((a, b) => Math.max(a, b), nowEpochSeconds);
  playGraph(graph, simulated, { failures: [], resources, nowEpochSeconds: laterEpochSeconds, afterAction });
  return simulated.cib;
}

function carryOut(simulated: SimulatedCib, action: XmlElement, nowEpochSeconds: number): void {
  const isGuestFencing = action.get("operation") === "stonith";
  if (action.name === "pseudo_event" && !isGuestFencing) return;
  const node = action.get("on_node");
  const state = (simulated.cib.child("status")?.childrenNamed("node_state") ?? []).find((one) => one.get("uname") === node);
  if (!state) return;
  // A guest is fenced by stopping what it lives in; what ran in it is forgotten then.
  if (action.name === "pseudo_event") simulated.forgetHistory(state);
  else if (action.name === "rsc_op") keepRecords(state, action);
  else changeNode(simulated, state, action, nowEpochSeconds);
}

function keepRecords(state: XmlElement, action: XmlElement): void {
  const operation = action.get("operation");
  forgetOlderRecords(state, action);
  rememberLock(state, action);
  if (operation === "delete") deleteHistory(state, action);
  if (operation === "cancel") forgetRecurring(state, action);
}

function changeNode(simulated: SimulatedCib, state: XmlElement, action: XmlElement, nowEpochSeconds: number): void {
  switch (action.get("operation")) {
    case "clear_failcount":
      clearFailCount(state, action);
      break;
    case "lrm_delete":
      deleteHistory(state, action);
      break;
    case "do_shutdown":
      simulated.setMembership(state, false);
      forgetUnlocked(simulated, state);
      break;
    case "stonith":
      if (state.get("remote_node") === "true") state.set("node_fenced", "1");
      rememberUnfencing(simulated, state, action, nowEpochSeconds);
      break;
  }
}

function namesOf(action: XmlElement): Set<string | undefined> {
  const primitive = action.child("primitive");
  return new Set([primitive?.id, primitive?.get("long-id")].filter((name) => name !== undefined));
}

/**
 * The record just written stands for all of its kind: crm_simulate leaves those of older spellings beside it, and in its
 * place what was known of the parameters before.
 */
function forgetOlderRecords(state: XmlElement, action: XmlElement): void {
  const task = action.get("operation");
  const intervalMs = action.child("attributes")?.get("CRM_meta_interval") ?? "0";
  if (task === "notify" || task?.startsWith("migrate_")) return;
  for (const history of historiesOf(state, namesOf(action))) {
    const newest = history.children.reduce<XmlElement | undefined>(
      (best, one) => (best && callId(best) >= callId(one) ? best : one),
      undefined,
    );
    if (newest?.get("crm-debug-origin") !== "crm_simulate") continue;
    for (const name of ["op-force-restart", "op-restart-digest", "op-secure-params", "op-secure-digest"]) newest.attributes.delete(name);
    for (const entry of [...history.children]) {
      if (entry === newest || entry.id?.includes("_last_failure_") || entry.get("interval") !== intervalMs) continue;
      if (intervalMs === "0" ? !isKeptBesideLast(entry) : entry.get("operation") === task) history.remove(entry);
    }
  }
}

const callId = (entry: XmlElement): number => Number(entry.get("call-id") ?? 0) || 0;

const isKeptBesideLast = (entry: XmlElement): boolean => /^(migrate_to|migrate_from|notify)$/.test(entry.get("operation") ?? "");

/** The counts of all operations of a resource, and the records of its last failures. */
function clearFailCount(state: XmlElement, action: XmlElement): void {
  const names = namesOf(action);
  for (const set of state.child("transient_attributes")?.childrenNamed("instance_attributes") ?? []) {
    for (const pair of [...set.children]) {
      const match = /^(?:fail-count|last-failure)-(.+?)(?:#.*)?$/.exec(pair.get("name") ?? "");
      if (match && names.has(match[1])) set.remove(pair);
    }
  }
  for (const history of historiesOf(state, names))
    for (const entry of [...history.children]) if (entry.id?.includes("_last_failure_")) history.remove(entry);
}

function historiesOf(state: XmlElement, names: ReadonlySet<string | undefined>): XmlElement[] {
  const list = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  return list.filter((history) => names.has(history.id));
}

function deleteHistory(state: XmlElement, action: XmlElement): void {
  for (const history of historiesOf(state, namesOf(action))) state.descend("lrm", "lrm_resources")?.remove(history);
}

function forgetRecurring(state: XmlElement, action: XmlElement): void {
  const attributes = action.child("attributes");
  for (const history of historiesOf(state, namesOf(action))) {
    for (const entry of [...history.children]) {
      const isCancelled =
        entry.get("operation") === "cancel" ||
        (entry.get("operation") === attributes?.get("CRM_meta_operation") &&
          entry.get("interval") === attributes?.get("CRM_meta_interval"));
      if (isCancelled) history.remove(entry);
    }
  }
}

/** A resource that is locked to a node which shuts down keeps its history, so that it waits for the node. */
function rememberLock(state: XmlElement, action: XmlElement): void {
  const lock = action.get("shutdown-lock");
  if (lock !== undefined) for (const history of historiesOf(state, namesOf(action))) history.set("shutdown-lock", lock);
}

function forgetUnlocked(simulated: SimulatedCib, state: XmlElement): void {
  const list = state.descend("lrm", "lrm_resources");
  const isLocked = (history: XmlElement): boolean => history.get("shutdown-lock") !== undefined;
  if (!list?.children.some(isLocked)) simulated.forgetHistory(state);
  else for (const history of [...list.children]) if (!isLocked(history)) list.remove(history);
}

/** What the controller writes once a node has been unfenced: when, and with devices of which parameters. */
function rememberUnfencing(simulated: SimulatedCib, state: XmlElement, action: XmlElement, nowEpochSeconds: number): void {
  const attributes = action.child("attributes");
  if (attributes?.get("CRM_meta_stonith_action") !== "on") return;
  simulated.setTransientAttribute(state, "#node-unfenced", String(nowEpochSeconds));
  for (const kind of ["all", "secure"])
    simulated.setTransientAttribute(state, `#digests-${kind}`, attributes.get(`CRM_meta_digests_${kind}`) ?? "");
}
