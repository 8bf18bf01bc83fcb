import { exitText } from "../../model/exit-code.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { TextItem, TextList } from "../text/text-list.ts";
import { historyNodes, type PastOperation, type ResourceHistory, readNodeHistories } from "./status-history.ts";
import { type ClusterStatus, type StatusResource, withMembers } from "./status-model.ts";
import { isIdShown, isNodeShown, isResourceShown, type StatusView } from "./status-view.ts";
import { nodeName } from "./status-words.ts";

/** Operations of all nodes that are online, or their fail counts only. */
export function historyList(status: ClusterStatus, view: StatusView): TextList {
  const showsOperations = view.sections.has("operations");
  const items = shownHistories(status, view).map(({ node, resources }) => ({
    title: `Node: ${nodeName(node, view.showsDetail)}`,
    items: resources.map((resource) => resourceItem(resource, view, showsOperations)),
  }));
  return { title: showsOperations ? "Operations" : "Migration Summary", items, isShownEmpty: hasOnlineNode(status, view) };
}

/** There is a node of which something could be told. */
function hasOnlineNode(status: ClusterStatus, view: StatusView): boolean {
  return historyNodes(status.unpacked).some(({ name, isOnline }) => isOnline && isNodeShown(view, name));
}

/** The same for programs; undefined when there is no status to look at. */
export function historyXml(status: ClusterStatus, view: StatusView): XmlElement | undefined {
  const hasOnline = historyNodes(status.unpacked).some(({ name }) => isNodeShown(view, name));
  if (!hasOnline) return undefined;
  const nodes = shownHistories(status, view).map(({ node, resources }) =>
    element(
      "node",
      { name: node.name },
      resources.map((resource) => resourceXml(resource, view)),
    ),
  );
  return element("node_history", {}, nodes);
}

function shownHistories(status: ClusterStatus, view: StatusView) {
  const showsOperations = view.sections.has("operations");
  return readNodeHistories(status.unpacked).flatMap((history) => {
    const node = status.nodes.find((candidate) => candidate.name === history.node);
    if (!node?.isOnline || !isNodeShown(view, history.node)) return [];
    const resources = history.resources.filter(
      (resource) => isShown(status, view, resource) && (showsOperations ? resource.operations.length > 0 : resource.failCount > 0),
    );
    return resources.length === 0 ? [] : [{ node, resources }];
  });
}

/** A member of a group is shown with the group; of anything else what was asked for counts. */
function isShown(status: ClusterStatus, view: StatusView, history: ResourceHistory): boolean {
  const only = view.onlyResources;
  if (only === undefined) return true;
  const isIt = (resource: StatusResource): boolean => resource.id === history.id || resource.printableId === history.id;
  const top = status.resources.find((candidate) => withMembers(candidate).some(isIt));
  if (!top) return false;
  if (isIdShown(only, history.id, top.id)) return true;
  if (withMembers(top).some((resource) => isIt(resource) && isIdShown(only, resource.id))) return true;
  return top.kind !== "group" && isResourceShown(only, top);
}

function resourceItem(resource: ResourceHistory, view: StatusView, showsOperations: boolean): TextItem {
  const counts = [
    ` migration-threshold=${resource.migrationThreshold}`,
    resource.failCount > 0 ? ` fail-count=${resource.failCount}` : "",
    resource.lastFailureEpochSeconds === undefined ? "" : ` last-failure='${view.dateText(resource.lastFailureEpochSeconds)}'`,
  ].join("");
  const title = `${showsOperations ? resource.printableId : resource.id}:${counts}`;
  return showsOperations ? { title, items: resource.operations.map((op) => operationText(op, view)) } : title;
}

/** One operation: call, task, interval, and its times when asked for. */
export function operationText(op: PastOperation, view: Pick<StatusView, "showsTimes" | "dateText">): string {
  const interval = op.intervalMs > 0 ? ` interval="${op.intervalMs}ms"` : "";
  const changed = op.changedAtEpochSeconds > 0 ? ` last-rc-change="${view.dateText(op.changedAtEpochSeconds)}"` : "";
  const taken = (name: string, ms: number | undefined): string => (ms === undefined ? "" : ` ${name}="${ms}ms"`);
  const times = `${changed}${taken("exec-time", op.executionMs)}${taken("queue-time", op.queueMs)} rc=${op.exitCode} (${exitText(op.exitCode)})`;
  const details = `${interval}${view.showsTimes ? times : ""}`;
  return `(${op.callId}) ${op.task}${details === "" ? "" : `:${details}`}`;
}

function resourceXml(resource: ResourceHistory, view: StatusView): XmlElement {
  const operations = resource.operations.map((op) =>
    element("operation_history", {
      call: op.callId,
      task: op.task,
      rc: op.exitCode,
      rc_text: exitText(op.exitCode),
      interval: op.intervalMs > 0 ? `${op.intervalMs}ms` : undefined,
      "last-rc-change": view.showsTimes && op.changedAtEpochSeconds > 0 ? view.dateText(op.changedAtEpochSeconds) : undefined,
      "exec-time": view.showsTimes && op.executionMs !== undefined ? `${op.executionMs}ms` : undefined,
      "queue-time": view.showsTimes && op.queueMs !== undefined ? `${op.queueMs}ms` : undefined,
    }),
  );
  return element(
    "resource_history",
    {
      id: view.sections.has("operations") ? resource.printableId : resource.id,
      orphan: "false",
      removed: "false",
      "migration-threshold": resource.migrationThreshold,
      "fail-count": resource.failCount > 0 ? resource.failCount : undefined,
      "last-failure": resource.lastFailureEpochSeconds === undefined ? undefined : view.dateText(resource.lastFailureEpochSeconds),
    },
    view.sections.has("operations") ? operations : [],
  );
}
