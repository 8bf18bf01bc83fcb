import type { XmlElement } from "../../src/xml/element.ts";
import { CONSTRAINT_MUTATIONS } from "./mutate-constraints.ts";
import { OPTION_MUTATIONS } from "./mutate-options.ts";
import { STATUS_MUTATIONS } from "./mutate-status.ts";
import { STRUCTURE_MUTATIONS } from "./mutate-structure.ts";
import type { Mutation } from "./mutation.ts";
import type { RandomChoice } from "./random-choice.ts";

const MUTATIONS: readonly Mutation[] = [...OPTION_MUTATIONS, ...CONSTRAINT_MUTATIONS, ...STATUS_MUTATIONS, ...STRUCTURE_MUTATIONS];

/** Changes a CIB in place in a number of random ways. */
export function mutate(cib: XmlElement, choice: RandomChoice, times: number): void {
  for (let serial = 0; serial < times; serial += 1) choice.one(MUTATIONS)({ cib, choice, id: `fuzz-${serial}` });
}
