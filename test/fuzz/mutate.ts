import type { XmlElement } from "../../src/xml/element.ts";
import { COMBINED_MUTATIONS } from "./mutate-combinations.ts";
import { CONSTRAINT_MUTATIONS } from "./mutate-constraints.ts";
import { GUEST_MUTATIONS } from "./mutate-guests.ts";
import { HISTORY_MUTATIONS } from "./mutate-history.ts";
import { OPTION_MUTATIONS } from "./mutate-options.ts";
import { RULE_MUTATIONS } from "./mutate-rules.ts";
import { STATUS_MUTATIONS } from "./mutate-status.ts";
import { STRUCTURE_MUTATIONS } from "./mutate-structure.ts";
import type { Mutation } from "./mutation.ts";
import type { RandomChoice } from "./random-choice.ts";

const MUTATIONS: readonly Mutation[] = [
  ...OPTION_MUTATIONS,
  ...CONSTRAINT_MUTATIONS,
  ...STATUS_MUTATIONS,
  ...STRUCTURE_MUTATIONS,
  ...HISTORY_MUTATIONS,
  ...RULE_MUTATIONS,
  ...GUEST_MUTATIONS,
  ...COMBINED_MUTATIONS,
];

/** What is changed: anything, or mostly what has to do with remote nodes, guests and bundles. */
export type Focus = "all" | "guests";

/** Changes a CIB in place in a number of random ways; new elements have ids that begin with `prefix`. */
export function mutate(
  cib: XmlElement,
  choice: RandomChoice,
  times: number,
  { focus = "all", prefix = "fuzz" }: { focus?: Focus; prefix?: string } = {},
): void {
  for (let serial = 0; serial < times; serial += 1) {
    const pool = focus === "guests" && choice.chance(0.7) ? GUEST_MUTATIONS : MUTATIONS;
    choice.one(pool)({ cib, choice, id: `${prefix}-${serial}` });
  }
}
