import { compareBytes } from "../../base/names.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode } from "../cluster/resource-state.ts";
import type { Plan } from "../plan/plan.ts";

/** An instance, and the node it is or will be on. */
interface Entry {
  readonly resource: Resource;
  readonly node: SchedulerNode | undefined;
}

const TASKS = ["stop", "start", "demote", "promote"] as const;

/** What instances of a clone are told: which instances are in which role, and what will be done to which. */
export class NotifyLists {
  readonly #plan: Plan;
  readonly #whole: Resource;
  readonly #lists = new Map<string, Entry[]>();

  /** Collects roles, and what will be done if `withActions`. */
  constructor(plan: Plan, whole: Resource, withActions: boolean) {
    this.#plan = plan;
    this.#whole = whole;
    for (const resource of whole.primitives()) this.#collect(resource, withActions);
  }

  /** Instances something will be done to. */
  actionsOf(task: string): readonly Entry[] {
    return this.#lists.get(task) ?? [];
  }

  /** Names and values as agents get them, without the prefix of meta-attributes. */
  values(): Map<string, string> {
    const out = new Map<string, string>();
    for (const task of TASKS) this.#put(out, task, task);
    for (const role of ["active", "unpromoted", "promoted", "inactive"]) this.#put(out, role, role);
    // Older agents know these names.
    this.#put(out, "slave", "unpromoted");
    this.#put(out, "master", "promoted");
    const { nodes } = this.#plan.cluster;
    out.set("notify_available_uname", words(nodes.filter((node) => this.#whole.isAllowedOn[node.index] === 1).map((node) => node.name)));
    out.set("notify_all_uname", words(nodes.map((node) => node.name)));
    if (this.#whole.meta.get("container-attribute-target")?.toLowerCase() === "host")
      out.set("notify_all_hosts", words(nodes.map((node) => this.#hostOf(node).name)));
    return out;
  }

  #hostOf(node: SchedulerNode): SchedulerNode {
    const launcher = this.#plan.launcherOf(node);
    return (launcher && activeNode(launcher).node) ?? node;
  }

  #put(out: Map<string, string>, name: string, list: string): void {
    const seen = new Set<string>();
    const entries = [...(this.#lists.get(list) ?? [])]
      .sort((a, b) => compareBytes(a.resource.id, b.resource.id) || compareBytes(a.node?.id ?? "", b.node?.id ?? ""))
      .filter(({ resource }) => !seen.has(resource.id) && seen.add(resource.id));
    out.set(`notify_${name}_resource`, words(entries.map(({ resource }) => resource.id)));
    if (name !== "inactive") out.set(`notify_${name}_uname`, words(entries.map(({ node }) => node?.name ?? "")));
  }

  #add(list: string, entry: Entry): void {
    const known = this.#lists.get(list);
    if (known) known.push(entry);
    else this.#lists.set(list, [entry]);
  }

  #collect(resource: Resource, withActions: boolean): void {
    const entry = { resource, node: resource.activeOn[0] };
    if (resource.role === "Stopped") this.#add("inactive", entry);
    else this.#add("active", entry);
    if (resource.role === "Unpromoted") this.#add("unpromoted", entry);
    if (resource.role === "Promoted") this.#add("promoted", entry);
    if (!withActions) return;
    for (const action of this.#plan.book.of(resource)) {
      const { task, node } = action;
      if (action.isOptional || !node || !TASKS.some((known) => known === task)) continue;
      const isImplied = task === "stop" && node.uncleanReason !== undefined;
      if (action.isRunnable || isImplied) this.#add(task, { resource, node });
    }
  }
}

function words(names: readonly string[]): string {
  return names.length === 0 ? " " : names.join(" ");
}
