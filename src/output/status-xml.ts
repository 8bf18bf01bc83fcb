import { exitText } from "../model/exit-code.ts";
import { formatScore } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import type { ResourceHistory } from "./status-history.ts";
import type { ClusterStatus, StatusNode, StatusResource } from "./status-model.ts";
import { statusText } from "./status-words.ts";

/** What the XML shows besides the CIB. */
export interface XmlView {
  readonly isByNode: boolean;
  readonly localNode: string | undefined;
  readonly nowEpochSeconds: number;
  readonly dateText: (epochSeconds: number) => string;
}

/** The parts of the status, in the order of `crm_mon --output-as=xml` of Pacemaker 3.0.2. */
export function statusAsXml(status: ClusterStatus, view: XmlView): XmlElement[] {
  const parts = [summaryXml(status, view)];
  parts.push(
    element(
      "nodes",
      {},
      status.nodes.map((node) => nodeXml(node, view.isByNode ? runningOn(status, node) : [])),
    ),
  );
  const listed = view.isByNode ? status.resources.filter((resource) => !resource.isActive) : status.resources;
  parts.push(
    element(
      "resources",
      {},
      listed.map((resource) => resourceXml(resource, status)),
    ),
  );
  const withAttributes = status.nodes.filter((node) => node.isOnline && Object.keys(node.attributes).length > 0);
  if (withAttributes.length > 0) parts.push(element("node_attributes", {}, withAttributes.map(attributesXml)));
  const histories = status.histories.filter((history) => history.resources.length > 0);
  if (histories.length > 0) {
    const nodes = histories.map((history) =>
      element(
        "node",
        { name: history.node },
        history.resources.map((resource) => historyXml(resource, view)),
      ),
    );
    parts.push(element("node_history", {}, nodes));
  }
  if (status.failures.length > 0) parts.push(failuresXml(status));
  return parts;
}

/** A resource with its nodes, or a group with its members. */
export function resourceXml(resource: StatusResource, status: ClusterStatus): XmlElement {
  if (resource.kind === "group") {
    return element(
      "group",
      {
        id: resource.id,
        number_resources: resource.members.length,
        maintenance: String(resource.isInMaintenance),
        managed: String(resource.isManaged),
        disabled: String(resource.isDisabled),
      },
      resource.members.map((member) => resourceXml(member, status)),
    );
  }
  if (resource.kind === "clone") {
    return element(
      "clone",
      {
        id: resource.id,
        multi_state: String(resource.isPromotable),
        unique: "false",
        maintenance: String(resource.isInMaintenance),
        managed: String(resource.isManaged),
        disabled: String(resource.isDisabled),
        failed: String(resource.isFailed),
        failure_ignored: "false",
        target_role: resource.targetRole,
      },
      resource.members.map((member) => resourceXml(member, status)),
    );
  }
  if (resource.kind === "other") return element(resource.type === "bundle" ? "bundle" : "clone", { id: resource.id, managed: "false" });
  return element(
    "resource",
    {
      id: resource.id,
      resource_agent: resource.agent,
      role: resource.role,
      target_role: resource.targetRole,
      active: String(resource.isActive),
      orphaned: String(resource.isRemoved),
      removed: String(resource.isRemoved),
      blocked: String(resource.isBlocked),
      maintenance: String(resource.isInMaintenance),
      managed: String(resource.isManaged),
      failed: String(resource.isFailed),
      failure_ignored: "false",
      nodes_running_on: resource.nodes.length,
      pending: resource.pendingTask,
      description: resource.description,
    },
    resource.nodes.map((name) =>
      element("node", { name, id: status.nodes.find((node) => node.name === name)?.id, cached: String(!isOnline(status, name)) }),
    ),
  );
}

function isOnline(status: ClusterStatus, name: string): boolean {
  return status.nodes.some((node) => node.name === name && node.isOnline);
}

