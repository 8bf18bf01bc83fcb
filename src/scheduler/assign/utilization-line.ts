/** A step of the accounts of capacity: what a node has at the start or at the end, or what a resource takes from it. */
export interface UtilizationLine {
  /** `Original` or `Remaining` for a node; undefined for a resource. */
  readonly comment: "Original" | "Remaining" | undefined;
  /** The resource that takes; undefined for a node's capacity. */
  readonly resource: string | undefined;
  readonly node: string;
  /** By name of the utilization attribute, as it was written or, after a change, in digits. */
  readonly amounts: ReadonlyMap<string, string>;
  /** How many scores were written down before it: its place among them. */
  readonly scoresBefore: number;
}
