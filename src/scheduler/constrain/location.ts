import type { Resource, Role } from "../resource.ts";

/** A wish of a resource for a node. */
export interface Location {
  readonly id: string;
  readonly resource: Resource;
  readonly nodeIndex: number;
  readonly score: number;
  /** Counts only for this role; undefined for any. */
  readonly role: Role | undefined;
}