function summaryXml(status: ClusterStatus, view: XmlView): XmlElement {
  const { dc, lastChange, options } = status;
  return element("summary", {}, [
    element("stack", { type: status.stack, "pacemakerd-state": view.localNode === undefined ? undefined : "running" }),
    element("current_dc", {
      present: String(dc !== undefined),
      version: dc?.version,
      name: dc?.name,
      id: dc?.id,
      with_quorum: dc && String(status.hasQuorum),
      mixed_version: dc && "false",
    }),
    element("last_update", { time: view.dateText(view.nowEpochSeconds), origin: view.localNode }),
    element("last_change", { ...lastChange }),
    element("nodes_configured", { number: status.nodes.length }),
    element("resources_configured", { number: status.instanceCount, disabled: status.disabledCount, blocked: status.blockedCount }),
    element("cluster_options", {
      "fencing-enabled": String(options.isFencingEnabled),
      "symmetric-cluster": String(options.isSymmetric),
      "no-quorum-policy": options.noQuorumPolicy,
      "maintenance-mode": String(options.isMaintenanceMode),
      "stop-all-resources": String(options.isStopAll),
      "stonith-enabled": String(options.isFencingEnabled),
    }),
  ]);
}

function nodeXml(node: StatusNode, resources: XmlElement[]): XmlElement {
  return element(
    "node",
    {
      name: node.name,
      id: node.id,
      online: String(node.isOnline),
      standby: String(node.isStandby),
      standby_onfail: String(node.isStandbyOnFail),
      maintenance: String(node.isMaintenance),
      pending: String(node.isPending),
      unclean: String(node.isUnclean),
      health: "green",
      shutdown: String(node.isShuttingDown),
      expected_up: String(node.isOnline && !node.isShuttingDown),
      is_dc: String(node.isDc),
      resources_running: node.runningCount,
      type: "member",
    },
    resources,
  );
}

function runningOn(status: ClusterStatus, node: StatusNode): XmlElement[] {
  const collect = (list: readonly StatusResource[]): XmlElement[] =>
    list.flatMap((resource) =>
      resource.members.length > 0 ? collect(resource.members) : resource.nodes.includes(node.name) ? [resourceXml(resource, status)] : [],
    );
  return collect(status.resources);
}

function attributesXml(node: StatusNode): XmlElement {
  const pairs = Object.entries(node.attributes).map(([name, value]) => element("attribute", { name, value }));
  return element("node", { name: node.name }, pairs);
}

function historyXml(resource: ResourceHistory, view: XmlView): XmlElement {
  const operations = resource.operations.map((op) =>
    element("operation_history", {
      call: op.callId,
      task: op.task,
      rc: op.exitCode,
      rc_text: exitText(op.exitCode),
      interval: op.intervalMs > 0 ? `${op.intervalMs}ms` : undefined,
      "last-rc-change": view.dateText(op.changedAtEpochSeconds),
      "exec-time": `${op.executionMs}ms`,
      "queue-time": `${op.queueMs}ms`,
    }),
  );
  return element(
    "resource_history",
    {
      id: resource.id,
      orphan: String(resource.isRemoved),
      removed: String(resource.isRemoved),
      "migration-threshold": resource.migrationThreshold,
      "fail-count": resource.failCount > 0 ? formatScore(resource.failCount) : undefined,
      "last-failure": resource.lastFailureEpochSeconds === undefined ? undefined : view.dateText(resource.lastFailureEpochSeconds),
    },
    operations,
  );
}

function failuresXml(status: ClusterStatus): XmlElement {
  const failures = status.failures.map((failure) =>
    element("failure", {
      op_key: failure.key,
      node: failure.node,
      exitstatus: exitText(failure.exitCode),
      exitreason: failure.exitReason,
      exitcode: failure.exitCode,
      call: failure.callId,
      status: statusText(failure.operationStatus),
      "last-rc-change": `${new Date(failure.changedAtEpochSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")}Z`,
      queued: failure.queueMs,
      exec: failure.executionMs,
      interval: failure.intervalMs,
      task: failure.operation,
    }),
  );
  return element("failures", {}, failures);
}
