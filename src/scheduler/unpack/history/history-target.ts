import type { XmlElement } from "../../../xml/element.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { StatusNote } from "./history.ts";
import type { ScoreAdder } from "./score-adder.ts";

/** What finding a resource for a history needs. */
export interface TargetContext {
  readonly byId: ReadonlyMap<string, Resource>;
  readonly nodeCount: number;
  readonly stopsRemoved: boolean;
  readonly scores: ScoreAdder;
  readonly addInstance: (clone: Resource) => Resource | undefined;
  readonly readRemoved: (holder: XmlElement) => Resource | undefined;
  readonly note: (note: StatusNote) => void;
}

/** Finds, or makes, the resources that histories are about. */
export class HistoryTargets {
  readonly removed: Resource[] = [];
  readonly #context: TargetContext;
  readonly #byHistoryName = new Map<string, Resource>();

  constructor(context: TargetContext) {
    this.#context = context;
  }

  /** The instance that the history calls by an id, or the resource of it: what was removed comes after what is configured. */
  named(id: string): Resource | undefined {
    return this.#byHistoryName.get(id) ?? this.#context.byId.get(id);
  }

  /** The resource that a history of this name is about; one that is to be removed when there is none. */
  find(id: string, holder: XmlElement, node: SchedulerNode): Resource | undefined {
    return this.#known(id, node) ?? this.#removed(holder);
  }

  #known(id: string, node: SchedulerNode): Resource | undefined {
    const named = this.named(id) ?? this.#firstInstance(id);
    if (named?.kind !== "primitive") return undefined;
    const { top } = named;
    let found: Resource | undefined = named;
    if (top.clone && !top.clone.isUnique) {
      const bundle = top.parent?.bundle;
      found = bundle
        ? bundle.replicas.find((replica) => replica.node === node)?.child
        : this.#instanceOn(top, id.replace(/:\d+$/, ""), node);
    }
    if (found && found.id !== id && found.historyName !== id) this.#rename(found, id);
    return found;
  }

  /** Gives an instance the name the history knows it by. */
  #rename(resource: Resource, name: string): void {
    if (this.#byHistoryName.get(resource.historyName) === resource) this.#byHistoryName.delete(resource.historyName);
    resource.historyName = name;
    if (!this.#byHistoryName.has(name)) this.#byHistoryName.set(name, resource);
  }

  /** The name of an anonymous clone's primitive without a number stands for any instance. */
  #firstInstance(id: string): Resource | undefined {
    const first = this.#context.byId.get(`${id.replace(/:\d+$/, "")}:0`);
    return first && !first.isUnique ? first : undefined;
  }

  /** The instance of an anonymous clone that a history on this node belongs to. */
  #instanceOn(clone: Resource, name: string, node: SchedulerNode): Resource | undefined {
    const member = (instance: Resource): Resource | undefined => instance.primitives().find((one) => one.agentId === name);
    let found: Resource | undefined;
    let idle: Resource | undefined;
    let hasTwo = false;
    for (const instance of clone.children) {
      if (found) break;
      const place = firstPlace(instance);
      if (place === node) {
        const candidate = member(instance);
        if (candidate && candidate.activeOn.length > 0) hasTwo = true;
        else found = candidate;
      } else if (place === undefined && !hasTwo && !idle && !instance.isBlocked) {
        const candidate = member(instance);
        const pending = candidate?.pendingNode;
        idle = pending !== undefined && pending !== node ? undefined : candidate;
      }
    }
    if (hasTwo) this.#context.note({ kind: "second instance", clone, node });
    if (!found && !hasTwo) found = idle;
    const isCertain = node.isOnline && node.uncleanReason === undefined;
    const isEverywhere = clone.clone?.max === this.#context.nodeCount;
    if (found && found.requires !== "fencing" && !isCertain && !node.isGuest && !isEverywhere) found = undefined;
    if (found) return found;
    const extra = this.#context.addInstance(clone);
    return extra && member(extra);
  }

  #removed(holder: XmlElement): Resource | undefined {
    if (holder.childrenNamed("lrm_rsc_op").length === 0) return undefined;
    const made = this.#context.readRemoved(holder);
    if (!made) return undefined;
    if (this.#context.stopsRemoved) this.#context.scores.ban(made, undefined, "#removed");
    else made.isManaged = false;
    this.removed.push(made);
    return made;
  }

  /** Takes an instance's name from the history back: it says nothing about an instance that is not active. */
  forget(resource: Resource): void {
    if (this.#byHistoryName.get(resource.historyName) === resource) this.#byHistoryName.delete(resource.historyName);
    resource.historyName = resource.id;
  }
}

/** The first node on which a part of an instance is active, or an operation of it is under way. */
function firstPlace(instance: Resource): SchedulerNode | undefined {
  if (instance.kind === "primitive") return instance.activeOn[0] ?? instance.pendingNode;
  for (const part of instance.children) {
    const place = firstPlace(part);
    if (place) return place;
  }
  return undefined;
}
