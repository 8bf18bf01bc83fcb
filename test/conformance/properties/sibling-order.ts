import { schedule } from "../../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../../src/xml/element.ts";
import { canonicalPlan } from "../canonical-plan.ts";
import { normalizedDecision } from "../expected-text.ts";
import type { Property, Scheduled } from "./property.ts";

/**
 * Elements whose children say the same in any order. Documented to matter are the orders of resources, of members, of equally
 * ranked sets, and of node states: instances of anonymous clones get their numbers as the histories are read.
 */
const UNORDERED = new Set(["constraints", "nodes", "tags", "lrm_resource", "operations"]);

/** Turning round lists whose order means nothing changes nothing in the plan. */
export const siblingOrderFree: Property = {
  name: "sibling-order-free",
  problems: ({ cib, nowEpochSeconds, result, graph }: Scheduled) => {
    const turned = cib.clone();
    for (const xml of turned.walk()) if (UNORDERED.has(xml.name) || isPlainSet(xml)) xml.children.reverse();
    const next = schedule(turned, { nowEpochSeconds });
    const decisions = (lines: readonly string[]): string => lines.map(normalizedDecision).sort().join("\n");
    if (decisions(result.summary) !== decisions(next.summary)) return difference(result.summary, next.summary);
    return difference(keysOf(graph), keysOf(next.graphXml()));
  },
};

/** A set of pairs with a name each: among equal names the first counts. */
function isPlainSet(xml: XmlElement): boolean {
  const names = xml.children.map((pair) => pair.get("name"));
  return names.length > 1 && xml.children.every(({ name }) => name === "nvpair") && new Set(names).size === names.length;
}

function keysOf(graph: XmlElement): string[] {
  const { actions, edges } = canonicalPlan(graph);
  return [...actions.map(({ key }) => key), ...edges];
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  const [one, two] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !two.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !one.has(line)).map((line) => `+ ${line}`),
  ];
}
