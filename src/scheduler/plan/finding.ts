import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action } from "./action.ts";

/** Something a plan came upon that administrators are told of in the log. */
export type Finding =
  /** A node has to be fenced for more than its status tells; one that lives in a resource is fenced by that one's recovery. */
  | { readonly kind: "fencing"; readonly node: SchedulerNode; readonly launcher: Resource | undefined; readonly reason: string }
  /** A resource is up on a node that has to be unfenced before it may be. */
  | { readonly kind: "unfenced"; readonly resource: Resource; readonly node: SchedulerNode }
  /** What runs in a guest was to be ordered before what happens to the guest itself: the order was dropped. */
  | { readonly kind: "invalid order"; readonly inner: Resource; readonly launcher: Resource }
  /** What comes after an action of a collective was to wait for its completion, which is not planned. */
  | { readonly kind: "no completion"; readonly action: Action; readonly key: string }
  /** An instance could be on a node that its clone or bundle does not know. */
  | { readonly kind: "foreign node"; readonly instance: Resource; readonly node: SchedulerNode }
  /** An action is on a node that is down, or not there yet. */
  | { readonly kind: "unrunnable"; readonly key: string; readonly node: SchedulerNode; readonly isPending: boolean }
  /** A resource that runs has to be on each of several nodes, and got one of them. */
  | { readonly kind: "tie"; readonly resource: Resource; readonly node: SchedulerNode; readonly nodeCount: number }
  /** The failed stop of a resource counts as made once its node is fenced, or because it is. */
  | { readonly kind: "implied stop"; readonly resource: Resource; readonly node: SchedulerNode; readonly isAfter: boolean }
  /** The cluster stops on a node that leaves. */
  | { readonly kind: "shutdown"; readonly node: SchedulerNode }
  /** What is known of a resource on a node is deleted. */
  | { readonly kind: "cleanup"; readonly resource: Resource; readonly node: SchedulerNode }
  /** Failures of a resource on a node are forgotten. */
  | {
      readonly kind: "forgotten failures";
      readonly resource: Resource;
      readonly node: SchedulerNode;
      readonly key: string;
      readonly reason: string;
    }
  /** A node cannot be shut down for a resource whose stop failed and that nobody may stop again. */
  | { readonly kind: "unstoppable"; readonly node: SchedulerNode; readonly resource: Resource; readonly key: string };
