import { leadingInteger } from "../../../base/leading-integer.ts";
import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import type { XmlElement } from "../../../xml/element.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { Role } from "../../cluster/role.ts";
import { markFailed } from "./fence-node.ts";
import { compareRecords, type HistoryIndex, type OperationRecord } from "./operation-record.ts";

/** What reading an unfinished or failed live migration needs. */
export interface MigrationContext {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  readonly index: HistoryIndex;
  readonly named: (name: string) => SchedulerNode | undefined;
  readonly markActive: (resource: Resource, node: SchedulerNode, hasFailed: boolean) => void;
}

/** The role a migration's history leaves the resource in; undefined for as before. */
type RoleAfter = Role | undefined;

/** Source left the resource: it is dangling there, on its way, or failed to arrive. */
export function migrateToSucceeded(context: MigrationContext, record: OperationRecord): RoleAfter {
  const ends = readEnds(record, context.node, undefined);
  if (!ends) return undefined;
  const { resource, index, node } = context;
  const isSourceNewer = hasNewerAction(index, resource.id, ends.source, record.xml);
  const from = index.find(resource.id, "migrate_from", ends.target, ends.source);
  if (from && isSourceNewer) return undefined;
  const isTargetNewer = isStateNewer(index, resource.id, ends.target, record.xml, from);
  if (isSourceNewer && isTargetNewer) return undefined;
  // An arrival without a status is under way, one without an exit code went well.
  const status = from === undefined ? OPERATION_STATUS.pending : leadingInteger(from.get("op-status"), OPERATION_STATUS.pending);
  if (status === OPERATION_STATUS.done && leadingInteger(from?.get("rc-code"), OCF.success) === OCF.success) {
    resource.danglingMigrationSources.unshift(node);
    return "Stopped";
  }
  const target = context.named(ends.target);
  const isOnTarget = !isTargetNewer && target?.isOnline === true;
  if (status !== OPERATION_STATUS.pending) {
    if (isOnTarget && target) context.markActive(resource, target, true);
    else cannotMigrate(resource);
    return "Started";
  }
  if (target?.isOnline === true && index.isUnknownOn(resource.id, ends.target)) return "Started";
  if (isOnTarget && target) {
    const source = context.named(ends.source);
    context.markActive(resource, target, false);
    if (source?.isOnline === true) {
      resource.partialMigrationTarget = target;
      resource.partialMigrationSource = source;
    }
  } else if (!isSourceNewer) cannotMigrate(resource);
  return "Started";
}

function cannotMigrate(resource: Resource): void {
  markFailed(resource);
  resource.isMigratable = false;
}

/** The resource is still at its source, and may be at its target. */
export function migrateToFailed(context: MigrationContext, record: OperationRecord): RoleAfter {
  const ends = readEnds(record, context.node, undefined);
  if (!ends) return undefined;
  const { resource, index } = context;
  const from = withSuccess(index.find(resource.id, "migrate_from", ends.target, ends.source));
  const isKnown = !index.isUnknownOn(resource.id, ends.target);
  if (isKnown && !isStateNewer(index, resource.id, ends.target, record.xml, from)) {
    const target = context.named(ends.target);
    if (target?.isOnline === true) context.markActive(resource, target, false);
  } else if (!hasNewerAction(index, resource.id, ends.source, record.xml)) resource.danglingMigrationSources.unshift(context.node);
  return "Started";
}

/** The resource is at its target, and may be at its source. */
export function migrateFromFailed(context: MigrationContext, record: OperationRecord): RoleAfter {
  const ends = readEnds(record, undefined, context.node);
  if (!ends) return undefined;
  const { resource, index } = context;
  const to = withSuccess(index.find(resource.id, "migrate_to", ends.source, ends.target));
  if (!index.isUnknownOn(resource.id, ends.source) && !isStateNewer(index, resource.id, ends.source, to, record.xml)) {
    const source = context.named(ends.source);
    if (source?.isOnline === true) context.markActive(resource, source, true);
  }
  return "Started";
}

function readEnds(
  record: OperationRecord,
  source: SchedulerNode | undefined,
  target: SchedulerNode | undefined,
): { source: string; target: string } | undefined {
  const from = record.xml.get("migrate_source");
  const to = record.xml.get("migrate_target");
  if (from === undefined || to === undefined) return undefined;
  const fits = (node: SchedulerNode | undefined, name: string): boolean =>
    node === undefined || node.name.toLowerCase() === name.toLowerCase();
  return fits(source, from) && fits(target, to) ? { source: from, target: to } : undefined;
}

function withSuccess(xml: XmlElement | undefined): XmlElement | undefined {
  return xml?.get("rc-code") === "0" && xml.get("op-status") === "0" ? xml : undefined;
}

/** True when the resource was started, stopped or migrated on the node after the entry. */
function hasNewerAction(index: HistoryIndex, resourceId: string, node: string, entry: XmlElement): boolean {
  return index
    .entries(resourceId, node)
    .some(
      (xml) =>
        xml !== entry &&
        ["start", "stop", "migrate_to", "migrate_from"].includes(xml.get("operation") ?? "") &&
        compareRecords(xml, entry) > 0,
    );
}

/** True when the node knows something newer than the migration. */
function isStateNewer(
  index: HistoryIndex,
  resourceId: string,
  node: string,
  migrateTo: XmlElement | undefined,
  migrateFrom: XmlElement | undefined,
): boolean {
  const last = migrateFrom ?? migrateTo;
  if (!last) return false;
  const isSource = node.toLowerCase() === last.get("migrate_source")?.toLowerCase();
  const entry = last !== migrateTo && migrateTo && isSource ? migrateTo : last;
  if (hasNewerAction(index, resourceId, node, entry)) return true;
  const monitor = index.find(resourceId, "monitor", node);
  const wasNotRunning = monitor?.get("rc-code") === "7" && monitor.get("op-status") === "0";
  return monitor !== undefined && wasNotRunning && compareRecords(monitor, entry) > 0;
}
