import type { XmlElement } from "../../../xml/element.ts";
import type { FailedOperation } from "../../cluster/failed-operation.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { HistoryIndex, OperationRecord } from "./operation-record.ts";
import type { ScoreAdder } from "./score-adder.ts";
import type { SortedHistories } from "./sorted-histories.ts";
import type { ToldHistories } from "./told-histories.ts";

/** Failures to be forgotten, and why. */
export interface ClearedFailures {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  readonly reason: string;
  /** The node could be reached as far as was known when that showed. What is read later may have a guest reset. */
  readonly isNodeUp: boolean;
}

/** A failed operation in the history. */
export interface RecordedFailure {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  readonly xml: XmlElement;
  /** As with failures to be forgotten. */
  readonly isNodeUp: boolean;
}

/** What is made of a result that was not expected. */
export type ResultAnswer =
  /** It counts as a failure. */
  | "counted"
  /** It is taken for a success, since the operation's failures are to be ignored. */
  | "ignored"
  /** Failures are to be ignored, which cannot be done without an agent. */
  | "unignorable"
  /** A stop that will not go better next time, on a node that cannot be fenced. */
  | "hopeless";

/** Something in the status that administrators are told of in the log. */
export type StatusNote =
  | { readonly kind: "result"; readonly answer: ResultAnswer; readonly failure: FailedOperation }
  /** A resource may not run on the node again, or nowhere, for what a result says of its agent and configuration. */
  | { readonly kind: "ban"; readonly resource: Resource; readonly isEverywhere: boolean; readonly failure: FailedOperation }
  /** Failures do not expire, whatever the timeout says: the operation that failed is answered with block. */
  | { readonly kind: "lasting failures"; readonly resource: Resource; readonly timeoutMs: number }
  /** The agent cannot be run there, which a probe that came to nothing else takes for not running. */
  | { readonly kind: "masked probe"; readonly failure: FailedOperation }
  /** A resource that is configured no more is active: it is stopped, or somebody has to stop it. */
  | { readonly kind: "removed"; readonly resource: Resource; readonly node: SchedulerNode }
  /** An instance of an anonymous clone is active on a node, and there is the history of another one. */
  | { readonly kind: "second instance"; readonly clone: Resource; readonly node: SchedulerNode }
  /** A node was found to need fencing; one that lives in a resource is fenced by that resource's recovery. */
  | { readonly kind: "fencing"; readonly node: SchedulerNode; readonly launcher: Resource | undefined; readonly reason: string };

/** What the history tells beside the state of the resources. */
export interface History {
  /** Resources known from the history only. */
  readonly removed: readonly Resource[];
  readonly failures: readonly FailedOperation[];
  /** What the log tells of it, in the order of reading. */
  readonly notes: readonly StatusNote[];
  /** Failure records to be cleared. */
  readonly expired: readonly ClearedFailures[];
  /** Failed starts and monitors that count: forgotten when the parameters they ran with have changed. */
  readonly lastFailures: readonly RecordedFailure[];
  /** Recurring operations to be started anew because their failure has expired. */
  readonly rescheduled: ReadonlySet<XmlElement>;
  readonly told: ToldHistories;
  readonly entries: SortedHistories;
  /** Nodes in the order in which their histories were read. */
  readonly nodes: readonly SchedulerNode[];
  /** Nodes that were found to be unclean, in the order in which that showed: states of nodes are read before what they did. */
  readonly unclean: ReadonlySet<SchedulerNode>;
  /** Of those, the ones whose fencing the history of a resource on some node asks for. */
  readonly fencedFor: ReadonlyMap<SchedulerNode, ReadHistory>;
}

/** The history of a resource on a node. */
export interface ReadHistory {
  readonly resource: Resource;
  readonly node: SchedulerNode;
}

/** True when the failures of a resource on a node are going to be forgotten. */
export function isForgotten({ expired }: Pick<History, "expired">, resource: Resource, node: SchedulerNode): boolean {
  return expired.some((cleared) => cleared.resource === resource && cleared.node === node);
}

/** What reading histories needs, and where it puts what it finds. */
export interface HistoryContext {
  readonly cib: XmlElement;
  readonly options: ClusterOptions;
  readonly nowEpochSeconds: number;
  readonly hasFenceDevice: boolean;
  readonly nodes: readonly SchedulerNode[];
  readonly index: HistoryIndex;
  readonly entries: SortedHistories;
  readonly scores: ScoreAdder;
  readonly rescheduled: Set<XmlElement>;
  readonly named: (name: string) => SchedulerNode | undefined;
  readonly connectionOf: (node: SchedulerNode) => Resource | undefined;
  readonly onTurn: (epochSeconds: number) => void;
  readonly markActive: (resource: Resource, node: SchedulerNode, hasFailed: boolean) => void;
  readonly fence: (node: SchedulerNode, reason: string, cause?: ReadHistory) => void;
  readonly noteFailure: (resource: Resource, node: SchedulerNode, record: OperationRecord) => void;
  readonly note: (note: StatusNote) => void;
  readonly noteLastFailure: (failure: RecordedFailure) => void;
  readonly clearFailures: (cleared: ClearedFailures) => void;
  /** Has a resource stopped on a node whatever is decided about it. */
  readonly requireStop: (resource: Resource, node: SchedulerNode) => void;
  /** Has a container stopped once everything has been read. */
  readonly stopLater: (container: Resource) => void;
  /** Takes back the name the history gave an instance. */
  readonly forgetName: (resource: Resource) => void;
}

/** A failure as displays show it. */
export function failureOf(resource: Resource, node: SchedulerNode, record: OperationRecord): FailedOperation {
  const { xml } = record;
  return {
    resourceId: resource.id,
    entryId: record.id,
    node: node.name,
    recordedNode: xml.get("on_node"),
    key: record.key,
    isKeyRecorded: xml.get("operation_key") !== undefined,
    operation: record.task,
    intervalMs: record.intervalMs,
    exitCode: record.exitCode,
    operationStatus: record.status,
    exitReason: xml.get("exit-reason"),
    callId: xml.get("call-id"),
    changedAtEpochSeconds: record.changedAt ?? 0,
    executionMs: xml.get("exec-time"),
    queueMs: xml.get("queue-time"),
  };
}
