import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodeNames, nodesOf, resourcesOf, SCORES, type Scene, statesOf } from "./mutation.ts";

const ROLES = [undefined, undefined, "Started", "Promoted", "Unpromoted", "Stopped"];
const ACTIONS = [undefined, undefined, "start", "stop", "promote", "demote"];

function add({ cib }: Scene, constraint: XmlElement): void {
  cib.childOrCreate("configuration").childOrCreate("constraints").children.push(constraint);
}

/** One to three sets, each with whatever a set may say, in combinations nobody would write. */
function freeSets({ cib, choice, id }: Scene, kind: "order" | "colocation" | "other"): XmlElement[] {
  const pool = choice.some(resourcesOf(cib), 2, 7).flatMap((one) => one.id ?? []);
  const count = choice.integer(1, 3);
  const out: XmlElement[] = [];
  for (let serial = 0; serial < count; serial += 1) {
    const part = pool.filter((_, at) => at % count === serial);
    if (part.length === 0) continue;
    const common = { id: `${id}-free-${serial}`, sequential: choice.one([undefined, "true", "false"]) };
    const own =
      kind === "order"
        ? {
            action: choice.one(ACTIONS),
            "require-all": choice.one([undefined, undefined, "true", "false"]),
            kind: choice.one([undefined, undefined, undefined, "Optional", "Mandatory", "Serialize"]),
          }
        : kind === "colocation"
          ? {
              role: choice.one(ROLES),
              ordering: choice.one([undefined, undefined, "group", "listed"]),
              score: choice.one([undefined, undefined, ...SCORES]),
            }
          : { role: choice.one(ROLES) };
    out.push(
      element(
        "resource_set",
        { ...common, ...own },
        part.map((one) => element("resource_ref", { id: one })),
      ),
    );
  }
  return out;
}

const colocateFreely: Mutation = (scene) => {
  const { choice, id } = scene;
  const score = choice.one([undefined, ...SCORES]);
  add(
    scene,
    element("rsc_colocation", { id, score, influence: choice.one([undefined, undefined, "false", "true"]) }, freeSets(scene, "colocation")),
  );
};

const orderFreely: Mutation = (scene) => {
  const { choice, id } = scene;
  const kind = choice.one([undefined, "Optional", "Mandatory", "Serialize"]);
  const symmetrical = choice.one([undefined, undefined, "true", "false"]);
  const attributes = {
    id,
    kind,
    symmetrical: kind === "Serialize" ? undefined : symmetrical,
    "require-all": choice.one([undefined, undefined, "false"]),
  };
  add(scene, element("rsc_order", attributes, freeSets(scene, "order")));
};

const locateFreely: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const discovery = choice.one([undefined, undefined, "always", "never", "exclusive"]);
  const attributes = { id, node: choice.maybe(nodeNames(cib)), score: choice.one(SCORES), "resource-discovery": discovery };
  add(scene, element("rsc_location", attributes, freeSets(scene, "other")));
};

/** A tag stands for its members: in pairs, in sets, for tickets and places. */
const useTags: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const members = choice.some(resourcesOf(cib), 1, 4).flatMap((one) => one.id ?? []);
  const others = resourcesOf(cib).flatMap((one) => (one.id === undefined || members.includes(one.id) ? [] : one.id));
  const other = choice.maybe(others);
  if (members.length === 0 || other === undefined) return;
  const tag = `${id}-tag`;
  const references = members.map((one) => element("obj_ref", { id: one }));
  cib
    .childOrCreate("configuration")
    .childOrCreate("tags")
    .children.push(element("tag", { id: tag }, references));
  const set = element("resource_set", { id: `${id}-set`, sequential: choice.one([undefined, "false"]) }, [
    element("resource_ref", { id: tag }),
    element("resource_ref", { id: other }),
  ]);
  const node = choice.maybe(nodeNames(cib));
  const score = choice.one(SCORES);
  const constraint = choice.one([
    element("rsc_colocation", { id, rsc: tag, "with-rsc": other, score, "rsc-role": choice.one([undefined, "Promoted"]) }),
    element("rsc_colocation", { id, rsc: other, "with-rsc": tag, score }),
    element("rsc_order", { id, first: tag, kind: choice.one([undefined, "Optional"]) }).set("then", other),
    element("rsc_order", { id, first: other }).set("then", tag),
    element("rsc_location", { id, rsc: tag, node, score, "resource-discovery": choice.one([undefined, "never"]) }),
    element("rsc_ticket", { id, rsc: tag, ticket: "ticketA", "loss-policy": choice.one([undefined, "stop", "freeze"]) }),
    element("rsc_order", { id }, [set]),
    element("rsc_colocation", { id, score }, [set]),
    element("rsc_ticket", { id, ticket: "ticketB" }, [set]),
    element("rsc_location", { id, node, score }, [set]),
  ]);
  add(scene, constraint);
};

/** A ticket that some need in a role, with each answer to its loss, in each state a ticket may be in. */
const needTicket: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const ticket = choice.one(["ticketA", "ticketB"]);
  const loss = choice.one([undefined, "stop", "demote", "fence", "freeze"]);
  const rsc = choice.maybe(resourcesOf(cib))?.id;
  if (rsc === undefined) return;
  const role = choice.one([undefined, undefined, "Started", "Promoted", "Unpromoted", "Stopped"]);
  const isSet = choice.chance(0.3);
  add(
    scene,
    isSet
      ? element("rsc_ticket", { id, ticket, "loss-policy": loss }, freeSets(scene, "other"))
      : element("rsc_ticket", { id, rsc, ticket, "loss-policy": loss, "rsc-role": role }),
  );
  if (choice.chance(0.3)) return;
  const state = cib.childOrCreate("status").childOrCreate("tickets").childOrCreate("ticket_state", ticket);
  state.set("granted", choice.one(["true", "true", "false"]));
  if (choice.chance(0.4)) state.set("standby", choice.one(["true", "false"]));
  if (choice.chance(0.4)) state.set("last-granted", choice.one(["1700000000", "1790000000"]));
};

