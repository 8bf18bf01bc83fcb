import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodeNames, nodesOf, resourcesOf, type Scene, setPair, statesOf } from "./mutation.ts";

// What does little by itself: several things that matter only together.

function options(cib: XmlElement): XmlElement {
  return cib.childOrCreate("configuration").childOrCreate("crm_config");
}

function primitivesOf(cib: XmlElement): XmlElement[] {
  return resourcesOf(cib).filter((one) => one.name === "primitive");
}

/** A cluster in which what nodes can bear counts. */
const limitCapacities: Mutation = ({ cib, choice, id }) => {
  setPair(options(cib), "cluster_property_set", id, "placement-strategy", choice.one(["utilization", "balanced", "minimal"]));
  for (const [serial, node] of nodesOf(cib).entries()) {
    setPair(node, "utilization", `${id}-cpu-${serial}`, "cpu", choice.one(["2", "4", "8"]));
    if (choice.chance(0.5)) setPair(node, "utilization", `${id}-memory-${serial}`, "memory", choice.one(["1000", "2000"]));
  }
  for (const [serial, one] of primitivesOf(cib).entries())
    if (choice.chance(0.6))
      setPair(one, "utilization", `${id}-need-${serial}`, choice.one(["cpu", "cpu", "memory"]), choice.one(["1", "2", "3"]));
};

/** A cluster in which resources run only where they are told to. */
const optIn: Mutation = ({ cib, choice, id }) => {
  setPair(options(cib), "cluster_property_set", id, "symmetric-cluster", "false");
  const constraints = cib.childOrCreate("configuration").childOrCreate("constraints");
  const top = cib.descend("configuration", "resources")?.children ?? [];
  for (const [serial, one] of top.entries())
    for (const [at, node] of nodeNames(cib).entries())
      if (choice.chance(0.6))
        constraints.children.push(
          element("rsc_location", { id: `${id}-${serial}-${at}`, rsc: one.id, node, score: choice.one(["0", "10", "INFINITY"]) }),
        );
};

/** Nodes were unfenced before, with the devices as they are or with others. */
const rememberUnfencing: Mutation = ({ cib, choice, id }) => {
  for (const [serial, state] of statesOf(cib).entries()) {
    if (choice.chance(0.3)) continue;
    const holder = state.childOrCreate("transient_attributes");
    if (holder.id === undefined) holder.set("id", state.id);
    setPair(holder, "instance_attributes", `${id}-${serial}`, "#node-unfenced", choice.one(["0", "1700000000"]));
    if (choice.chance(0.4)) setPair(holder, "instance_attributes", `${id}-all-${serial}`, "#digests-all", "fence:fence_dummy:0123,");
    if (choice.chance(0.4)) setPair(holder, "instance_attributes", `${id}-secure-${serial}`, "#digests-secure", "fence:fence_dummy:0123,");
  }
  for (const [serial, one] of primitivesOf(cib).entries())
    if (one.get("class") === "stonith" && choice.chance(0.5))
      setPair(one, "meta_attributes", `${id}-device-${serial}`, "provides", "unfencing");
};

/** What is under way: an operation whose result is not known yet. */
const beginOperation: Mutation = ({ cib, choice, id }) => {
  const histories = statesOf(cib).flatMap((state) => state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []);
  const history = choice.maybe(histories);
  if (history === undefined) return;
  const operation = choice.one(["start", "stop", "promote", "demote", "monitor"]);
  const interval = operation === "monitor" ? choice.one(["0", "10000"]) : "0";
  const key = `9:99:${operation === "monitor" && interval === "0" ? 7 : 0}:00000000-0000-0000-0000-000000000000`;
  history.children.push(
    element("lrm_rsc_op", {
      id: `${history.id}_${operation}_${interval}_${id}`,
      operation_key: `${history.id}_${operation}_${interval}`,
      operation,
      "crm-debug-origin": "fuzz",
      crm_feature_set: "3.13.0",
      "transition-key": key,
      "transition-magic": `-1:193;${key}`,
      "call-id": "-1",
      "rc-code": "193",
      "op-status": "-1",
      interval,
      "last-rc-change": String((Number(cib.get("execution-date")) || 0) - 3),
    }),
  );
};

/** What is known of remote nodes: fenced or not, in maintenance or not. */
const changeRemoteState: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib).filter((one) => one.get("remote_node") !== undefined));
  if (state === undefined) return;
  if (choice.chance(0.5)) state.set("node_fenced", choice.one(["0", "1"]));
  if (choice.chance(0.5)) state.set("node_in_maintenance", choice.one(["0", "1"]));
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  if (choice.chance(0.3)) setPair(holder, "instance_attributes", id, "resource-discovery-enabled", "false");
};

const connectAgain: Mutation = ({ cib, choice, id }) => {
  const connection = choice.maybe(primitivesOf(cib).filter((one) => one.get("type") === "remote"));
  if (connection !== undefined) setPair(connection, "instance_attributes", id, "reconnect_interval", choice.one(["0", "60s"]));
};

/** A primitive becomes a template and one that uses it. */
const useTemplate: Mutation = ({ cib, choice, id }) => {
  const resources = cib.descend("configuration", "resources");
  const one = choice.maybe(primitivesOf(cib).filter((two) => two.get("template") === undefined && two.get("type") !== "remote"));
  if (resources === undefined || one === undefined) return;
  const template = element("template", { id: `${id}-template` });
  for (const name of ["class", "provider", "type"]) {
    template.set(name, one.get(name));
    one.attributes.delete(name);
  }
  const moved = one.children.filter((child) => child.name !== "operations" || choice.chance(0.5));
  for (const child of moved) one.remove(child);
  template.children.push(...moved);
  one.set("template", template.id);
  resources.children.unshift(template);
};

