import { isAnyManaged, needsFencing } from "../../scheduler/fence/needs-fencing.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { doubt, type Problem } from "./problem.ts";

/** The step of the scheduler in which fencing is decided, by the name it has in logs. */
export const FENCING_STEP = "schedule_fencing_and_shutdowns";

/** Nodes that would have to be fenced and cannot be. Texts as Pacemaker 3.0.2 has them. */
export function fencingProblems(unpacked: Pick<Unpacked, "nodes" | "top" | "options" | "hasFenceDevice">): Problem[] {
  const hasManaged = isAnyManaged(unpacked.top);
  const unfenced = unpacked.nodes.filter(
    (node) => node.uncleanReason !== undefined && node.connection?.launcher === undefined && !needsFencing(unpacked, node, hasManaged),
  );
  const problems = unfenced.map((node) => doubt(FENCING_STEP, `Node ${node.name} is unclean but cannot be fenced`));
  if (problems.length === 0 || unpacked.options.isFencingEnabled) return problems;
  const hint = "(configure, enable, and test fencing to correct this)";
  return [...problems, doubt(FENCING_STEP, `Resource functionality and data integrity cannot be guaranteed ${hint}`)];
}
