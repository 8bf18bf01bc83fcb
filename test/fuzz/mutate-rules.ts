import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodesOf, resourcesOf, SCORES, type Scene, setPair } from "./mutation.ts";

function constraints(cib: XmlElement): XmlElement {
  return cib.childOrCreate("configuration").childOrCreate("constraints");
}

/** A condition on an attribute that some nodes have, or on the time. */
function condition({ choice, id }: Scene, serial: number): XmlElement {
  if (choice.chance(0.3)) {
    const operation = choice.one(["gt", "lt"]);
    const bound = { [operation === "gt" ? "start" : "end"]: choice.one(["2020-01-01", "2040-01-01"]) };
    return element("date_expression", { id: `${id}-date-${serial}`, operation, ...bound });
  }
  const operation = choice.one(["eq", "ne", "lt", "gte", "defined", "not_defined"]);
  const value = operation.endsWith("defined") ? undefined : choice.one(["a", "b", "3"]);
  return element("expression", { id: `${id}-expression-${serial}`, attribute: choice.one(["zone", "weight"]), operation, value });
}

function rule(scene: Scene, attributes: Readonly<Record<string, string | undefined>>): XmlElement {
  const { choice, id } = scene;
  const conditions = Array.from({ length: choice.integer(1, 2) }, (_, serial) => condition(scene, serial));
  return element("rule", { id: `${id}-rule`, "boolean-op": choice.one([undefined, "and", "or"]), ...attributes }, conditions);
}

const setZones: Mutation = ({ cib, choice, id }) => {
  for (const [serial, node] of nodesOf(cib).entries())
    if (choice.chance(0.7))
      setPair(node, "instance_attributes", `${id}-${serial}`, choice.one(["zone", "weight"]), choice.one(["a", "b", "3", "7"]));
};

const locateByRule: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const rsc = choice.maybe(resourcesOf(cib))?.id;
  if (rsc === undefined) return;
  const score = choice.chance(0.2) ? { "score-attribute": "weight" } : { score: choice.one(SCORES) };
  constraints(cib).children.push(element("rsc_location", { id, rsc }, [rule(scene, score)]));
};

const colocateByAttribute: Mutation = ({ cib, choice, id }) => {
  const [one, two] = choice.some(resourcesOf(cib), 2, 2);
  if (one?.id === undefined || two?.id === undefined) return;
  const attributes = { id, rsc: one.id, "with-rsc": two.id, score: choice.one(SCORES), "node-attribute": "zone" };
  constraints(cib).children.push(element("rsc_colocation", attributes));
};

const setDefaults: Mutation = ({ cib, choice, id }) => {
  const section = cib.childOrCreate("configuration").childOrCreate(choice.one(["rsc_defaults", "op_defaults"]));
  const [name, values] =
    section.name === "rsc_defaults"
      ? choice.one<readonly [string, readonly string[]]>([
          ["resource-stickiness", SCORES],
          ["migration-threshold", ["1", "3"]],
          ["failure-timeout", ["60"]],
          ["is-managed", ["false"]],
          ["target-role", ["Stopped"]],
        ])
      : choice.one<readonly [string, readonly string[]]>([
          ["timeout", ["50s"]],
          ["on-fail", ["block", "standby", "ignore"]],
        ]);
  setPair(section, "meta_attributes", id, name, choice.one(values));
};

const tagResources: Mutation = ({ cib, choice, id }) => {
  const members = choice.some(resourcesOf(cib), 1, 3).flatMap((one) => one.id ?? []);
  const other = choice.maybe(resourcesOf(cib))?.id;
  if (members.length === 0 || other === undefined || members.includes(other)) return;
  const references = members.map((one) => element("obj_ref", { id: one }));
  cib
    .childOrCreate("configuration")
    .childOrCreate("tags")
    .children.push(element("tag", { id: `${id}-tag` }, references));
  constraints(cib).children.push(
    choice.chance(0.5)
      ? element("rsc_colocation", { id, rsc: `${id}-tag`, "with-rsc": other, score: choice.one(SCORES) })
      : element("rsc_order", { id, first: other, kind: choice.one([undefined, "Optional"]) }).set("then", `${id}-tag`),
  );
};

/** Rules, and what is said of several things at once. */
export const RULE_MUTATIONS: readonly Mutation[] = [setZones, locateByRule, colocateByAttribute, setDefaults, tagResources];
