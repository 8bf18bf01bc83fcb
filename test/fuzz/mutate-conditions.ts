import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodeNames, resourcesOf, SCORES, type Scene, setPair } from "./mutation.ts";

/** What a rule may look at where it is. */
type Place = "node" | "resource" | "operation" | "time";

const COMPARISONS = ["eq", "ne", "lt", "lte", "gt", "gte", "defined", "not_defined"];

const newId = ({ id, choice }: Pick<Scene, "id" | "choice">): string => `${id}-${choice.integer(0, 999_999_999)}`;

function dateCondition({ choice, id }: Scene): XmlElement {
  const operation = choice.one(["lt", "gt", "in_range", "in_range", "date_spec", "date_spec"]);
  // Around the time at which generated documents are looked at: 2026-11-18 11:06:40 UTC, a Wednesday.
  const dates = ["2026-11-18T00:00:00Z", "2026-11-18 11:06:40Z", "2026-11-18T11:06:41Z", "2026-W47-3", "2027-01-01", "2020-322"];
  const expression = element("date_expression", { id: newId({ id, choice }), operation });
  if (operation === "lt") return expression.set("end", choice.one(dates));
  if (operation === "gt") return expression.set("start", choice.one(dates));
  if (operation === "in_range") {
    const kind = choice.integer(0, 3);
    if (kind !== 1) expression.set("start", choice.one(dates));
    if (kind === 1 || kind === 2) expression.set("end", choice.one(dates));
    if (kind === 3) {
      const unit = choice.one(["years", "months", "weeks", "days", "hours", "minutes", "seconds"]);
      expression.children.push(element("duration", { id: newId({ id, choice }), [unit]: choice.one(["1", "2", "40"]) }));
    }
    return expression;
  }
  const spec = element("date_spec", { id: newId({ id, choice }) });
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["years", ["2026", "2025-2027", "2027", "2027-"]],
    ["months", ["11", "1-6", "11-12"]],
    ["monthdays", ["18", "1-17", "19-"]],
    ["hours", ["11", "0-10", "9-16"]],
    ["minutes", ["6", "0-5", "7-"]],
    ["seconds", ["40", "0-39"]],
    ["yeardays", ["322", "1-100"]],
    ["weekyears", ["2026", "2027"]],
    ["weeks", ["47", "1-46"]],
    ["weekdays", ["3", "1-2", "3-5", "7"]],
  ];
  for (const [name, values] of choice.some(parts, 1, 3)) spec.set(name, choice.one(values));
  expression.children.push(spec);
  return expression;
}

function nodeCondition({ cib, choice, id }: Scene): XmlElement {
  const names = ["zone", "weight", "#uname", "#id", "#kind", "#is_dc", "#cluster-name", "#site-name", "site-name", "standby", "#role"];
  const operation = choice.one(COMPARISONS);
  const values = ["a", "b", "3", "7", "3.5", "-2", "", "cluster", "remote", "container", "true", "1.2.3", "Promoted", ...nodeNames(cib)];
  const source = choice.one([undefined, undefined, undefined, "literal", "param", "meta"]);
  const isUnary = operation.endsWith("defined");
  return element("expression", {
    id: newId({ id, choice }),
    attribute: choice.one(names),
    operation,
    type: choice.one([undefined, undefined, "string", "integer", "number", "version"]),
    "value-source": isUnary ? undefined : source,
    value: isUnary ? undefined : source === "param" || source === "meta" ? choice.one(["fuzz", "config", "priority"]) : choice.one(values),
  });
}

function resourceCondition({ choice, id }: Scene): XmlElement {
  return element("rsc_expression", {
    id: newId({ id, choice }),
    class: choice.one([undefined, "ocf", "stonith", "lsb"]),
    provider: choice.one([undefined, "pacemaker", "heartbeat"]),
    type: choice.one([undefined, "Dummy", "Stateful", "remote"]),
  });
}

