import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import { interruptions } from "../../src/scheduler/explain/interruptions.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { avoidNode } from "../../src/tools/explain/cib-changes.ts";
import { element, type XmlElement } from "../../src/xml/element.ts";

/** One action of a graph as it is written. */
interface Step {
  readonly id: string;
  readonly key: string;
  readonly node: string;
  readonly isPseudo: boolean;
  readonly ms: number;
  readonly waitsFor: readonly string[];
}

/** When it was begun and done. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/**
 * Outages whose length is not what comes out when the written graph is played, action by action, with the times that the
 * history has; and resources that are stopped without being told. Looked at are the plan for the CIB as it is, without
 * one node for the first resource that runs, and with a node in standby.
 */
export function untrueDownTimes(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number, count: { compared: number }): string[] {
  const running = result.cluster.top
    .flatMap((top) => top.primitives())
    .find((one) => one.isManaged && one.assigned && one.activeOn.length > 0);
  const plans: [string, XmlElement, ScheduleResult][] = [["now", cib, result]];
  const change = (name: string, apply: (copy: XmlElement) => void): void => {
    const copy = cib.clone();
    apply(copy);
    plans.push([name, copy, schedule(copy, { nowEpochSeconds })]);
  };
  const home = running?.assigned?.name;
  if (running && home !== undefined) {
    const resourceId = (running.ownClone ?? running.top).id;
    change(`without ${home} for ${resourceId}`, (copy) => avoidNode(cib, { resourceId, node: home }).apply(copy));
    change(`${home} in standby`, (copy) => putInStandby(copy, home));
  }
  return plans.flatMap(([name, document, plan]) => differences(document, plan, count).map((text) => `${name}: ${text}`));
}

function putInStandby(cib: XmlElement, node: string): void {
  const configured = cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node);
  const pair = element("nvpair", { id: "sceptic-standby", name: "standby", value: "on" });
  configured?.children.push(element("instance_attributes", { id: "sceptic" }, [pair]));
}

function differences(cib: XmlElement, plan: ScheduleResult, count: { compared: number }): string[] {
  const spans = played(stepsOf(plan.graphXml(), historyTimes(cib)));
  const told = new Map(interruptions(plan).map((one) => [one.resource, one]));
  return plan.cluster.top
    .flatMap((top) => top.primitives())
    .flatMap((resource) => {
      if (resource.role === "Stopped" || resource.activeOn.length === 0) return [];
      const one = told.get(resource.id);
      const outage = outageOf(resource, spans);
      count.compared += 1;
      if (!one) return outage ? [`${resource.id} is interrupted, which is not told`] : [];
      if (one.kind === "migrate") return outage ? [`${resource.id} migrates, but is interrupted`] : [];
      // Nothing is done about what goes down with a fenced node.
      if (one.isFencedAway && !outage) return [];
      if (one.through !== undefined && spans.has(`${one.through}_stop_0`)) return [];
      // What goes on in another place is not down.
      if (outage && one.kind === "stop-copy") return [];
      if (!outage) return [`${resource.id} is not interrupted: ${one.kind} was told`];
      return outage.ms === one.downMs ? [] : [`${resource.id}: ${one.kind}, down for ${one.downMs} ms, but played for ${outage.ms} ms`];
    });
}

/** From the first action that takes it down, or its promoted role, to the last that gives it back; ms is undefined for an outage without an end. */
function outageOf(resource: Resource, spans: ReadonlyMap<string, readonly Span[]>): { readonly ms: number | undefined } | undefined {
  const of = (task: string): readonly Span[] => spans.get(`${resource.id}_${task}_0`) ?? [];
  if (of("migrate_to").length > 0) return undefined;
  const isPromoted = resource.role === "Promoted";
  const isStopped = of("stop").length > 0;
  const begins = [...of("stop"), ...(isPromoted || !isStopped ? of("demote") : [])].map(({ begin }) => begin);
  if (begins.length === 0) return undefined;
  const back = isStopped ? (isPromoted && of("promote").length > 0 ? of("promote") : of("start")) : of("promote");
  if (back.length === 0 || (isStopped && of("start").length === 0)) return { ms: undefined };
  return { ms: Math.max(0, Math.max(...back.map(({ end }) => end)) - Math.min(...begins)) };
}

/** Longest successful run of each operation: by resource, and by agent. */
function historyTimes(cib: XmlElement): Map<string, number> {
  const times = new Map<string, number>();
  for (const history of [...cib.walk()].filter(({ name }) => name === "lrm_resource"))
    for (const record of history.childrenNamed("lrm_rsc_op")) {
      const ms = Number(record.get("exec-time"));
      if (!(ms > 0) || record.get("rc-code") !== "0") continue;
      const agent = ["class", "provider", "type"].map((name) => history.get(name) ?? "").join(":");
      for (const owner of [`resource ${history.id}`, `agent ${agent}`]) {
        const key = `${owner} ${record.get("operation")}`;
        times.set(key, Math.max(times.get(key) ?? 0, ms));
      }
    }
  return times;
}

function stepsOf(graph: XmlElement, times: ReadonlyMap<string, number>): Step[] {
  return graph.childrenNamed("synapse").flatMap((synapse) => {
    const waitsFor = (synapse.child("inputs")?.childrenNamed("trigger") ?? []).flatMap((one) => one.children.flatMap(({ id }) => id ?? []));
    return (synapse.child("action_set")?.children ?? []).map((action) => {
      const primitive = action.child("primitive");
      const operation = action.get("operation") ?? "";
      const agent = ["class", "provider", "type"].map((name) => primitive?.get(name) ?? "").join(":");
      const measured = times.get(`resource ${primitive?.id} ${operation}`) ?? times.get(`agent ${agent} ${operation}`);
      return {
        id: action.id ?? "",
        key: action.get("internal_operation_key") ?? action.get("operation_key") ?? "",
        node: action.get("on_node") ?? "",
        isPseudo: action.name === "pseudo_event",
        ms: primitive ? (measured ?? 0) : 0,
        waitsFor,
      };
    });
  });
}

/** Begins everything as soon as what it waits for is done, in the order of time. */
function played(steps: readonly Step[]): Map<string, Span[]> {
  const followers = new Map<string, Step[]>();
  const open = new Map<string, number>();
  for (const step of steps) {
    open.set(step.id, new Set(step.waitsFor).size);
    for (const first of new Set(step.waitsFor)) followers.set(first, [...(followers.get(first) ?? []), step]);
  }
  const spans = new Map<string, Span[]>();
  const running = steps.filter(({ id }) => open.get(id) === 0).map((step) => ({ step, begin: 0 }));
  while (running.length > 0) {
    running.sort((a, b) => a.begin + a.step.ms - b.begin - b.step.ms);
    const next = running.shift();
    if (!next) break;
    const { step, begin } = next;
    const end = begin + step.ms;
    spans.set(step.key, [...(spans.get(step.key) ?? []), { begin, end }]);
    for (const follower of followers.get(step.id) ?? []) {
      const left = (open.get(follower.id) ?? 0) - 1;
      open.set(follower.id, left);
      if (left === 0) running.push({ step: follower, begin: end });
    }
  }
  return spans;
}
