import { type ClusterStatus, primitivesOf, type StatusNode, type StatusResource } from "./status-model.ts";

const RULE = "============";

/** What the old layout shows besides the CIB. */
export interface LegacyView {
  readonly isByNode: boolean;
  readonly showsInactive: boolean;
  readonly nowEpochSeconds: number;
  readonly dateText: (epochSeconds: number) => string;
}

/** The status as crm_mon of Heartbeat 2.1.3 prints it. A group counts as one resource. */
export function statusAsLegacyText(status: ClusterStatus, view: LegacyView): string {
  const { dc } = status;
  const head = [
    "",
    "",
    RULE,
    `Last updated: ${view.dateText(view.nowEpochSeconds)}`,
    `Current DC: ${dc === undefined ? "NONE" : `${dc.name} (${dc.id})`}`,
    `${status.nodes.length} Nodes configured.`,
    `${status.resources.length} Resources configured.`,
    RULE,
    "",
  ];
  const nodes = status.nodes.flatMap((node) => {
    const line = `Node: ${node.name} (${node.id}): ${legacyNodeState(node)}`;
    return view.isByNode ? [line, ...primitivesOn(status.resources, node.name).map((resource) => `\t${legacyLine(resource)}`)] : [line];
  });
  const shown = status.resources.filter((resource) =>
    view.isByNode ? view.showsInactive && !resource.isActive : view.showsInactive || resource.isPartlyActive,
  );
  const resources = shown.flatMap((resource) =>
    resource.kind === "primitive"
      ? [legacyLine(resource)]
      : [
          `${resource.kind === "group" ? "Resource Group" : resource.kind === "bundle" ? "Container bundle" : "Clone Set"}: ${resource.id}`,
          ...primitivesOf(resource).map((member) => `    ${legacyLine(member)}`),
        ],
  );
  const failures = status.failures.map(
    (failure) =>
      `    ${failure.key} (node=${failure.node}, call=${failure.callId}, rc=${failure.exitCode}): ${legacyStatus(failure.operationStatus)}`,
  );
  const lines = [
    ...head,
    ...nodes,
    ...(resources.length === 0 ? [] : ["", ...resources]),
    ...(failures.length === 0 ? [] : ["", "Failed actions:", ...failures]),
  ];
  return `${lines.join("\n")}\n`;
}

function legacyNodeState(node: StatusNode): string {
  if (node.isUnclean) return `UNCLEAN (${node.isOnline ? "online" : "offline"})`;
  if (!node.isOnline) return "OFFLINE";
  if (node.isPending) return "pending";
  return node.isStandby ? "standby" : "online";
}

function legacyLine(resource: StatusResource): string {
  const agent =
    resource.provider === "" ? `${resource.agentClass}:${resource.type}` : `${resource.provider}::${resource.agentClass}:${resource.type}`;
  const place = resource.nodes.length === 1 ? ` ${resource.nodes[0]}` : "";
  const several = resource.nodes.length > 1 ? ` [ ${resource.nodes.join(" ")} ]` : "";
  const marks = `${resource.isRemoved ? " ORPHANED" : ""}${resource.isManaged ? "" : " (unmanaged)"}${resource.isFailed ? " FAILED" : ""}`;
  return `${resource.id}\t(${agent}):\t${resource.role}${place}${marks}${several}`;
}

function primitivesOn(resources: readonly StatusResource[], node: string): StatusResource[] {
  return resources.flatMap((resource) =>
    resource.kind === "primitive" ? (resource.nodes.includes(node) ? [resource] : []) : primitivesOn(resource.members, node),
  );
}

function legacyStatus(status: number): string {
  return ["pending", "complete", "Cancelled", "Timed Out", "NOT SUPPORTED", "Error"][status + 1] ?? "Error";
}
