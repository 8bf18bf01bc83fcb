import type { XmlElement } from "../../src/xml/element.ts";
import { COMBINED_MUTATIONS } from "./mutate-combinations.ts";
import { CONDITION_MUTATIONS } from "./mutate-conditions.ts";
import { CONSTRAINT_MUTATIONS } from "./mutate-constraints.ts";
import { FAILURE_MUTATIONS } from "./mutate-failures.ts";
import { FENCING_MUTATIONS } from "./mutate-fencing.ts";
import { GUEST_MUTATIONS } from "./mutate-guests.ts";
import { HISTORY_MUTATIONS } from "./mutate-history.ts";
import { OPTION_MUTATIONS } from "./mutate-options.ts";
import { RULE_MUTATIONS } from "./mutate-rules.ts";
import { SET_MUTATIONS } from "./mutate-sets.ts";
import { STATUS_MUTATIONS } from "./mutate-status.ts";
import { STRUCTURE_MUTATIONS } from "./mutate-structure.ts";
import { VALUE_MUTATIONS } from "./mutate-values.ts";
import type { Mutation } from "./mutation.ts";
import type { RandomChoice } from "./random-choice.ts";

/** What may be said in many ways of which each is rare: in combinations. */
const FEATURE_MUTATIONS: readonly Mutation[] = [...SET_MUTATIONS, ...CONDITION_MUTATIONS, ...FAILURE_MUTATIONS, ...FENCING_MUTATIONS];

const MUTATIONS: readonly Mutation[] = [
  ...OPTION_MUTATIONS,
  ...CONSTRAINT_MUTATIONS,
  ...STATUS_MUTATIONS,
  ...STRUCTURE_MUTATIONS,
  ...HISTORY_MUTATIONS,
  ...RULE_MUTATIONS,
  ...GUEST_MUTATIONS,
  ...COMBINED_MUTATIONS,
  ...FEATURE_MUTATIONS,
];

/**
 * What is changed: anything, mostly what has to do with remote nodes, guests and bundles, mostly features in combinations
 * (sets, conditions, failures, fencing), or mostly single values of what is there.
 */
export type Focus = "all" | "guests" | "features" | "values";

const FOCUSED = { guests: GUEST_MUTATIONS, features: FEATURE_MUTATIONS, values: VALUE_MUTATIONS };

/** Changes a CIB in place in a number of random ways; new elements have ids that begin with `prefix`. */
export function mutate(
  cib: XmlElement,
  choice: RandomChoice,
  times: number,
  { focus = "all", prefix = "fuzz" }: { focus?: Focus; prefix?: string } = {},
): void {
  for (let serial = 0; serial < times; serial += 1) {
    const pool = focus !== "all" && choice.chance(0.7) ? FOCUSED[focus] : MUTATIONS;
    choice.one(pool)({ cib, choice, id: `${prefix}-${serial}` });
  }
}
