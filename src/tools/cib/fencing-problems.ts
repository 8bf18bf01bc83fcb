import { doubt, type Problem } from "../../output/problems/problem.ts";
import { isGoingToBeFenced } from "../../output/state-log.ts";
import type { ClusterStatus } from "../../output/status-model.ts";

/** Nodes that would have to be fenced and cannot be. Texts as Pacemaker 3.0.2 has them. */
export function fencingProblems({ unpacked }: ClusterStatus): Problem[] {
  const source = "schedule_fencing_and_shutdowns";
  const unfenced = unpacked.nodes.filter(
    (node) => node.uncleanReason !== undefined && node.connection?.launcher === undefined && !isGoingToBeFenced(unpacked, node),
  );
  const problems = unfenced.map((node) => doubt(source, `Node ${node.name} is unclean but cannot be fenced`));
  if (problems.length === 0 || unpacked.options.isFencingEnabled) return problems;
  const hint = "(configure, enable, and test fencing to correct this)";
  return [...problems, doubt(source, `Resource functionality and data integrity cannot be guaranteed ${hint}`)];
}
