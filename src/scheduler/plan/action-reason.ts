import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";

/**
 * Why an action has to be, or cannot be: because of another action, a resource that it has to be with, what is wished for its
 * resource, or quorum; or as told by who asked for it.
 */
export type ActionReason =
  | ActionCause
  | { readonly kind: "colocation"; readonly primary: Resource }
  | { readonly kind: "wish"; readonly wish: "resource definition change" | "node availability" | "being multiply active" }
  | { readonly kind: "quorum"; readonly text: "no quorum" | "quorum freeze" }
  | { readonly kind: "told"; readonly text: string };

/** Another action as a reason. */
export interface ActionCause {
  readonly kind: "action";
  /** The other one cannot be done, is needed, or rules a live migration out. */
  readonly effect: "unrunnable" | "required" | "unmigrateable";
  /** Undefined for an action that is no resource's. */
  readonly resource: Resource | undefined;
  readonly task: string;
  readonly node: SchedulerNode | undefined;
  /** What has a minimum of actions come first, where the other one tells that there are as many. */
  readonly minimumId: string | undefined;
}

/** A reason in words. Source: Pacemaker's transition summary. */
export function actionReasonText(reason: ActionReason | undefined): string {
  switch (reason?.kind) {
    case undefined:
      return "";
    case "action": {
      const { effect, resource, task } = reason;
      return resource ? `${effect} ${resource.id} ${task}` : `${effect} ${task}`;
    }
    case "colocation":
      return `colocation with ${reason.primary.id}`;
    case "wish":
      return reason.wish;
    case "quorum":
    case "told":
      return reason.text;
  }
}
