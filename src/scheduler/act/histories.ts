import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { Plan } from "./plan.ts";

/** The history a node has of each resource. */
export function historyOf(plan: Plan, node: SchedulerNode): readonly XmlElement[] {
  const state = plan.cluster.cib.child("status")?.children.find((xml) => xml.name === "node_state" && xml.get("uname") === node.name);
  return state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
}

/** Primitives by each name their history may have. */
export function resourcesByHistoryName(plan: Plan): ReadonlyMap<string, readonly Resource[]> {
  const out = new Map<string, Resource[]>();
  for (const resource of plan.cluster.top.flatMap((top) => top.primitives()))
    for (const name of new Set([resource.id, resource.historyName])) {
      const known = out.get(name);
      if (known) known.push(resource);
      else out.set(name, [resource]);
    }
  return out;
}
