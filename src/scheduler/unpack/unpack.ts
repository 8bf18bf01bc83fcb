import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../node.ts";
import { type ClusterOptions, readOptions } from "../options.ts";
import type { Resource } from "../resource.ts";
import { type History, unpackHistory } from "./history.ts";
import { unpackNodes } from "./nodes.ts";
import { instanceParameters } from "./parameters.ts";
import { type UnpackedResources, unpackResources } from "./resources.ts";
import { fillTables } from "./tables.ts";

/** First phase: what the CIB says, without any decision. */
export interface Unpacked {
  readonly cib: XmlElement;
  readonly nowEpochSeconds: number;
  readonly options: ClusterOptions;
  readonly nodes: readonly SchedulerNode[];
  readonly resources: UnpackedResources;
  /** Configured resources in order of priority, then those known from the history only. */
  readonly top: readonly Resource[];
  readonly history: History;
  /** Some fencing device exists, so fencing is possible at all. */
  readonly hasFenceDevice: boolean;
  /** Instance parameters a resource has on a node. */
  readonly parametersOn: (resource: Resource, node: SchedulerNode | undefined) => ReadonlyMap<string, string>;
  /** Takes note of a time at which something changes by itself. */
  readonly onTurn: (epochSeconds: number) => void;
  /** Times at which something changes by itself. */
  readonly turns: ReadonlySet<number>;
}

/** Reads options, nodes, resources and history. */
export function unpack(cib: XmlElement, nowEpochSeconds: number): Unpacked {
  const options = readOptions(cib);
  const nodes = unpackNodes(cib, options, nowEpochSeconds);
  const resources = unpackResources(cib, options, nodes.length, nowEpochSeconds);
  const history = unpackHistory(cib, nodes, resources, options, nowEpochSeconds);
  const top = [...resources.top, ...history.removed];
  const hasFenceDevice = [...(cib.descend("configuration", "resources")?.walk() ?? [])].some((node) => node.get("class") === "stonith");
  markActiveElsewhere(nodes, top, options);
  for (const primitive of top.flatMap((r) => r.primitives())) {
    // What runs on a node in maintenance is left alone.
    if (primitive.activeOn.some((node) => node.isMaintenance)) primitive.isManaged = false;
    primitive.isPinned = !primitive.isManaged;
    if (primitive.activeOn.length > 1) judgeMultiplyActive(primitive);
  }
  if (!options.hasQuorum && options.noQuorumPolicy === "fence") {
    for (const node of nodes) if (node.isOnline) node.uncleanReason ??= "cluster does not have quorum";
  }
  fillTables(top, nodes, history, options.isSymmetric);
  const turns = new Set<number>();
  return {
    cib,
    nowEpochSeconds,
    options,
    nodes,
    resources,
    top,
    history,
    hasFenceDevice,
    parametersOn: (resource, node) => instanceParameters(resource, node, nowEpochSeconds),
    onTurn: (epochSeconds) => turns.add(epochSeconds),
    turns,
  };
}

/** A resource that is active on a node that is offline and clean was left behind: the node cannot be trusted. */
function markActiveElsewhere(nodes: readonly SchedulerNode[], top: readonly Resource[], options: ClusterOptions): void {
  if (!options.isFencingEnabled) return;
  for (const resource of top.flatMap((r) => r.primitives())) {
    for (const node of resource.activeOn) {
      if (!node.isOnline && node.uncleanReason === undefined && !node.isMaintenance)
        node.uncleanReason = `${resource.id} is thought to be active there`;
    }
  }
  void nodes;
}

/** The policy to leave a multiply active resource alone covers the whole group. */
function judgeMultiplyActive(primitive: Resource): void {
  if (primitive.meta.get("multiple-active") !== "block") return;
  const affected = primitive.parent?.kind === "group" ? primitive.parent.primitives() : [primitive];
  for (const one of affected) {
    one.isManaged = false;
    one.isBlocked = true;
  }
}
