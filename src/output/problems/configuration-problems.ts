import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { capacityProblems } from "./capacity-problems.ts";
import { constraintProblems } from "./constraint-problems.ts";
import { optionDeprecations, planningDeprecations, resourceDeprecations } from "./deprecation-problems.ts";
import { historyProblems, lastingFailureProblems } from "./history-problems.ts";
import { discoveryProblems, nodeProblems, topologyProblems } from "./node-problems.ts";
import { optionProblems } from "./option-problems.ts";
import type { Problem } from "./problem.ts";
import { resourceProblems } from "./resource-problems.ts";
import { ruleProblems } from "./rule-problems.ts";
import { tagProblems } from "./tag-problems.ts";

/** What is wrong or odd in a configuration and its status as far as they are read, in the order of reading. */
export function readingProblems(unpacked: Unpacked): Problem[] {
  const { cib } = unpacked;
  const sections = ["crm_config", "nodes", "resources", "rsc_defaults", "op_defaults"];
  const rules = sections.flatMap((name) => {
    const section = cib.descend("configuration", name);
    return section ? ruleProblems(section, unpacked) : [];
  });
  return [
    ...optionProblems(unpacked),
    ...optionDeprecations(unpacked),
    ...nodeProblems(unpacked),
    ...resourceDeprecations(unpacked),
    ...resourceProblems(unpacked),
    ...topologyProblems(unpacked),
    ...tagProblems(unpacked),
    ...capacityProblems(unpacked),
    ...rules,
    ...historyProblems(unpacked),
    ...discoveryProblems(unpacked),
  ];
}

/** What is found when constraints are read, before a plan is made. */
export function planningProblems(unpacked: Unpacked): Problem[] {
  return [...planningDeprecations(unpacked), ...constraintProblems(unpacked), ...lastingFailureProblems(unpacked)];
}
