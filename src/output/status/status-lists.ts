import { leadingInteger } from "../../base/leading-integer.ts";
import { compareNumericAware } from "../../base/names.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { TextItem, TextList } from "../text/text-list.ts";
import { type FencingEvent, fencingText } from "./fencing-words.ts";
import { historyList } from "./history-list.ts";
import { briefItems, resourceItems, resourceList } from "./resource-lists.ts";
import { banTexts, readBans, readTickets, ticketText } from "./status-constraints.ts";
import { type ClusterStatus, primitivesOf, type StatusNode, type StatusResource, topResource } from "./status-model.ts";
import { isMaskedProbe } from "./status-resources.ts";
import { isIdShown, isNodeShown, isResourceShown, type StatusView, shownStatus } from "./status-view.ts";
import { failureLine, failureResource, nodeName, nodeState, resourceLine, technicalFailureLine } from "./status-words.ts";

/** A part of the display: a list, or lines that stand as they are. */
export type StatusPart = TextList | readonly string[];

/** All parts of the display that have something to say, in order. */
export function statusParts(known: ClusterStatus, view: StatusView): StatusPart[] {
  const status = shownStatus(known, view);
  const has = (section: Parameters<typeof view.sections.has>[0]): boolean => view.sections.has(section);
  const lists: (TextList | readonly string[] | undefined)[] = [
    { title: "Cluster Summary", items: summaryItems(status, view) },
    has("maint-mode") ? managementNotice(status) : undefined,
    has("nodes") ? nodeList(status, view) : undefined,
    has("resources") ? resourceList(status, view) : undefined,
    has("attributes") ? attributeList(status, view) : undefined,
    has("operations") || has("failcounts") ? historyList(status, view) : undefined,
    has("failures") ? failureList(status, view) : undefined,
    has("fencing-failed") ? fencingList("Failed Fencing Actions", view, (event) => event.state === "failed") : undefined,
    has("tickets") ? { title: "Tickets", items: readTickets(status.cib).map((ticket) => ticketText(ticket, view.dateText)) } : undefined,
    has("bans") ? { title: "Negative Location Constraints", items: banTexts(readBans(status, view), view) } : undefined,
    fencingHistory(view),
  ];
  return lists.flatMap((list) => (list === undefined || isNothing(list) ? [] : [list]));
}

function isNothing(list: StatusPart): boolean {
  return "items" in list ? list.items.length === 0 && list.isShownEmpty !== true : list.length === 0;
}

