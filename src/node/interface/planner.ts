import type { TransitionGraph } from "../../model/transition-graph.ts";
import type { XmlElement } from "../../xml/element.ts";

/** What the scheduler decided, as the coordinator needs it. */
export interface Plan {
  readonly graph: TransitionGraph;
  /** Time by which to plan again although nothing happened; undefined when nothing depends on time. */
  readonly recheckAtEpochSeconds: number | undefined;
  readonly severity: "input" | "warn" | "error";
  /** One line per decision, for the log. */
  readonly summary: readonly string[];
}

/** Makes a plan from a CIB. Pure: the same CIB and time give the same plan. */
export type Planner = (cib: XmlElement, epochSeconds: number) => Plan;
