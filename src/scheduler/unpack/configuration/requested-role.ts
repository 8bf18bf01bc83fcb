import type { Resource } from "../../cluster/resource.ts";

/** The next role that a target role asks for; none for what is the normal thing to do. */
export function requestedRole(resource: Resource, isPromotable = resource.isPromotable): "Stopped" | "Unpromoted" | undefined {
  if (resource.targetRole === "Stopped") return "Stopped";
  return resource.targetRole === "Unpromoted" && isPromotable ? "Unpromoted" : undefined;
}
