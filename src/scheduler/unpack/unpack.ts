import { element, type XmlElement } from "../../xml/element.ts";
import type { ScoreLedger } from "../cluster/ledger.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { type ClusterOptions, readOptions } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";
import { isConnectionXml, withImpliedConnections } from "./configuration/implied-connections.ts";
import { NodeTable, setSite } from "./configuration/node-table.ts";
import { readPairs } from "./configuration/pairs.ts";
import { instanceParameters } from "./configuration/parameters.ts";
import { resolveReferences } from "./configuration/references.ts";
import { ResourceReader, type UnpackedResources } from "./configuration/resources.ts";
import type { RuleContext } from "./configuration/rules.ts";
import type { History } from "./history/history.ts";
import { HistoryLists } from "./history/history-lists.ts";
import { readStatus } from "./history/status.ts";

/** First phase: what the CIB says, without any decision. */
export interface Unpacked {
  /** The document, references in its configuration replaced by what they refer to. */
  readonly cib: XmlElement;
  readonly nowEpochSeconds: number;
  readonly options: ClusterOptions;
  /** Cluster nodes, remote nodes and guests, sorted by name. */
  readonly nodes: readonly SchedulerNode[];
  readonly resources: UnpackedResources;
  /** Configured resources in order of priority, then those known from the history only. */
  readonly top: readonly Resource[];
  readonly history: History;
  /** Some fencing device exists, so fencing is possible at all. */
  readonly hasFenceDevice: boolean;
  /** Some resource, or the defaults of all, speak of unfencing: nodes are unfenced before use. */
  readonly usesUnfencing: boolean;
  /** Rules say something of operations. */
  readonly hasOperationRules: boolean;
  /** Instance parameters a resource has on a node. */
  readonly parametersOn: (resource: Resource, node: SchedulerNode | undefined) => ReadonlyMap<string, string>;
  /** Takes note of a time at which something changes by itself. */
  readonly onTurn: (epochSeconds: number) => void;
  /** Times at which something changes by itself. */
  readonly turns: ReadonlySet<number>;
}

/** Values of the cluster's options as they are set: of equal names the first counts. */
export function clusterOptionValues(cib: XmlElement, context: RuleContext): Map<string, string> {
  const properties = cib.descend("configuration", "crm_config") ?? element("crm_config");
  return readPairs(properties, "cluster_property_set", context, new Map(), "cib-bootstrap-options");
}

/** Reads options, nodes, resources, states and histories; what histories do to scores goes into the ledger. */
export function unpack(document: XmlElement, nowEpochSeconds: number, ledger?: ScoreLedger): Unpacked {
  const cib = resolveReferences(document);
  const turns = new Set<number>();
  const onTurn = (epochSeconds: number): void => void turns.add(epochSeconds);
  const context = { nowEpochSeconds, onTurn };
  const options = readOptions(cib, clusterOptionValues(cib, context));
  const elements = withImpliedConnections(cib.descend("configuration", "resources"));
  const lists = new HistoryLists(cib);
  const connections = lists.where((holder) => holder.name === "lrm_resource" && isConnectionXml(holder));
  const table = new NodeTable(cib, elements, connections, options, context);
  for (const node of table.nodes) if (node.attributes.has("#uname")) setSite(node, options);
  const reader = new ResourceReader({ ...context, cib, options, table, elements });
  const top = reader.readAll();
  const hasConfiguredDevice = options.hasWatchdog || [...reader.byId.values()].some((resource) => resource.isFenceDevice);
  const history = readStatus({ ...context, cib, options, table, reader, lists, hasFenceDevice: hasConfiguredDevice, ledger });
  return {
    cib,
    nowEpochSeconds,
    options,
    nodes: table.nodes,
    resources: { top, byId: reader.byId },
    top: [...top, ...history.removed],
    history,
    hasFenceDevice: hasConfiguredDevice || history.removed.some((resource) => resource.isFenceDevice),
    usesUnfencing: reader.usesUnfencing,
    hasOperationRules: reader.hasOperationRules,
    parametersOn: (resource, node) => instanceParameters(resource, node, context),
    onTurn,
    turns,
  };
}
