import type { XmlElement } from "../../../src/xml/element.ts";
import type { Property, Scheduled } from "./property.ts";

/** Every trigger names an action of the graph, no action is there twice, and none waits for itself over others. */
export const completable: Property = {
  name: "completable",
  problems: ({ graph }: Scheduled) => {
    const inputsById = new Map<string, string[]>();
    const problems: string[] = [];
    for (const synapse of graph.childrenNamed("synapse")) {
      const action = synapse.child("action_set")?.children[0];
      if (action?.id === undefined) problems.push(`synapse ${synapse.id} has no action with an id`);
      else if (inputsById.has(action.id)) problems.push(`action ${action.id} is there twice`);
      else inputsById.set(action.id, triggersOf(synapse));
    }
    for (const [id, inputs] of inputsById)
      for (const input of inputs) if (!inputsById.has(input)) problems.push(`action ${id} waits for ${input}, which is not there`);
    return [...problems, ...neverReached(inputsById)];
  },
};

function triggersOf(synapse: XmlElement): string[] {
  const triggers = synapse.child("inputs")?.childrenNamed("trigger") ?? [];
  return triggers.flatMap((trigger) => trigger.children.map((input) => input.id ?? ""));
}

function neverReached(inputsById: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (const [id, inputs] of inputsById) {
      if (done.has(id) || !inputs.every((input) => done.has(input))) continue;
      done.add(id);
      hasGrown = true;
    }
  }
  return [...inputsById.keys()].filter((id) => !done.has(id)).map((id) => `action ${id} is never reached`);
}
