import type { NotificationPoints } from "../act/notification-points.ts";
import { cloneNotifications } from "../act/notifications.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { MAINTENANCE_UPDATE, maintenanceUpdates } from "../fence/maintenance-updates.ts";
import { actionFlags } from "../order/action-flags.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { HARMLESS } from "../plan/relation.ts";
import { actionAttributes } from "./action-attributes.ts";
import { type Edges, type OpenedCircles, openCircles } from "./circles.ts";
import { EdgeFilter, isEdge, isEmitted } from "./emitted.ts";

/** One action of the graph with everything that is needed to carry it out. */
export interface Synapse {
  readonly action: Action;
  readonly inputs: readonly Action[];
  readonly priority: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** Ids of nodes that are down when it is done. */
  readonly downed: readonly string[];
  /** Nodes that are told by it whether they are in maintenance. */
  readonly told: readonly SchedulerNode[];
}

/** What will be carried out. */
export interface Graph {
  readonly synapses: readonly Synapse[];
  /** What would not have been possible in the orders there are. */
  readonly opened: OpenedCircles;
}

const NOBODY: readonly SchedulerNode[] = [];

/**
 * Makes the graph: resource by resource, then what belongs to none or to a bundle as a whole; each action of a resource,
 * newest first. The order is visible: it is the one in which what can be done at once is done.
 */
export function makeGraph(plan: Plan, points: NotificationPoints): Graph {
  const ordered: Action[] = [];
  for (const top of plan.cluster.top) collect(plan, top, points, ordered);
  const { all } = plan.book;
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const action = all[at] as Action;
    if (!action.resource || action.resource.kind === "bundle") ordered.push(action);
  }
  const emitted = new Set<Action>();
  for (let at = 0; at < ordered.length; at += 1) if (isEmitted(plan, ordered[at] as Action)) emitted.add(ordered[at] as Action);
  withoutUnfounded(plan, emitted);
  const filter = new EdgeFilter(plan, emitted);
  const edges: Edges = new Map([...emitted].map((action) => [action, filter.inputs(action)]));
  const opened = openCircles(edges);
  const synapses = [...edges].map(([action, inputs]) => ({
    action,
    inputs,
    priority: Math.max(action.resource ? priorityOf(action.resource) : 0, action.priority),
    attributes: attributesOf(plan, action),
    downed: downedBy(plan, action),
    told: action.task === MAINTENANCE_UPDATE ? maintenanceUpdates(plan) : NOBODY,
  }));
  return { synapses, opened };
}

/**
 * Takes out what would be done to a resource although what has to be done to it before cannot be: a monitor or a
 * promotion without the start. The reference leaves such an action waiting for ever.
 */
function withoutUnfounded(plan: Plan, emitted: Set<Action>): void {
  const isPart = (action: Action): boolean => emitted.has(action);
  const isUnfounded = (action: Action): boolean =>
    action.inputs.some(
      (input) =>
        !input.first.isPseudo &&
        input.first.resource === action.resource &&
        !isPart(input.first) &&
        (input.flags & ~HARMLESS) !== 0 &&
        isEdge(plan, action, input, isPart),
    );
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const action of emitted) {
      if (action.resource?.kind !== "primitive" || action.isPseudo || !isUnfounded(action)) continue;
      emitted.delete(action);
      hasChanged = true;
    }
  }
}

/** Priority of a resource's actions; members of a promotable clone's instances have that of the role wished for them. */
function priorityOf(resource: Resource): number {
  return resource.parent?.clone?.isPromotable ? resource.parent.priority : resource.placementPriority;
}

/** Notifications are made for each clone as its turn comes: they depend on what is settled for its instances. */
function collect(plan: Plan, resource: Resource, points: NotificationPoints, out: Action[]): void {
  if (resource.clone) {
    for (const action of plan.book.of(resource)) actionFlags(plan.book, action, undefined);
    cloneNotifications(plan, resource, points);
  } else if (resource.kind !== "bundle") addNewestFirst(plan.book.of(resource), out);
  const parts = resource.bundle?.replicas.flatMap(({ address, container, connection }) => [address, container, connection]);
  for (const child of parts ? [resource.bundle?.inner, ...parts] : resource.children) if (child) collect(plan, child, points, out);
  if (resource.clone) addNewestFirst(plan.book.of(resource), out);
}

function addNewestFirst(actions: readonly Action[], out: Action[]): void {
  for (let at = actions.length - 1; at >= 0; at -= 1) out.push(actions[at] as Action);
}

function attributesOf(plan: Plan, action: Action): Map<string, string> {
  const hasNode = action.node !== undefined && (!action.isPseudo || action.task === "stonith");
  if (hasNode && action.node) action.meta.set("on_node", action.node.name).set("on_node_uuid", action.node.id);
  return actionAttributes(plan, action);
}

function downedBy(plan: Plan, action: Action): string[] {
  const { node, resource } = action;
  if (!node) return [];
  if (action.task === "do_shutdown") return [node.id];
  if (action.task === "stonith") {
    const operation = action.meta.get("stonith_action");
    if (operation !== "off" && operation !== "reboot") return [];
    const guests = plan.cluster.nodes.filter((guest) => plan.launcherOf(guest) && plan.connectionOf(guest)?.activeOn.includes(node));
    return [node.id, ...guests.map((guest) => guest.id)];
  }
  if (!resource?.isRemoteConnection || action.task !== "stop" || action.isPseudo) return [];
  const isMigrating = action.inputs.some(({ first }) => first.resource === resource && first.task === "migrate_from");
  return isMigrating ? [] : [resource.id];
}