function setsWithRoles({ cib, choice, id }: Scene, name: "role" | "action"): XmlElement[] {
  const pool = resourcesOf(cib).filter((one) => one.name !== "bundle");
  const words = name === "role" ? [undefined, "Started", "Promoted", "Unpromoted"] : [undefined, "start", "promote", "stop", "demote"];
  const picked = choice.some(pool, 2, 5).flatMap((one) => one.id ?? []);
  const cut = choice.integer(1, Math.max(1, picked.length - 1));
  return [picked.slice(0, cut), picked.slice(cut)]
    .filter((part) => part.length > 0)
    .map((part, serial) =>
      element(
        "resource_set",
        { id: `${id}-set-${serial}`, sequential: choice.one([undefined, "false"]), [name]: choice.one(words) },
        part.map((one) => element("resource_ref", { id: one })),
      ),
    );
}

const orderSetsByAction: Mutation = (scene) => {
  const constraints = scene.cib.childOrCreate("configuration").childOrCreate("constraints");
  constraints.children.push(element("rsc_order", { id: scene.id }, setsWithRoles(scene, "action")));
};

/** Several nodes are to be empty, or to leave, at once. */
const clearNodes: Mutation = ({ cib, choice, id }) => {
  const isLeaving = choice.chance(0.5);
  for (const [serial, state] of statesOf(cib).entries()) {
    if (choice.chance(0.5)) continue;
    const holder = state.childOrCreate("transient_attributes");
    if (holder.id === undefined) holder.set("id", state.id);
    setPair(holder, "instance_attributes", `${id}-${serial}`, isLeaving ? "shutdown" : "standby", isLeaving ? "1700000000" : "on");
  }
};

/** Defaults that hold for some agents, or operations, only. */
const setRuledDefaults: Mutation = ({ cib, choice, id }) => {
  const isOfOperations = choice.chance(0.5);
  const section = cib.childOrCreate("configuration").childOrCreate(isOfOperations ? "op_defaults" : "rsc_defaults");
  const expression = isOfOperations
    ? element("op_expression", { id: `${id}-op`, name: choice.one(["monitor", "start", "stop"]), interval: choice.one([undefined, "10s"]) })
    : element("rsc_expression", {
        id: `${id}-rsc`,
        class: "ocf",
        // 2.1.5 takes an expression without a provider for one about agents without providers.
        provider: choice.one(["pacemaker", "heartbeat"]),
        type: choice.one([undefined, "Dummy", "Stateful"]),
      });
  const date = element("date_expression", { id: `${id}-date`, operation: "date_spec" }, [
    element("date_spec", {
      id: `${id}-spec`,
      weekdays: choice.one(["1-5", "6-7", "1-7"]),
      hours: choice.one([undefined, "0-11", "12-23"]),
    }),
  ]);
  const rule = element(
    "rule",
    { id: `${id}-rule`, "boolean-op": choice.one(["and", "or"]) },
    choice.chance(0.4) ? [expression, date] : [expression],
  );
  const [name, value] = isOfOperations
    ? choice.one([
        ["timeout", "77s"],
        ["on-fail", "block"],
      ] as const)
    : choice.one([
        ["resource-stickiness", "33"],
        ["migration-threshold", "1"],
        ["target-role", "Stopped"],
      ] as const);
  section.children.unshift(
    element("meta_attributes", { id: `${id}-set`, score: choice.one([undefined, "10"]) }, [
      rule,
      element("nvpair", { id: `${id}-pair`, name, value }),
    ]),
  );
};

/** A location with roles, patterns or date specifications. */
const locateByPattern: Mutation = ({ cib, choice, id }) => {
  const one = choice.maybe(resourcesOf(cib));
  const node = choice.maybe(nodeNames(cib));
  if (one?.id === undefined || node === undefined) return;
  const pattern = choice.one([one.id, `${one.id.slice(0, 2)}.*`, `!${one.id}`, `(.)${one.id.slice(1)}`]);
  const constraints = cib.childOrCreate("configuration").childOrCreate("constraints");
  constraints.children.push(
    element("rsc_location", { id, "rsc-pattern": pattern, node, score: choice.one(["INFINITY", "-INFINITY", "50"]) }),
  );
};

/** Whole monitors for every role. */
const watchRoles: Mutation = ({ cib, choice, id }) => {
  const one = choice.maybe(primitivesOf(cib).filter((two) => two.get("class") === "ocf" && two.get("type") !== "remote"));
  if (one === undefined) return;
  const operations = one.childOrCreate("operations");
  for (const [serial, role] of ["Promoted", "Unpromoted", "Stopped", "Started"].entries())
    if (choice.chance(0.5))
      operations.children.push(
        element("op", {
          id: `${id}-${serial}`,
          name: "monitor",
          interval: `${31 + serial}s`,
          role,
          "on-fail": choice.one([undefined, "demote", "block"]),
        }),
      );
};

/** Changes that consist of several. */
export const COMBINED_MUTATIONS: readonly Mutation[] = [
  limitCapacities,
  optIn,
  rememberUnfencing,
  beginOperation,
  beginOperation,
  changeRemoteState,
  connectAgain,
  useTemplate,
  orderSetsByAction,
  clearNodes,
  setRuledDefaults,
  locateByPattern,
  watchRoles,
];
