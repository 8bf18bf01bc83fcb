import type { SchedulerNode } from "./node.ts";
import type { Resource } from "./resource.ts";

/** Whether the host of a container is the one it runs on now or the one it will run on. */
export type HostTime = "now" | "next";

/**
 * Value of a node attribute. Inside of a guest it can be that of the host, as far as there is one: what a container
 * stores on its host is worth something there only.
 */
export function nodeAttribute(node: SchedulerNode, name: string, isHostAsked: boolean, time: HostTime): string | undefined {
  const launcher = node.connection?.launcher;
  if (!launcher || !isHostAsked) return node.attributes.get(name);
  const host = time === "next" ? launcher.assigned : launcher.activeOn[0];
  return host?.attributes.get(name);
}

/** True when a resource wants node attributes to be those of the host. Source: Pacemaker Explained, "container-attribute-target". */
export function wantsHost({ meta }: Pick<Resource, "meta">): boolean {
  return meta.get("container-attribute-target")?.toLowerCase() === "host";
}