/** Several clones of one kind or another, in an order and together: instances are paired, or counted. */
const pairClones: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const collectives = resourcesOf(cib).filter((one) => one.name === "clone" || one.name === "bundle");
  const [first, second] = choice.some(collectives, 2, 2).flatMap((one) => one.id ?? []);
  if (first === undefined || second === undefined) return;
  for (const one of collectives) {
    if (one.name !== "clone" || (one.id !== first && one.id !== second)) continue;
    const meta = one.children.find((child) => child.name === "meta_attributes");
    if (meta === undefined) continue;
    for (const [name, value] of [
      ["interleave", choice.one(["true", "true", "false"])],
      ["clone-min", choice.one([undefined, "1", "2"])],
      ["ordered", choice.one([undefined, "true"])],
    ] as const) {
      const known = meta.children.find((pair) => pair.get("name") === name);
      if (value === undefined) continue;
      if (known === undefined) meta.children.push(element("nvpair", { id: `${id}-${one.id}-${name}`, name, value }));
      else known.set("value", value);
    }
  }
  const actions = [undefined, undefined, "start", "promote", "demote", "stop"];
  const roles = [undefined, undefined, "Promoted", "Unpromoted", "Started"];
  if (choice.chance(0.8)) {
    const attributes = {
      id: `${id}-order`,
      first,
      "first-action": choice.one(actions),
      "then-action": choice.one(actions),
      kind: choice.one([undefined, "Mandatory", "Optional", "Serialize"]),
      "require-all": choice.one([undefined, "false"]),
    };
    add(scene, element("rsc_order", attributes).set("then", second));
  }
  if (choice.chance(0.6)) {
    const attributes = {
      id: `${id}-colocation`,
      rsc: second,
      "with-rsc": first,
      score: choice.one(["INFINITY", "INFINITY", "100", "-INFINITY", "-100"]),
      "rsc-role": choice.one(roles),
      "with-rsc-role": choice.one(roles),
      "node-attribute": choice.one([undefined, undefined, undefined, "zone"]),
    };
    add(scene, element("rsc_colocation", attributes));
  }
};

/** Groups whose members need not be in order, or together. */
const loosenGroup: Mutation = ({ cib, choice, id }) => {
  const group = choice.maybe(resourcesOf(cib).filter((one) => one.name === "group"));
  if (group === undefined) return;
  const name = choice.one(["ordered", "collocated", "ordered", "collocated", "critical", "multiple-active"]);
  const value = name === "multiple-active" ? choice.one(["block", "stop_only", "stop_unexpected"]) : "false";
  const pair = element("nvpair", { id: `${id}-pair`, name, value });
  const known = group.child("meta_attributes");
  if (known !== undefined) known.children.push(pair);
  else group.children.unshift(element("meta_attributes", { id: `${id}-set` }, [pair]));
};

/** The constraints of two resources with roles as well where there is nothing that has them. */
const colocateInRoles: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const [one, two] = choice.some(resourcesOf(cib), 2, 2).flatMap((each) => each.id ?? []);
  if (one === undefined || two === undefined) return;
  const attributes = {
    id,
    rsc: one,
    "with-rsc": two,
    score: choice.one([...SCORES, undefined]),
    "rsc-role": choice.one(ROLES),
    "with-rsc-role": choice.one(ROLES),
    influence: choice.one([undefined, undefined, "false", "true"]),
    "node-attribute": choice.one([undefined, undefined, undefined, "zone", "#uname", "#kind", "#id", "#is_dc"]),
  };
  add(scene, element("rsc_colocation", attributes));
};

/** Where a resource was seen, other nodes know of it, too: it runs more than once. */
const runTwice: Mutation = ({ cib, choice, id }) => {
  const states = statesOf(cib).filter((state) => state.get("remote_node") === undefined && state.get("crmd") === "online");
  const from = choice.maybe(states);
  const history = choice.maybe(
    (from?.descend("lrm", "lrm_resources")?.children ?? []).filter((one) => one.children.some((entry) => entry.get("rc-code") === "0")),
  );
  if (history === undefined) return;
  const resource = resourcesOf(cib).find((one) => one.id === history.id);
  if (resource !== undefined && choice.chance(0.8)) {
    const value = choice.one(["stop_start", "stop_only", "block", "stop_unexpected"]);
    const set = element("meta_attributes", { id: `${id}-set` }, [element("nvpair", { id: `${id}-pair`, name: "multiple-active", value })]);
    resource.children.unshift(set);
  }
  for (const state of states) {
    const target = state.descend("lrm", "lrm_resources");
    if (state === from || target === undefined || choice.chance(0.4)) continue;
    const known = target.child("lrm_resource", history.id);
    if (known !== undefined) target.remove(known);
    const copy = history.clone();
    for (const entry of copy.children) if (entry.get("on_node") !== undefined) entry.set("on_node", state.get("uname"));
    target.children.push(copy);
  }
  if (nodesOf(cib).length > 1 && choice.chance(0.3)) resource?.set("description", "runs twice");
};

/** Constraints in every combination of what they may say, and what runs more often than it should. */
export const SET_MUTATIONS: readonly Mutation[] = [
  colocateFreely,
  orderFreely,
  locateFreely,
  useTags,
  needTicket,
  needTicket,
  pairClones,
  pairClones,
  loosenGroup,
  colocateInRoles,
  runTwice,
];
