import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodeNames, nodesOf, resourcesOf, SCORES, type Scene, setPair } from "./mutation.ts";

const ROLES = [undefined, undefined, undefined, "Started", "Promoted", "Unpromoted", "Stopped"];
const ACTIONS = [undefined, undefined, undefined, "start", "stop", "promote", "demote"];

function add({ cib }: Scene, constraint: XmlElement): void {
  cib.childOrCreate("configuration").childOrCreate("constraints").children.push(constraint);
}

function resourceId({ cib, choice }: Scene): string {
  return choice.maybe(resourcesOf(cib))?.id ?? "nothing";
}

/** A role where the resource has roles: others are limited to roles in ways that differ between versions and help nobody. */
function roleOf({ cib, choice }: Scene, id: string): string | undefined {
  const resource = resourcesOf(cib).find((one) => one.id === id);
  const isPromotable =
    resource?.name === "clone" && [...resource.walk()].some((pair) => pair.get("name") === "promotable" && pair.get("value") === "true");
  return isPromotable ? choice.one(ROLES) : undefined;
}

const addLocation: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const node = choice.maybe(nodeNames(cib));
  const discovery = choice.chance(0.15) ? choice.one(["always", "never", "exclusive"]) : undefined;
  const common = { id, rsc: resourceId(scene), "resource-discovery": discovery };
  if (choice.chance(0.7)) {
    add(scene, element("rsc_location", { ...common, node, score: choice.one(SCORES), role: roleOf(scene, common.rsc) }));
    return;
  }
  const expression = element("expression", {
    id: `${id}-expression`,
    attribute: "#uname",
    operation: choice.one(["eq", "ne"]),
    value: node,
  });
  const rule = element("rule", { id: `${id}-rule`, score: choice.one(SCORES), role: choice.chance(0.2) ? "Promoted" : undefined }, [
    expression,
  ]);
  add(scene, element("rsc_location", common, [rule]));
};

const addColocation: Mutation = (scene) => {
  const { choice, id } = scene;
  const rsc = resourceId(scene);
  const withRsc = resourceId(scene);
  const attributes = {
    id,
    rsc,
    "with-rsc": withRsc,
    score: choice.one(SCORES),
    "rsc-role": roleOf(scene, rsc),
    "with-rsc-role": roleOf(scene, withRsc),
    influence: choice.chance(0.1) ? "false" : undefined,
  };
  if (attributes.rsc !== attributes["with-rsc"]) add(scene, element("rsc_colocation", attributes));
};

/** Resources that are to be in one zone, or in different ones. */
const addZones: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  for (const [index, node] of nodesOf(cib).entries())
    if (choice.chance(0.9)) setPair(node, "instance_attributes", `${id}-${index}`, "zone", choice.one(["a", "b"]));
  const [rsc, withRsc] = [resourceId(scene), resourceId(scene)];
  if (rsc === withRsc) return;
  add(scene, element("rsc_colocation", { id, rsc, "with-rsc": withRsc, score: choice.one(SCORES), "node-attribute": "zone" }));
};

/** As it was written before there were kinds. */
const addScoredOrder: Mutation = (scene) => {
  const [first, after] = [resourceId(scene), resourceId(scene)];
  const attributes = { id: scene.id, first, score: scene.choice.one(["0", "INFINITY", "10"]) };
  if (first !== after) add(scene, element("rsc_order", attributes).set("then", after));
};

/** Locations of several resources at once. */
const addLocationSet: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  add(scene, element("rsc_location", { id, node: choice.maybe(nodeNames(cib)), score: choice.one(SCORES) }, sets(scene, {})));
};

const addTicketSet: Mutation = (scene) => {
  const { choice, id } = scene;
  const loss = choice.one([undefined, "stop", "demote", "fence", "freeze"]);
  add(scene, element("rsc_ticket", { id, ticket: "ticketA", "loss-policy": loss }, sets(scene, {})));
};

const addOrder: Mutation = (scene) => {
  const { choice, id } = scene;
  const attributes = {
    id,
    first: resourceId(scene),
    kind: choice.one([undefined, "Mandatory", "Optional", "Serialize"]),
    "first-action": choice.one(ACTIONS),
    "then-action": choice.one(ACTIONS),
    symmetrical: choice.one([undefined, undefined, "false", "true"]),
    "require-all": choice.chance(0.1) ? "false" : undefined,
  };
  const after = resourceId(scene);
  if (attributes.kind === "Serialize" && attributes.symmetrical === "true") attributes.symmetrical = undefined;
  if (attributes.first !== after) add(scene, element("rsc_order", attributes).set("then", after));
};

function sets(scene: Scene, extra: Readonly<Record<string, string | undefined>>): XmlElement[] {
  const { cib, choice, id } = scene;
  const pool = choice.some(resourcesOf(cib), 2, 6).flatMap((one) => one.id ?? []);
  const cut = choice.integer(1, Math.max(1, pool.length - 1));
  const parts = choice.chance(0.3) ? [pool] : [pool.slice(0, cut), pool.slice(cut)];
  return parts
    .filter((part) => part.length > 0)
    .map((part, index) =>
      element(
        "resource_set",
        { id: `${id}-set-${index}`, sequential: choice.one([undefined, "true", "false"]), ...extra },
        part.map((one) => element("resource_ref", { id: one })),
      ),
    );
}

const addColocationSets: Mutation = (scene) => {
  const { choice, id } = scene;
  add(scene, element("rsc_colocation", { id, score: choice.one(SCORES) }, sets(scene, {})));
};

const addOrderSets: Mutation = (scene) => {
  const { choice, id } = scene;
  const extra = { action: choice.one(ACTIONS), "require-all": choice.chance(0.2) ? "false" : undefined };
  add(scene, element("rsc_order", { id, kind: choice.one([undefined, "Optional", "Mandatory"]) }, sets(scene, extra)));
};

const addTicket: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const ticket = choice.one(["ticketA", "ticketB"]);
  const loss = choice.one([undefined, "stop", "demote", "fence", "freeze"]);
  const rsc = resourceId(scene);
  add(scene, element("rsc_ticket", { id, rsc, ticket, "loss-policy": loss, "rsc-role": roleOf(scene, rsc) }));
  if (choice.chance(0.5)) return;
  const state = cib.childOrCreate("status").childOrCreate("tickets").childOrCreate("ticket_state", ticket);
  state.set("granted", choice.one(["true", "false"]));
  if (choice.chance(0.3)) state.set("standby", "true");
};

const changeConstraint: Mutation = ({ cib, choice }) => {
  const constraint = choice.maybe(cib.descend("configuration", "constraints")?.children ?? []);
  if (constraint === undefined) return;
  if (constraint.get("score") !== undefined) constraint.set("score", choice.one(SCORES));
  else if (constraint.name === "rsc_order") constraint.set("kind", choice.one(["Mandatory", "Optional"]));
};

/** New constraints and changed ones. */
export const CONSTRAINT_MUTATIONS: readonly Mutation[] = [
  addLocation,
  addLocation,
  addColocation,
  addColocation,
  addOrder,
  addOrder,
  addColocationSets,
  addOrderSets,
  addTicket,
  addTicketSet,
  addZones,
  addScoredOrder,
  addLocationSet,
  changeConstraint,
];
