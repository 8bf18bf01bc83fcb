import { clusterOption } from "../../cib/document.ts";
import { exitText } from "../../model/exit-code.ts";
import { parseDurationMs } from "../../time/duration.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { fencingXml, instantText } from "./fencing-words.ts";
import { historyXml } from "./history-list.ts";
import { resourceXml } from "./resource-xml.ts";
import { banXml, readBans, readTickets, ticketXml } from "./status-constraints.ts";
import { runningOn } from "./status-lists.ts";
import type { ClusterStatus, StatusNode } from "./status-model.ts";
import { isMaskedProbe } from "./status-resources.ts";
import { isElsewhere, isIdShown, isNodeShown, type StatusView, shownStatus } from "./status-view.ts";
import { failureResource, statusText } from "./status-words.ts";

const DEFAULT_FENCING_TIMEOUT_MS = 60_000;

/** The parts of the status, in the order of `crm_mon --output-as=xml` of Pacemaker 3.0.2. */
export function statusAsXml(known: ClusterStatus, view: StatusView): XmlElement[] {
  const status = shownStatus(known, view);
  const { sections } = view;
  const parts: (XmlElement | undefined)[] = [
    summaryXml(status, view),
    sections.has("nodes") ? nodesXml(status, view) : undefined,
    sections.has("resources") ? resourcesXml(status, view) : undefined,
    sections.has("attributes") ? attributesXml(status, view) : undefined,
    sections.has("operations") || sections.has("failcounts") ? historyXml(status, view) : undefined,
    sections.has("failures") ? failuresXml(status, view) : undefined,
    fencingHistoryXml(view),
    sections.has("tickets") ? ticketsXml(status, view) : undefined,
    sections.has("bans") ? bansXml(status, view) : undefined,
  ];
  return parts.flatMap((part) => (part === undefined ? [] : [part]));
}

function summaryXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const { dc, lastChange, options, cib } = status;
  const { sections } = view;
  const durationMs = (name: string, old: string, fallback: number): number =>
    parseDurationMs(clusterOption(cib, name, old) ?? "") ?? fallback;
  const fencingTimeoutMs = durationMs("fencing-timeout", "stonith-timeout", DEFAULT_FENCING_TIMEOUT_MS);
  const parts = [
    ...(sections.has("stack")
      ? [element("stack", { type: status.stack, "pacemakerd-state": view.localNode === undefined ? undefined : "running" })]
      : []),
    ...(sections.has("dc")
      ? [
          element("current_dc", {
            present: String(dc !== undefined),
            version: dc && (dc.version ?? ""),
            name: dc?.name,
            id: dc?.id,
            with_quorum: dc && String(status.hasQuorum),
            mixed_version: dc && String(status.isMixedVersion),
          }),
        ]
      : []),
    ...(sections.has("times")
      ? [
          element("last_update", { time: view.dateText(view.nowEpochSeconds), origin: view.localNode }),
          element("last_change", {
            time: lastChange.time ?? "",
            user: lastChange.user ?? "",
            client: lastChange.client ?? "",
            origin: lastChange.origin ?? "",
          }),
        ]
      : []),
    ...(sections.has("counts")
      ? [
          element("nodes_configured", { number: status.nodes.length }),
          element("resources_configured", { number: status.instanceCount, disabled: status.disabledCount, blocked: status.blockedCount }),
        ]
      : []),
    ...(sections.has("options")
      ? [
          element("cluster_options", {
            "fencing-enabled": String(options.isFencingEnabled),
            "fencing-timeout-ms": fencingTimeoutMs,
            "symmetric-cluster": String(options.isSymmetric),
            "no-quorum-policy": options.noQuorumPolicy,
            "maintenance-mode": String(options.isMaintenanceMode),
            "stop-all-resources": String(options.isStopAll),
            "priority-fencing-delay-ms": durationMs("priority-fencing-delay", "priority-fencing-delay", 0),
            "stonith-enabled": String(options.isFencingEnabled),
            "stonith-timeout-ms": fencingTimeoutMs,
          }),
        ]
      : []),
  ];
  return parts.length === 0 ? undefined : element("summary", {}, parts);
}