function operationCondition({ choice, id }: Scene): XmlElement {
  return element("op_expression", {
    id: newId({ id, choice }),
    name: choice.one(["monitor", "start", "stop", "promote", "demote", "migrate_to"]),
    interval: choice.one([undefined, undefined, "0", "10s", "10000ms", "PT11S"]),
  });
}

function anyCondition(scene: Scene, place: Place, depth: number): XmlElement {
  const { choice } = scene;
  if (depth > 0 && choice.chance(0.2)) return anyRule(scene, place, {}, depth - 1);
  if (place === "time" || choice.chance(0.3)) return dateCondition(scene);
  if (place === "node") return nodeCondition(scene);
  if (place === "operation" && choice.chance(0.6)) return operationCondition(scene);
  return resourceCondition(scene);
}

function anyRule(scene: Scene, place: Place, attributes: Readonly<Record<string, string | undefined>>, depth = 2): XmlElement {
  const { choice, id } = scene;
  const conditions = Array.from({ length: choice.integer(1, 3) }, () => anyCondition(scene, place, depth));
  return element("rule", { id: newId({ id, choice }), "boolean-op": choice.one([undefined, "and", "or"]), ...attributes }, conditions);
}

const locateByConditions: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const rsc = choice.maybe(resourcesOf(cib))?.id;
  if (rsc === undefined) return;
  const rules = Array.from({ length: choice.integer(1, 2) }, () => {
    const score = choice.chance(0.2) ? { "score-attribute": choice.one(["weight", "zone", "#uname"]) } : { score: choice.one(SCORES) };
    return anyRule(scene, "node", { ...score, role: choice.one([undefined, undefined, "Promoted", "Unpromoted", "Started", "Stopped"]) });
  });
  const pattern = choice.chance(0.2) ? { "rsc-pattern": choice.one([`^(${rsc.slice(0, 1)}).*`, ".*", `!${rsc}`]) } : { rsc };
  const location = element("rsc_location", { id, ...pattern, "resource-discovery": choice.one([undefined, undefined, "never"]) }, rules);
  cib.childOrCreate("configuration").childOrCreate("constraints").children.push(location);
};

/** Constraints that hold for some time only. */
const limitLifetime: Mutation = (scene) => {
  const constraint = scene.choice.maybe(scene.cib.descend("configuration", "constraints")?.children ?? []);
  if (constraint === undefined || constraint.name === "rsc_ticket" || constraint.child("lifetime") !== undefined) return;
  constraint.children.push(element("lifetime", {}, [anyRule(scene, "time", { score: "INFINITY" })]));
};

