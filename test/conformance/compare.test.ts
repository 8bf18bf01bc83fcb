import { expect, it } from "vitest";
import { parseXml } from "../../src/xml/parse.ts";
import { type CanonicalPlan, canonicalPlan } from "./canonical-plan.ts";
import { type Answer, compareAtLevel } from "./compare.ts";

/** A graph in which a resource is stopped twice by events of one key, because of these hosts. */
function plan(...hosts: readonly string[]): CanonicalPlan {
  const synapses = hosts.map(
    (host, at) =>
      `<synapse id="${at}"><action_set><pseudo_event id="${at + 1}" operation="stop" operation_key="a_stop_0"><attributes host="${host}"/></pseudo_event></action_set><inputs/></synapse>`,
  );
  const parsed = parseXml(`<transition_graph>${synapses.join("")}</transition_graph>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return canonicalPlan(parsed.value);
}

it("compares of two actions of one key those that are the same", () => {
  const ATTRIBUTES = 4;
  const answer = (...hosts: readonly string[]): Answer => ({
    plan: plan(...hosts),
    decisions: [],
    scores: [],
    blocked: [],
    status: { before: [], after: [] },
  });
  const differences = (expected: Answer, actual: Answer): readonly string[] => compareAtLevel(expected, actual, ATTRIBUTES);
  expect(differences(answer("n1", "n2"), answer("n2", "n1"))).toEqual([]);
  expect(differences(answer("n1", "n2"), answer("n2", "n3"))).toEqual(["pseudo_event stop a_stop_0: host: expected n1, got n3"]);
  expect(differences(answer("n1", "n1"), answer("n1"))).toEqual(["- pseudo_event stop a_stop_0"]);
});
