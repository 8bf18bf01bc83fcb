import { doubt, type Problem } from "../../output/problems/problem.ts";
import type { ClusterStatus, StatusResource } from "../../output/status-model.ts";
import { withMembers } from "../../output/status-model.ts";

/** Nodes that would have to be fenced and cannot be. Texts as Pacemaker 3.0.2 has them. */
export function fencingProblems(status: ClusterStatus): Problem[] {
  const { options, hasFenceDevice } = status.unpacked;
  const all: StatusResource[] = status.resources.flatMap((resource) => [...withMembers(resource)]);
  const canFence = options.isFencingEnabled && hasFenceDevice && all.some((resource) => resource.isManaged);
  if (canFence) return [];
  const source = "schedule_fencing_and_shutdowns";
  const unclean = status.nodes.filter((node) => node.isUnclean);
  const problems = unclean.map((node) => doubt(source, `Node ${node.name} is unclean but cannot be fenced`));
  if (unclean.length === 0 || options.isFencingEnabled) return problems;
  const hint = "(configure, enable, and test fencing to correct this)";
  return [...problems, doubt(source, `Resource functionality and data integrity cannot be guaranteed ${hint}`)];
}