/** The nodes, with their resources when the view is by node. */
export function nodesXml(status: ClusterStatus, view: StatusView): XmlElement {
  const shown = status.nodes.filter((node) => isNodeShown(view, node.name));
  const described = { ...view, showsDescription: true };
  const running = (node: StatusNode): XmlElement[] =>
    view.isByNode ? runningOn(status, node).flatMap((resource) => resourceXml(resource, status, described)) : [];
  return element(
    "nodes",
    {},
    shown.map((node) => nodeXml(node, running(node))),
  );
}

function nodeXml(node: StatusNode, resources: XmlElement[]): XmlElement {
  const attributes = {
    name: node.name,
    id: node.id,
    online: String(node.isOnline),
    standby: String(node.isStandby),
    standby_onfail: String(node.isStandbyOnFail),
    maintenance: String(node.isMaintenance),
    pending: String(node.isPending),
    unclean: String(node.isUnclean),
    health: node.health,
    feature_set: node.featureSet,
    shutdown: String(node.isShuttingDown),
    expected_up: String(node.isExpectedUp),
    is_dc: String(node.isDc),
    resources_running: node.runningCount,
    type: node.kind === "member" ? "member" : "remote",
    id_as_resource: node.container,
  };
  return element("node", attributes, resources);
}

/** The resources, as far as the view wants them. */
export function resourcesXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  if (view.isByNode && !view.showsInactive) return undefined;
  const shown = status.resources.filter((resource) => {
    if (resource.isRemoved && !resource.isActive) return false;
    if (view.isByNode) return !resource.isActive;
    return (resource.isPartlyActive || view.showsInactive) && !isElsewhere(view, resource);
  });
  const parts = shown.flatMap((resource) => resourceXml(resource, status, view));
  return shown.length === 0 ? undefined : element("resources", {}, parts);
}

function attributesXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const nodes = status.nodes.filter((node) => node.isOnline && node.attributes.length > 0 && isNodeShown(view, node.name));
  if (nodes.length === 0) return undefined;
  return element(
    "node_attributes",
    {},
    nodes.map((node) =>
      element(
        "node",
        { name: node.name },
        node.attributes.map((attribute) => element("attribute", { ...attribute })),
      ),
    ),
  );
}

function failuresXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const shown = status.failures.filter(
    (failure) => isNodeShown(view, failure.node) && !isMaskedProbe(failure) && isIdShown(view.onlyResources, failureResource(failure)),
  );
  if (shown.length === 0) return undefined;
  const failures = shown.map((failure) => {
    const isDated = failure.changedAtEpochSeconds > 0;
    return element("failure", {
      [failure.isKeyRecorded ? "op_key" : "id"]: failure.key,
      node: failure.node,
      exitstatus: exitText(failure.exitCode),
      exitreason: failure.exitReason ?? "none",
      exitcode: failure.exitCode,
      call: failure.callId,
      status: statusText(failure.operationStatus),
      "last-rc-change": isDated ? instantText(failure.changedAtEpochSeconds) : undefined,
      queued: isDated ? failure.queueMs : undefined,
      exec: isDated ? failure.executionMs : undefined,
      interval: isDated ? failure.intervalMs : undefined,
      task: isDated ? failure.operation : undefined,
    });
  });
  return element("failures", {}, failures);
}

function fencingHistoryXml(view: StatusView): XmlElement | undefined {
  const isWanted = (["fencing-failed", "fencing-pending", "fencing-succeeded"] as const).every((section) => view.sections.has(section));
  if (!isWanted || view.fencing === undefined) return undefined;
  const shown = view.fencing.filter((event) => isNodeShown(view, event.target));
  return shown.length === 0 ? undefined : element("fence_history", {}, shown.map(fencingXml));
}

function ticketsXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const tickets = readTickets(status.cib);
  if (tickets.length === 0) return undefined;
  return element(
    "tickets",
    {},
    tickets.map((ticket) => ticketXml(ticket, view.dateText)),
  );
}

function bansXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const bans = readBans(status, view);
  return bans.length === 0 ? undefined : element("bans", {}, bans.map(banXml));
}
