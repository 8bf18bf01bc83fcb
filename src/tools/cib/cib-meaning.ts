import { configurationLog, planningLog } from "../../output/configuration-log.ts";
import type { LogEntry } from "../../output/log-entry.ts";
import { planningProblems, readingProblems } from "../../output/problems/configuration-problems.ts";
import type { ClusterStatus, StatusResource } from "../../output/status-model.ts";
import { withMembers } from "../../output/status-model.ts";

/** Something that fits the schema and still cannot work, or may not. */
interface MeaningProblem {
  readonly isError: boolean;
  readonly message: string;
}

/** What the reading of a configuration came to: problems for the user, and the rest of the log. */
interface Meaning {
  readonly problems: readonly MeaningProblem[];
  readonly log: readonly LogEntry[];
}

/** Looks for what cannot be, or may not be what was meant. Texts as Pacemaker 3.0.2 has them. */
export function findMeaning(status: ClusterStatus): Meaning {
  const read = readingProblems(status.unpacked);
  const found = [...read, ...planningProblems(status.unpacked)];
  const isProblem = new Set(found.map(({ source, text }) => `${source}\n${text}`));
  return {
    problems: [...found.map(({ severity, text }) => ({ isError: severity === "error", message: text })), ...nodeProblems(status)],
    log: [...configurationLog(status), ...planningLog(status)].filter(({ source, text }) => !isProblem.has(`${source}\n${text}`)),
  };
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
