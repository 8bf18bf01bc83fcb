import type { TransitionGraph } from "../../model/transition-graph.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Assigned } from "../assign/assign.ts";
import type { ScoreLine } from "../assign/score-line.ts";
import type { UtilizationLine } from "../assign/utilization-line.ts";
import type { ScoreEntry } from "../cluster/ledger.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Finding } from "../plan/finding.ts";
import type { DefinitionChange, MaskedChange, Redefinition } from "../plan/plan.ts";
import type { DotView } from "./dot-graph.ts";
import type { Obstacle } from "./obstacles.ts";
import type { Decision } from "./summary.ts";

/** What is configured as the answer to a failure of an action, whether it can be or not. */
export interface ConfiguredAnswer {
  readonly resource: Resource;
  readonly task: string;
  readonly answer: string;
  /** The definition of the operation; undefined where only defaults say it. */
  readonly operation: XmlElement | undefined;
}

/** What the scheduler decided, and what it was decided from. */
export interface ScheduleResult {
  readonly cluster: Assigned;
  readonly graph: TransitionGraph;
  readonly decisions: readonly Decision[];
  readonly summary: readonly string[];
  /** Empty, as the next, when scores were not kept. */
  readonly scores: readonly ScoreLine[];
  readonly utilization: readonly UtilizationLine[];
  readonly maskedChanges: readonly MaskedChange[];
  /** What runs with another definition than the one it has now. */
  readonly redefinitions: readonly Redefinition[];
  /** Fence devices with another definition than nodes were unfenced by, as it showed while the plan was made. */
  readonly definitionChanges: readonly DefinitionChange[];
  /** What happened to the scores; empty when the ledger was not kept. */
  readonly ledger: readonly ScoreEntry[];
  /** The plan as a `<transition_graph>`. */
  readonly graphXml: () => XmlElement;
  /** Names of the actions that are wanted but cannot be carried out. */
  readonly blocked: () => readonly string[];
  /** A picture of the graph for dot(1). */
  readonly dotGraph: (view: DotView) => string;
  /** True for what has stopped by its history, and counts as active all the same: where a live migration that failed did not take it away from. */
  readonly isStoppedByHistory: (resource: Resource) => boolean;
  /** For an instance that lost its place: the clone whose instances have to come before it, where none does. */
  readonly unpairedWith: (resource: Resource) => Resource | undefined;
  /** What keeps a resource from what was decided for it. */
  readonly obstacles: (resource: Resource) => readonly Obstacle[];
  /** What the log tells of the plan. */
  readonly findings: () => readonly Finding[];
  /** What is configured as the answer to failures of the actions that were made. */
  readonly configuredAnswers: () => readonly ConfiguredAnswer[];
  /** Which orders are not kept, since what is to come first waits for what is to come after it. */
  readonly unkeptOrders: readonly string[];
  /** Sentences about what could not be decided. */
  readonly warnings: readonly string[];
  readonly recheckAtEpochSeconds: number | undefined;
  /** How often a relation of two actions was applied: a measure of the work that does not depend on the machine. */
  readonly appliedRelationCount: number;
}
