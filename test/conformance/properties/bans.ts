import type { Resource } from "../../../src/scheduler/cluster/resource.ts";
import { INFINITY_SCORE, parseScore } from "../../../src/score/score.ts";
import type { XmlElement } from "../../../src/xml/element.ts";
import { type Property, resourceActions, type Scheduled } from "./property.ts";

/** Nothing is brought to a node that it is banned from, by its score or, read anew, by a constraint in the document. */
export const bansKept: Property = {
  name: "bans-kept",
  problems: (one: Scheduled) => [...badlyPlaced(one), ...startedWhereBanned(one), ...broughtTogether(one)],
};

function primitivesOf({ result }: Scheduled): Resource[] {
  return result.cluster.top.flatMap((top) => top.primitives());
}

function badlyPlaced(one: Scheduled): string[] {
  // Later scores do not count: a ticket that is not held bans promotion from all nodes when all have their places.
  const placed = primitivesOf(one).filter(({ isManaged, isBlocked }) => isManaged && !isBlocked);
  return placed.flatMap(({ id, assigned, activeOn, assignedScore }) =>
    assigned && !activeOn.includes(assigned) && assignedScore <= -INFINITY_SCORE ? [`${id} goes to ${assigned.name} with -INFINITY`] : [],
  );
}

function constraintsNamed(cib: XmlElement, name: string): XmlElement[] {
  return cib.descend("configuration", "constraints")?.childrenNamed(name) ?? [];
}

const isBan = (xml: XmlElement): boolean => parseScore(xml.get("score") ?? "0") === -INFINITY_SCORE;

/** Of the constraints only those that need no thinking: one resource, one node, no rule. */
function startedWhereBanned(one: Scheduled): string[] {
  const bans = constraintsNamed(one.cib, "rsc_location").filter((xml) => isBan(xml) && xml.get("role") === undefined);
  const brought = resourceActions(one.graph).filter(({ task }) => task === "start" || task === "migrate_from");
  return bans.flatMap((ban) => {
    const [resourceId, node] = [ban.get("rsc"), ban.get("node")];
    if (resourceId === undefined || node === undefined) return [];
    const ids = new Set(
      one.result.cluster.resources.byId
        .get(resourceId)
        ?.primitives()
        .map(({ id }) => id),
    );
    return brought.filter((action) => ids.has(action.resourceId) && action.node === node).map(({ key }) => `${ban.id}: ${key} on ${node}`);
  });
}

/** Two primitives that must not be on one node are not, unless somebody else manages one or it was there and cannot be moved. */
function broughtTogether(one: Scheduled): string[] {
  const plain = constraintsNamed(one.cib, "rsc_colocation").filter(
    (xml) => isBan(xml) && !["rsc-role", "with-rsc-role", "node-attribute"].some((name) => xml.get(name) !== undefined),
  );
  return plain.flatMap((ban) => {
    const [dependent, primary] = ["rsc", "with-rsc"].map((name) => one.result.cluster.resources.byId.get(ban.get(name) ?? ""));
    if (dependent?.kind !== "primitive" || primary?.kind !== "primitive" || dependent === primary) return [];
    if (!dependent.assigned || dependent.assigned !== primary.assigned || !dependent.isManaged || dependent.isBlocked) return [];
    return [`${ban.id}: ${dependent.id} and ${primary.id} on ${dependent.assigned.name}`];
  });
}
