import type { FencingEvent } from "./fencing-words.ts";
import type { ClusterStatus, StatusResource } from "./status-model.ts";
import { withoutPending } from "./status-resource.ts";

/** Parts of a status display. Source: crm_mon(8) of Pacemaker 3.0.2, `--include`. */
export const SECTIONS = [
  "attributes",
  "bans",
  "counts",
  "dc",
  "failcounts",
  "failures",
  "fencing-failed",
  "fencing-pending",
  "fencing-succeeded",
  "maint-mode",
  "nodes",
  "operations",
  "options",
  "resources",
  "stack",
  "tickets",
  "times",
] as const;
export type Section = (typeof SECTIONS)[number];

/** What to show, and what the display knows besides the CIB. */
export interface StatusView {
  readonly sections: ReadonlySet<Section>;
  readonly showsInactive: boolean;
  readonly isByNode: boolean;
  readonly isBrief: boolean;
  /** Ids of nodes, feature sets, every instance of clones, the parts of bundles. */
  readonly showsDetail: boolean;
  /** Failures with all their figures instead of a sentence. */
  readonly showsTechnicalFailures: boolean;
  readonly showsDescription: boolean;
  readonly showsTimes: boolean;
  /** What is under way, beside what is. */
  readonly showsPending: boolean;
  /** Names of the only nodes to show; undefined for all. */
  readonly onlyNodes: ReadonlySet<string> | undefined;
  /** Ids of the only resources to show; undefined for all. */
  readonly onlyResources: ReadonlySet<string> | undefined;
  /** Only location constraints whose id begins so. */
  readonly banPrefix: string;
  /** The node that answered; undefined when the CIB comes from a file. */
  readonly localNode: string | undefined;
  readonly nowEpochSeconds: number;
  readonly dateText: (epochSeconds: number) => string;
  /** Fencing as far as the user wants it; undefined when there is no history to be had. */
  readonly fencing: readonly FencingEvent[] | undefined;
}

/** Nodes and all resources, without what crm_mon adds on request: what crm_simulate prints. */
export function simulatedView(nowEpochSeconds: number, dateText: (epochSeconds: number) => string): StatusView {
  return {
    sections: new Set(["nodes", "resources"]),
    showsInactive: true,
    isByNode: false,
    isBrief: false,
    showsDetail: false,
    showsTechnicalFailures: true,
    showsDescription: false,
    showsTimes: false,
    showsPending: true,
    onlyNodes: undefined,
    onlyResources: undefined,
    banPrefix: "",
    localNode: undefined,
    nowEpochSeconds,
    dateText,
    fencing: undefined,
  };
}

/** The part of the status that this view is about. */
export function shownStatus(status: ClusterStatus, view: Pick<StatusView, "showsPending">): ClusterStatus {
  return view.showsPending ? status : { ...status, resources: status.resources.map(withoutPending) };
}

/** True when the node is to be shown. */
export function isNodeShown(view: Pick<StatusView, "onlyNodes">, name: string): boolean {
  return view.onlyNodes === undefined || view.onlyNodes.has(name);
}

/** True when one of these ids is asked for, or all are. */
export function isIdShown(only: ReadonlySet<string> | undefined, ...ids: readonly string[]): boolean {
  return only === undefined || ids.some((id) => only.has(id));
}

/** True when the resource, or something in it, is asked for. */
export function isResourceShown(only: ReadonlySet<string> | undefined, resource: StatusResource): boolean {
  if (isIdShown(only, resource.id, resource.printableId)) return true;
  return resource.members.some((member) => isResourceShown(only, member));
}

/** True when what is active of the resource is on no node to be shown. */
export function isElsewhere(view: Pick<StatusView, "onlyNodes">, resource: StatusResource): boolean {
  return view.onlyNodes !== undefined && resource.isPartlyActive && !resource.nodes.some((node) => isNodeShown(view, node));
}

/** Names that a node or tag stands for; empty when it is neither. */
export function nodesNamed(status: ClusterStatus, name: string): ReadonlySet<string> {
  const exact = status.nodes.find((node) => node.name.toLowerCase() === name.toLowerCase());
  if (exact) return new Set([exact.name]);
  const ids = taggedIds(status, name);
  return new Set(status.nodes.filter((node) => ids.has(node.id) || ids.has(node.name)).map((node) => node.name));
}

/** Ids that a resource, an instance or a tag stands for; empty when it is none of them. */
export function resourcesNamed(status: ClusterStatus, name: string): ReadonlySet<string> {
  const all = (resource: StatusResource): StatusResource[] => [resource, ...resource.members.flatMap(all)];
  const found = status.resources
    .flatMap(all)
    .find(
      (resource) =>
        resource.kind !== "replica" && (resource.id === name || resource.printableId === name || resource.id.replace(/:\d+$/, "") === name),
    );
  if (found) return new Set([name.includes(":") ? name : found.printableId]);
  return taggedIds(status, name);
}

function taggedIds(status: ClusterStatus, name: string): ReadonlySet<string> {
  const tag = status.cib.descend("configuration", "tags")?.child("tag", name);
  return new Set(tag?.childrenNamed("obj_ref").flatMap((reference) => (reference.id === undefined ? [] : [reference.id])));
}