/** A set of options of something that counts under conditions, before or after what it has. */
const setUnderConditions: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const place = choice.one([
    "defaults",
    "operation defaults",
    "meta",
    "parameters",
    "operation",
    "cluster",
    "utilization",
    "node",
  ] as const);
  const named = (name: string, values: readonly string[]) => element("nvpair", { id: `${id}-pair`, name, value: choice.one(values) });
  const make = (kind: string, looksAt: Place, pair: XmlElement) =>
    element(kind, { id: `${id}-set`, score: choice.one([undefined, "5", "-5", "INFINITY"]) }, [anyRule(scene, looksAt, {}), pair]);
  const configuration = cib.childOrCreate("configuration");
  const option = choice.one([
    named("resource-stickiness", ["7", "INFINITY"]),
    named("migration-threshold", ["1", "2"]),
    named("target-role", ["Stopped", "Started", "Unpromoted"]),
    named("failure-timeout", ["30", "1h"]),
    named("is-managed", ["false"]),
    named("priority", ["3"]),
    named("multiple-active", ["block"]),
    named("clone-max", ["1"]),
    named("allow-migrate", ["true"]),
    named("requires", ["nothing", "quorum"]),
  ]);
  const onOperation = choice.one([
    named("timeout", ["44s"]),
    named("on-fail", ["block", "stop", "demote", "fence", "ignore", "restart", "standby"]),
    named("enabled", ["false"]),
    named("interval", ["13s"]),
    named("role", ["Promoted"]),
  ]);
  const resource = choice.maybe(resourcesOf(cib));
  const primitives = resourcesOf(cib).filter((one) => one.name === "primitive");
  const primitive = choice.maybe(primitives);
  const operation = choice.maybe(primitives.flatMap((one) => one.child("operations")?.children ?? []));
  switch (place) {
    case "defaults":
      configuration.childOrCreate("rsc_defaults").children.push(make("meta_attributes", "resource", option));
      return;
    case "operation defaults":
      configuration.childOrCreate("op_defaults").children.push(make("meta_attributes", "operation", onOperation));
      return;
    case "meta":
      resource?.children.unshift(make("meta_attributes", choice.one(["time", "node"]), option));
      return;
    case "parameters":
      primitive?.children.unshift(
        make("instance_attributes", choice.one(["time", "node", "node"]), named(choice.one(["fuzz", "config"]), ["x", "y"])),
      );
      return;
    case "operation":
      operation?.children.unshift(make("meta_attributes", "time", onOperation));
      return;
    case "cluster": {
      const pair = choice.one([
        named("maintenance-mode", ["true"]),
        named("stop-all-resources", ["true"]),
        named("symmetric-cluster", ["false"]),
        named("no-quorum-policy", ["ignore", "freeze"]),
      ]);
      configuration.childOrCreate("crm_config").children.unshift(make("cluster_property_set", "time", pair));
      return;
    }
    case "utilization":
      primitive?.children.push(make("utilization", choice.one(["time", "node"]), named("cpu", ["1", "3"])));
      return;
    case "node": {
      const node = choice.maybe(configuration.child("nodes")?.children ?? []);
      node?.children.push(
        make("instance_attributes", "time", choice.one([named("standby", ["on"]), named("zone", ["a"]), named("maintenance", ["true"])])),
      );
    }
  }
};

/** Operations that are written elsewhere. (Sets of options are not: 3.0.3 looks for them in the copy of the resource that it works on.) */
const referToOperations: Mutation = ({ cib, choice }) => {
  const primitives = resourcesOf(cib).filter((one) => one.name === "primitive");
  const referred = choice.maybe(primitives.flatMap((one) => one.childrenNamed("operations")).filter((one) => one.children.length > 0));
  const holder = choice.maybe(primitives.filter((one) => one.child("operations") === undefined));
  if (referred === undefined || holder === undefined) return;
  if (referred.id === undefined) referred.set("id", `${referred.children[0]?.id}-all`);
  holder.children.push(element("operations", { "id-ref": referred.id }));
};

/** Templates whose users set aside some of what they say: operations of the same name, options, parameters. */
const overrideTemplate: Mutation = ({ cib, choice, id }) => {
  const user = choice.maybe(resourcesOf(cib).filter((one) => one.get("template") !== undefined));
  if (user === undefined) return;
  if (choice.chance(0.5)) {
    const operation = element("op", {
      id: `${id}-op`,
      name: choice.one(["monitor", "start", "stop"]),
      interval: choice.one(["10s", "0", "17s"]),
      timeout: "33s",
      "on-fail": choice.one([undefined, "block", "ignore", "fence"]),
    });
    const known = user.child("operations");
    if (known === undefined) user.children.push(element("operations", {}, [operation]));
    else if (!known.children.some((one) => one.get("name") === operation.get("name") && one.get("interval") === operation.get("interval")))
      known.children.push(operation);
  }
  if (choice.chance(0.5))
    setPair(user, "meta_attributes", id, choice.one(["target-role", "is-managed", "priority"]), choice.one(["Stopped", "false", "2"]));
};

/** Rules of every kind, wherever they may be, and what is written elsewhere. */
export const CONDITION_MUTATIONS: readonly Mutation[] = [
  locateByConditions,
  locateByConditions,
  limitLifetime,
  setUnderConditions,
  setUnderConditions,
  setUnderConditions,
  referToOperations,
  overrideTemplate,
];
