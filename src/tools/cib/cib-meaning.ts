import { planningProblems, readingProblems } from "../../output/problems/configuration-problems.ts";
import type { ClusterStatus, StatusResource } from "../../output/status-model.ts";
import { withMembers } from "../../output/status-model.ts";

/** Something that fits the schema and still cannot work, or may not. */
interface MeaningProblem {
  readonly isError: boolean;
  readonly message: string;
}

/** Looks for what cannot be, or may not be what was meant. Texts as Pacemaker 3.0.2 has them. */
export function findProblems(status: ClusterStatus): MeaningProblem[] {
  const found = [...readingProblems(status.unpacked), ...planningProblems(status.unpacked)];
  return [...found.map(({ severity, text }) => ({ isError: severity === "error", message: text })), ...nodeProblems(status)];
}

function nodeProblems(status: ClusterStatus): MeaningProblem[] {
  const { options, hasFenceDevice } = status.unpacked;
  const all: StatusResource[] = status.resources.flatMap((resource) => [...withMembers(resource)]);
  const canFence = options.isFencingEnabled && hasFenceDevice && all.some((resource) => resource.isManaged);
  if (canFence) return [];
  const unclean = status.nodes.filter((node) => node.isUnclean);
  const problems = unclean.map((node) => ({ isError: false, message: `Node ${node.name} is unclean but cannot be fenced` }));
  if (unclean.length === 0 || options.isFencingEnabled) return problems;
  const hint = "(configure, enable, and test fencing to correct this)";
  return [...problems, { isError: false, message: `Resource functionality and data integrity cannot be guaranteed ${hint}` }];
}
