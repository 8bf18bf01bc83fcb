import type { GraphAction } from "../model/transition-graph.ts";
import type { ActionState } from "./transitioner.ts";

/** A post-notification that was not sent yet, with the operations it tells of that still run. */
interface Owed {
  readonly notification: GraphAction;
  readonly tellsOf: readonly ToldOperation[];
  isSent: boolean;
}

/** One `RESOURCE NODE` pair of the lists in a notification, and the action it stands for. */
interface ToldOperation {
  readonly actionId: number;
  readonly instance: string;
  readonly node: string;
  state: "in-flight" | "done" | "dropped";
}

/**
 * What a plan owes when another takes its place: instances of a clone that were started, stopped, promoted or demoted, or
 * still are under way, are told to the others although the rest of the plan is dropped. An agent that writes attributes from
 * within promote, as those of databases do, replaces its own plan, and its replicas would never hear of it. What was
 * not begun is taken out of the lists. Source: Pacemaker carries on with actions of priority INFINITY, which
 * post-notifications have, when a transition is aborted; the lists are described in the OCF resource agent developer's guide.
 */
export class OwedNotifications {
  readonly #owed: Owed[] = [];

  /** `actions` are those of the replaced plan, `stateOf` says how far each came. */
  constructor(actions: readonly GraphAction[], stateOf: (id: number) => ActionState | undefined) {
    const operations = new Map<string, GraphAction>();
    for (const action of actions) {
      const instance = action.kind === "rsc_op" && instanceName(action);
      if (instance) operations.set(`${action.operation} ${instance} ${action.node}`, action);
    }
    for (const action of actions) {
      if (!isPostNotification(action)) continue;
      const state = stateOf(action.id);
      if (state !== "waiting" && state !== "in-flight") continue;
      const tellsOf = toldOperations(action, operations, stateOf);
      const owed = { notification: action, tellsOf, isSent: state === "in-flight" };
      if (owed.isSent || (hasSubject(owed) && isStillThere(owed))) this.#owed.push(owed);
    }
  }

  get isEmpty(): boolean {
    return this.#owed.length === 0;
  }

  /** True when the end of this action is waited for. */
  waitsFor(actionId: number): boolean {
    return this.#owed.some(
      ({ notification, isSent, tellsOf }) =>
        (isSent && notification.id === actionId) || tellsOf.some((told) => told.actionId === actionId && told.state === "in-flight"),
    );
  }

  /** Ids of the actions whose end is waited for, with the node of each. */
  awaited(): { readonly id: number; readonly node: string | undefined }[] {
    const found = new Map<number, string | undefined>();
    for (const { notification, isSent, tellsOf } of this.#owed) {
      if (isSent) found.set(notification.id, notification.node);
      for (const told of tellsOf) if (told.state === "in-flight") found.set(told.actionId, told.node);
    }
    return [...found].map(([id, node]) => ({ id, node }));
  }

  /** An action of the plan has ended. */
  finish(actionId: number, hasSucceeded: boolean): void {
    for (const { tellsOf } of this.#owed) {
      for (const told of tellsOf) if (told.actionId === actionId) told.state = hasSucceeded ? "done" : "dropped";
    }
    this.#keep((owed) => (owed.isSent ? owed.notification.id !== actionId : hasSubject(owed) && isStillThere(owed)));
  }

  /** Nodes that are no members any more are told nothing, and what ran there is not known to have ended well. */
  keepOnly(members: ReadonlySet<string>): void {
    for (const { id, node } of this.awaited()) if (node !== undefined && !members.has(node)) this.finish(id, false);
    this.#keep(({ notification }) => notification.node !== undefined && members.has(notification.node));
  }

  /** Notifications that may be sent now; their end is waited for then. */
  release(): GraphAction[] {
    const out: GraphAction[] = [];
    for (const owed of this.#owed) {
      if (owed.isSent || owed.tellsOf.some((told) => told.state === "in-flight")) continue;
      owed.isSent = true;
      out.push(withoutDropped(owed));
    }
    return out;
  }

  #keep(isKept: (owed: Owed) => boolean): void {
    this.#owed.splice(0, this.#owed.length, ...this.#owed.filter(isKept));
  }
}

function isPostNotification(action: GraphAction): boolean {
  return action.kind === "rsc_op" && action.operation === "notify" && action.attributes.get("CRM_meta_notify_type") === "post";
}

/** Name of the instance an action is for, as the lists of notifications spell it. */
function instanceName(action: GraphAction): string | undefined {
  const id = action.resource?.id;
  const number = action.attributes.get("CRM_meta_clone");
  return id === undefined || number === undefined || id.endsWith(`:${number}`) ? id : `${id}:${number}`;
}

function toldOperations(
  notification: GraphAction,
  operations: ReadonlyMap<string, GraphAction>,
  stateOf: (id: number) => ActionState | undefined,
): ToldOperation[] {
  const operation = notification.attributes.get("CRM_meta_notify_operation") ?? "";
  return pairs(notification.attributes, operation).flatMap(({ instance, node }) => {
    const action = operations.get(`${operation} ${instance} ${node}`);
    if (!action) return [];
    const state = stateOf(action.id);
    return [{ actionId: action.id, instance, node, state: state === "confirmed" ? "done" : state === "in-flight" ? state : "dropped" }];
  });
}

/** The pairs `RESOURCE NODE` that two lists of equal length make. */
function pairs(attributes: ReadonlyMap<string, string>, operation: string): { readonly instance: string; readonly node: string }[] {
  const nodes = words(attributes.get(`CRM_meta_notify_${operation}_uname`));
  return words(attributes.get(`CRM_meta_notify_${operation}_resource`)).map((instance, i) => ({ instance, node: nodes[i] ?? "" }));
}

/** Whether anything that is told of has happened, or may yet. */
function hasSubject({ tellsOf }: Owed): boolean {
  return tellsOf.some(({ state }) => state !== "dropped");
}

/** False for an instance that would be told of its own start, which was not made. */
function isStillThere({ notification, tellsOf }: Owed): boolean {
  const isOwn = ({ instance, node }: ToldOperation): boolean => node === notification.node && instance === instanceName(notification);
  return (
    notification.attributes.get("CRM_meta_notify_operation") !== "start" || !tellsOf.some((told) => told.state === "dropped" && isOwn(told))
  );
}

function withoutDropped({ notification, tellsOf }: Owed): GraphAction {
  const dropped = tellsOf.filter(({ state }) => state === "dropped");
  if (dropped.length === 0) return notification;
  const operation = notification.attributes.get("CRM_meta_notify_operation") ?? "";
  const left = pairs(notification.attributes, operation).filter(
    (pair) => !dropped.some(({ instance, node }) => instance === pair.instance && node === pair.node),
  );
  const attributes = new Map(notification.attributes);
  attributes.set(`CRM_meta_notify_${operation}_resource`, left.map(({ instance }) => instance).join(" "));
  attributes.set(`CRM_meta_notify_${operation}_uname`, left.map(({ node }) => node).join(" "));
  return { ...notification, attributes };
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}
