import { cibVersion, compareCibVersions } from "../../cib/version.ts";
import { compareTerms, formatTerm, type Term } from "../../model/view.ts";
import type { Checker } from "./checker.ts";

/** I4: one DC per term; a node's promises and its configuration on disk never go back within one history. */
export function oneDcPerTerm(): Checker {
  const dcOf = new Map<string, string>();
  const promised = new Map<string, Term>();
  const stored = new Map<string, { term: Term; version: ReturnType<typeof cibVersion> }>();
  return {
    observe: (world, observation) => {
      if (observation.kind === "step") {
        for (const machine of world.machines.values()) {
          if (!machine.node?.isDc || !machine.node.view) continue;
          const term = formatTerm(machine.node.view.term);
          const known = dcOf.get(term) ?? machine.name;
          dcOf.set(term, known);
          if (known !== machine.name)
            return { invariant: "I4 one DC per term", text: `${known} and ${machine.name} are DC of term ${term}` };
        }
        return undefined;
      }
      if (observation.kind !== "effect") return undefined;
      const { node, effect } = observation;
      if (effect.kind === "persist-promise") {
        const before = promised.get(node);
        promised.set(node, effect.term);
        if (before && compareTerms(effect.term, before) < 0) {
          return { invariant: "I4 promises go forward", text: `${node} promised ${formatTerm(effect.term)} after ${formatTerm(before)}` };
        }
      }
      if (effect.kind === "persist-cib") {
        const before = stored.get(node);
        const version = { ...cibVersion(effect.cib), numUpdates: 0 };
        stored.set(node, { term: effect.term, version });
        if (!before) return undefined;
        const byTerm = compareTerms(effect.term, before.term);
        if (byTerm < 0)
          return {
            invariant: "I4 history goes forward",
            text: `${node} stored a configuration of term ${formatTerm(effect.term)} after ${formatTerm(before.term)}`,
          };
        if (byTerm === 0 && compareCibVersions(version, { ...before.version, numUpdates: 0 }) < 0) {
          return { invariant: "I4 history goes forward", text: `${node} stored an older configuration in term ${formatTerm(effect.term)}` };
        }
      }
      return undefined;
    },
  };
}
