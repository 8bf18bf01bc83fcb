import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import { readPairs } from "./pairs.ts";
import { hasRule, type RuleContext } from "./rules.ts";

/** True when rules decide on some parameters of a resource. */
export function hasRuledParameters(resource: Resource): boolean {
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent)
    for (const set of holder.xml.childList) if (set.name === "instance_attributes" && hasRule(set)) return true;
  return false;
}

/** Instance parameters of a resource on a node, those of what it is part of included; its own come first. */
export function instanceParameters(resource: Resource, node: SchedulerNode | undefined, context: RuleContext): Map<string, string> {
  const out = new Map<string, string>();
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent)
    readPairs(holder.xml, "instance_attributes", { ...context, attributes: node?.attributes }, out);
  return out;
}