function summaryItems(status: ClusterStatus, view: StatusView): string[] {
  const { dc, lastChange, options, disabledCount, blockedCount } = status;
  const isLive = view.localNode !== undefined;
  const quorum = status.hasQuorum ? "with quorum" : "WITHOUT quorum";
  const dcNode = status.nodes.find((node) => node.isDc);
  const mixed = status.isMixedVersion ? "MIXED-VERSION " : "";
  const by = [["by", lastChange.user] as const, ["via", lastChange.client] as const, ["on", lastChange.origin] as const];
  const change = [lastChange.time ?? "", ...by.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`]))].join(" ");
  const counts = [
    ...(disabledCount > 0 ? [`${disabledCount} DISABLED`] : []),
    ...(blockedCount > 0 ? [`${blockedCount} BLOCKED from further action due to failure`] : []),
  ];
  const plural = (count: number): string => (count === 1 ? "" : "s");
  const instances = `${status.instanceCount} resource instance${plural(status.instanceCount)} configured`;
  const policies = {
    freeze: "Freeze resources",
    stop: "Stop ALL resources",
    demote: "Demote promotable resources and stop all other resources",
    ignore: "Ignore",
    fence: "Fence nodes in partition",
  };
  return [
    ...(view.sections.has("stack") ? [`Stack: ${status.stack}${isLive ? " (Pacemaker is running)" : ""}`] : []),
    ...(view.sections.has("dc")
      ? [
          dc === undefined || dcNode === undefined
            ? "Current DC: NONE"
            : `Current DC: ${nodeName(dcNode, view.showsDetail)} (version ${dc.version ?? "unknown"}) - ${mixed}partition ${quorum}`,
        ]
      : []),
    ...(view.sections.has("times")
      ? [`Last updated: ${view.dateText(view.nowEpochSeconds)}${isLive ? ` on ${view.localNode}` : ""}`, `Last change:  ${change}`]
      : []),
    ...(view.sections.has("counts")
      ? [
          `${status.nodes.length} node${plural(status.nodes.length)} configured`,
          `${instances}${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`,
        ]
      : []),
    ...(view.sections.has("options")
      ? [
          `Fencing of failed nodes ${options.isFencingEnabled ? "enabled" : "disabled"}`,
          `Cluster is ${options.isSymmetric ? "symmetric" : "asymmetric"}`,
          `No quorum policy: ${policies[options.noQuorumPolicy]}`,
        ]
      : []),
  ];
}

/** What the user must know before anything else: that the cluster does nothing. */
export function managementNotice(status: ClusterStatus): readonly string[] {
  if (status.options.isMaintenanceMode) {
    return ["              *** Resource management is DISABLED ***", "  The cluster will not attempt to start, stop or recover services"];
  }
  if (!status.options.isStopAll) return [];
  return ["    *** Resource management is DISABLED ***", "  The cluster will keep all resources stopped"];
}

/** The nodes: those in a special state one by one, the others in brackets. */
export function nodeList(status: ClusterStatus, view: StatusView): TextList {
  const shown = status.nodes.filter((node) => isNodeShown(view, node.name));
  const isSingle = (node: StatusNode): boolean =>
    view.isByNode || view.showsDetail || node.health !== "green" || !["online", "OFFLINE"].includes(nodeState(node));
  // A guest may have an empty name.
  const plain = shown.filter((node) => !isSingle(node) && node.name !== "");
  const bracket = (label: string, kind: StatusNode["kind"], isOnline: boolean): string[] => {
    const names = plain.filter((node) => node.kind === kind && node.isOnline === isOnline).map((node) => node.name);
    return names.length === 0 ? [] : [`${label}: [ ${names.sort(compareNumericAware).join(" ")} ]`];
  };
  return {
    title: "Node List",
    isShownEmpty: shown.length > 0,
    items: [
      ...shown.filter(isSingle).flatMap((node) => nodeItem(node, status, view)),
      ...bracket("Online", "member", true),
      ...bracket("OFFLINE", "member", false),
      ...bracket("RemoteOnline", "remote", true),
      ...bracket("RemoteOFFLINE", "remote", false),
      ...bracket("GuestOnline", "guest", true),
    ],
  };
}

function nodeItem(node: StatusNode, status: ClusterStatus, view: StatusView): TextItem[] {
  const kind = { member: "Node", remote: "RemoteNode", guest: "GuestNode" }[node.kind];
  const health = node.health === "green" ? "" : ` (health is ${node.health.toUpperCase()})`;
  const features = view.showsDetail && node.featureSet !== undefined ? `, feature set ${node.featureSet}` : "";
  const line = `${kind} ${nodeName(node, view.showsDetail)}: ${nodeState(node)}${health}${features}`;
  if (!view.isByNode) return [line];
  const running = runningOn(status, node);
  if (view.isBrief) {
    // What is asked for as a whole is counted in its parts.
    const counted = running.filter((resource) =>
      [resource, topResource(status.resources, resource)].some((one) => one && isIdShown(view.onlyResources, one.id, one.printableId)),
    );
    const atNode = counted.map((resource) => ({ ...resource, nodes: [node.name] }));
    return atNode.length === 0 ? [] : [{ title: line, items: [{ title: "Resources", items: briefItems(atNode, status, view, true) }] }];
  }
  const items = running.flatMap((resource) => {
    const style = { ...view, showsInactive: false };
    if (resource.isInternal && !view.showsDetail) return [];
    // What is asked for as a whole is shown in its parts, too.
    const top = topResource(status.resources, resource);
    const isAsked = isIdShown(view.onlyResources, resource.id, resource.printableId) || (top && isResourceShown(view.onlyResources, top));
    const isThere = isAsked && resourceItems(resource, status, style, undefined).length > 0;
    return isThere ? [resourceLine(resource, { isWithoutNodes: true })] : [];
  });
  return [{ title: line, items: [{ title: "Resources", items }] }];
}

/** Primitives on a node, in the order of its history. */
export function runningOn(status: ClusterStatus, { name }: StatusNode): StatusResource[] {
  const active = status.unpacked.nodes.find((node) => node.name === name)?.active ?? [];
  const order = new Map(active.map(({ id }, at) => [id, at]));
  const running = status.resources.flatMap(primitivesOf).filter((resource) => resource.nodes.includes(name));
  return running.sort((a, b) => (order.get(a.id) ?? order.size) - (order.get(b.id) ?? order.size));
}

function attributeList(status: ClusterStatus, view: StatusView): TextList {
  const nodes = status.nodes.filter((node) => node.isOnline && node.attributes.length > 0 && isNodeShown(view, node.name));
  return {
    title: "Node Attributes",
    items: nodes.map((node) => ({
      title: `Node: ${nodeName(node, view.showsDetail)}`,
      items: node.attributes.map(({ name, value, expected }) => {
        const number = leadingInteger(value, 0);
        const remark =
          expected === undefined || number >= expected
            ? ""
            : number <= 0
              ? "\t: Connectivity is lost"
              : `\t: Connectivity is degraded (Expected=${expected})`;
        return `${name.padEnd(32)}\t: ${value.padEnd(10)}${remark}`;
      }),
    })),
  };
}

function failureList(status: ClusterStatus, view: StatusView): TextList {
  const shown = status.failures.filter(
    (failure) => isNodeShown(view, failure.node) && !isMaskedProbe(failure) && isIdShown(view.onlyResources, failureResource(failure)),
  );
  const line = view.showsTechnicalFailures ? technicalFailureLine : failureLine;
  return { title: "Failed Resource Actions", items: shown.map((failure) => line(failure, view.dateText)) };
}

function fencingList(title: string, view: StatusView, wanted: (event: FencingEvent) => boolean): TextList {
  const all = view.fencing ?? [];
  const style = {
    isTechnical: view.showsTechnicalFailures,
    isFull: view.sections.has("fencing-succeeded") && view.sections.has("fencing-failed"),
  };
  const shown = all.filter((event) => wanted(event) && isNodeShown(view, event.target));
  return { title, items: shown.map((event) => fencingText(event, all, style)) };
}

function fencingHistory(view: StatusView): TextList | undefined {
  if (view.sections.has("fencing-succeeded")) return fencingList("Fencing History", view, (event) => event.state !== "failed");
  if (view.sections.has("fencing-pending")) return fencingList("Pending Fencing Actions", view, (event) => event.state === "pending");
  return undefined;
}

/** A scheduler's resource by the id people see. */
export type FindResource = (id: string) => Resource | undefined;
