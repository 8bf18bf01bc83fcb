import type { Resource } from "../../cluster/resource.ts";

/** The next role that a target role asks for; none for what is the normal thing to do. */
export function requestedRole(resource: Resource, isPromotable?: boolean): "Stopped" | "Unpromoted" | undefined {
  const { targetRole } = resource;
  if (targetRole === "Stopped") return "Stopped";
  return targetRole === "Unpromoted" && (isPromotable ?? resource.isPromotable) ? "Unpromoted" : undefined;
}
