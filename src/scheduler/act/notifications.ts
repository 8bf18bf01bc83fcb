import type { Assigned } from "../assign/assign.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import { Action, ActionBook, order } from "./action.ts";
import { addAction, cloneMeta } from "./make-action.ts";

/** Tasks of a clone that its instances are told about, and the pseudo action after each. */
const TOLD: readonly (readonly [string, string])[] = [
  ["stop", "stopped"],
  ["demote", "demoted"],
  ["start", "running"],
  ["promote", "promoted"],
];

/** An instance's primitive on a node. */
interface Place {
  readonly resource: Resource;
  readonly node: SchedulerNode;
}

/** Tells the instances of clones that want it before and after what happens to any of them. */
export function notifications(cluster: Assigned, book: ActionBook): void {
  for (const clone of cluster.top) if (clone.clone?.notifies) new Notifier(cluster, book, clone).notify();
}

class Notifier {
  readonly #cluster: Assigned;
  readonly #book: ActionBook;
  readonly #clone: Resource;
  readonly #primitives: readonly Resource[];

  constructor(cluster: Assigned, book: ActionBook, clone: Resource) {
    this.#cluster = cluster;
    this.#book = book;
    this.#clone = clone;
    this.#primitives = clone.primitives();
  }

  notify(): void {
    const lists = this.#lists();
    let previousEnd: Action | undefined;
    for (const [task, completion] of TOLD) {
      const [begin] = this.#book.of(this.#clone, task);
      const [end] = this.#book.of(this.#clone, completion);
      if (!begin?.isWanted || !end?.isWanted) continue;
      const pre = this.#pseudo("notify", `pre_notify_${task}`, "pre", task, task);
      const preDone = this.#pseudo("notified", `confirmed-pre_notify_${task}`, "confirmed-pre", task, task);
      const post = this.#pseudo("notify", `post_notify_${completion}`, "post", task, completion);
      const postDone = this.#pseudo("notified", `confirmed-post_notify_${completion}`, "confirmed-post", task, completion);
      for (const later of [post, postDone]) later.priority = 1_000_000;
      order(previousEnd, pre);
      order(pre, preDone);
      order(preDone, begin);
      order(preDone, post);
      order(end, post);
      order(post, postDone);
      for (const place of this.#toldBefore(task)) this.#tell(place, "pre", task, task, lists, pre, preDone);
      for (const place of this.#toldAfter(task)) this.#tell(place, "post", task, completion, lists, post, postDone);
      previousEnd = postDone;
      if (task === "stop" || task === "demote") continue;
      for (const action of this.#book.all) {
        if (
          action.intervalMs > 0 &&
          action.task !== "cancel" &&
          action.isWanted &&
          action.resource &&
          this.#primitives.includes(action.resource)
        )
          order(postDone, action);
      }
    }
  }

  #pseudo(operation: string, suffix: string, type: string, task: string, keyTask: string): Action {
    const made = this.#book.add(
      new Action({ key: `${this.#clone.id}_${suffix}_0`, task: operation, kind: "pseudo_event", resource: this.#clone, isOptional: false }),
    );
    for (const [name, value] of cloneMeta(this.#clone)) made.attributes.set(`CRM_meta_${name}`, value);
    setNotifyKeys(made, type, task, keyTask);
    made.attributes.set("CRM_meta_timeout", "20000");
    return made;
  }

  #tell(
    place: Place,
    type: string,
    task: string,
    keyTask: string,
    lists: ReadonlyMap<string, string>,
    before: Action,
    after: Action,
  ): void {
    const { resource, node } = place;
    const made = this.#book.add(
      new Action({ key: `${resource.id}_${type}_notify_${task}_0`, task: "notify", kind: "rsc_op", resource, node, isOptional: false }),
    );
    const model = addAction(this.#cluster, new ActionBook(), resource, "notify", node, false);
    for (const [name, value] of model.attributes) made.attributes.set(name, value);
    for (const [name, value] of lists) made.attributes.set(`CRM_meta_notify_${name}`, value);
    setNotifyKeys(made, type, task, keyTask);
    if (type === "post") made.priority = 1_000_000;
    order(before, made);
    order(made, after);
  }

  #toldBefore(task: string): Place[] {
    if (task === "promote") return this.#staying();
    const active = this.#active();
    return task === "start" ? active.filter((place) => !this.#isStopping(place)) : active;
  }

  #toldAfter(task: string): Place[] {
    if (task === "start" || task === "promote") return this.#staying();
    return task === "demote" ? this.#active() : this.#active().filter((place) => !this.#isStopping(place));
  }

  #active(): Place[] {
    return this.#primitives.flatMap((resource) =>
      resource.activeOn.filter((node) => node.isOnline && node.uncleanReason === undefined).map((node) => ({ resource, node })),
    );
  }

  #staying(): Place[] {
    return this.#primitives.flatMap((resource) => {
      const node = resource.assigned;
      if (!node || resource.nextRole === "Stopped" || this.#book.of(resource, "start").some((a) => !a.isRunnable)) return [];
      return [{ resource, node }];
    });
  }

  #isStopping(place: Place): boolean {
    return this.#book.of(place.resource, "stop").some((action) => action.node === place.node && !action.isOptional);
  }

  /** Names of resources and nodes by what they are and what will happen to them. */
  #lists(): Map<string, string> {
    const out = new Map<string, string>();
    const put = (name: string, places: readonly { resource: Resource; node: SchedulerNode | undefined }[]): void => {
      const names = places.map(({ resource }) => (this.#clone.clone?.isUnique ? resource.id : resource.agentId));
      out.set(`${name}_resource`, names.length === 0 ? " " : names.join(" "));
      if (name !== "inactive") out.set(`${name}_uname`, places.length === 0 ? " " : places.map(({ node }) => node?.name ?? "").join(" "));
    };
    const active = this.#active();
    put(
      "active",
      active.filter(({ resource }) => resource.role === "Started"),
    );
    put(
      "promoted",
      active.filter(({ resource }) => resource.role === "Promoted"),
    );
    put(
      "master",
      active.filter(({ resource }) => resource.role === "Promoted"),
    );
    put(
      "unpromoted",
      active.filter(({ resource }) => resource.role === "Unpromoted"),
    );
    put(
      "slave",
      active.filter(({ resource }) => resource.role === "Unpromoted"),
    );
    put(
      "inactive",
      this.#primitives.filter((p) => p.activeOn.length === 0 && !p.isRemoved).map((resource) => ({ resource, node: undefined })),
    );
    for (const [task] of TOLD) {
      const actions = this.#primitives.flatMap((resource) => this.#book.of(resource, task).filter((action) => action.isWanted));
      put(
        task,
        actions.flatMap(({ resource, node }) => (resource ? [{ resource, node }] : [])),
      );
    }
    const online = this.#cluster.nodes.filter((node) => node.isOnline).map((node) => node.name);
    out.set("all_uname", this.#cluster.nodes.map((node) => node.name).join(" "));
    out.set("available_uname", online.join(" "));
    return out;
  }
}

function setNotifyKeys(action: Action, type: string, task: string, keyTask: string): void {
  action.attributes.set("CRM_meta_notify_key_operation", keyTask);
  action.attributes.set("CRM_meta_notify_key_type", type);
  action.attributes.set("CRM_meta_notify_operation", task);
  action.attributes.set("CRM_meta_notify_type", type.replace("confirmed-", ""));
}
