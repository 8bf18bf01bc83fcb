import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { Search, Solution } from "./find-changes.ts";
import type { Goal } from "./goal.ts";

/** What reaches a goal, in sentences. */
export function searchLines(goal: string, search: Search): string[] {
  if (search.isReachedAlready) return [`${goal}: that is what the cluster is going to do, without any change.`];
  if (search.solutions.length === 0) {
    const more = search.isCutShort ? "; there are more, which were not" : "";
    return [`${goal}: no change that is known here brings that about (${search.trials} combinations were tried${more}).`];
  }
  const enough = search.solutions.length === 1 ? "this is enough" : "each of these is enough";
  return [
    `${goal}: ${enough}, which was seen by scheduling with it:`,
    ...search.solutions.flatMap(solutionLines),
    ...(search.isCutShort ? ["Not everything was tried: there may be more of them, smaller ones, and smaller scores."] : []),
  ];
}

/** What would let a resource run, or be stopped, where that is blocked. */
export function unblockLines(search: Search, { resource, kind }: Goal, accounts: readonly PlacementAccount[]): string[] {
  if (search.solutions.length === 0) return [];
  const isOne = accounts.length === 1;
  const name = isOne ? "it" : resource;
  const isLeftAlone = isOne && accounts.some(({ resource: { isBlocked }, currentNodes }) => isBlocked && currentNodes.length > 0);
  const title = `What would let ${name} ${kind === "stopped" ? "be stopped" : isLeftAlone ? "be managed again" : "run"}:`;
  if (!isOne) return ["", title, ...search.solutions.flatMap(solutionLines)];
  return [`  ${title}`, ...search.solutions.flatMap(solutionLines).map((line) => `  ${line}`)];
}

function solutionLines({ changes, sideEffects }: Solution, at: number): string[] {
  return [
    `  ${at + 1}. ${changes.map((change) => change.words).join("; and ")}`,
    ...changes.flatMap(({ command }) => (command === undefined ? [] : [`       ${command}`])),
    ...(sideEffects.length === 0 ? [] : ["     It would also cause:", ...sideEffects.map((line) => `       ${line}`)]),
  ];
}

/** The same for programs. */
export function searchXml(goal: string, search: Search): XmlElement {
  return element(
    "what_if",
    { goal, reached: String(search.isReachedAlready), trials: search.trials, complete: String(!search.isCutShort) },
    search.solutions.map(({ changes, sideEffects }) =>
      element("solution", { changes: changes.length }, [
        ...changes.map(({ words, command }) => element("change", { text: words, command })),
        ...sideEffects.map((text) => element("side_effect", { text })),
      ]),
    ),
  );
}
