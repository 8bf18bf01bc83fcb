/** A score as the regression data print it. */
export interface ScoreLine {
  readonly kind: "primitive" | "group" | "clone" | "bundle" | "promotion";
  readonly resource: string;
  readonly node: string;
  readonly score: number;
}
