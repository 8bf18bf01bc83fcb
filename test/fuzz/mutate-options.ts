import { type Mutation, nodesOf, resourcesOf, SCORES, setPair } from "./mutation.ts";

const CLUSTER_OPTIONS: readonly (readonly [string, readonly string[]])[] = [
  ["no-quorum-policy", ["stop", "freeze", "ignore", "demote", "fence"]],
  ["symmetric-cluster", ["true", "false"]],
  ["maintenance-mode", ["true"]],
  ["stop-all-resources", ["true"]],
  ["fencing-enabled", ["true", "false"]],
  ["fencing-action", ["off", "reboot"]],
  ["start-failure-is-fatal", ["true", "false"]],
  ["enable-startup-probes", ["false"]],
  ["stop-removed-resources", ["false", "true"]],
  ["cancel-removed-actions", ["false"]],
  ["startup-fencing", ["false"]],
  ["placement-strategy", ["default", "utilization", "balanced", "minimal"]],
  ["node-health-strategy", ["migrate-on-red", "only-green", "progressive", "custom", "none"]],
  ["shutdown-lock", ["true"]],
  ["priority-fencing-delay", ["15s", "400ms"]],
  ["concurrent-fencing", ["true", "false"]],
  ["migration-limit", ["1"]],
  ["node-health-base", ["10", "-10"]],
  ["node-health-yellow", ["-5", "5"]],
  ["node-health-green", ["20"]],
  ["shutdown-lock-limit", ["1min", "10000000min", "1500ms"]],
  ["cluster-name", ["fuzz"]],
  ["batch-limit", ["1"]],
];

const META: readonly (readonly [string, readonly string[]])[] = [
  ["target-role", ["Stopped", "Started", "Unpromoted", "Promoted"]],
  ["is-managed", ["false", "true"]],
  ["maintenance", ["true"]],
  ["priority", ["0", "1", "10", "-5", "INFINITY"]],
  ["resource-stickiness", SCORES],
  ["multiple-active", ["stop_only", "block", "stop_start", "stop_unexpected"]],
  ["migration-threshold", ["1", "3", "INFINITY"]],
  ["failure-timeout", ["10", "3600"]],
  ["allow-migrate", ["true", "false"]],
  ["requires", ["nothing", "quorum", "fencing", "unfencing"]],
  ["critical", ["false"]],
  ["allow-unhealthy-nodes", ["true"]],
  ["restart-type", ["restart", "ignore"]],
];

const CLONE_META: readonly (readonly [string, readonly string[]])[] = [
  ["interleave", ["true", "false"]],
  ["ordered", ["true", "false"]],
  ["notify", ["true", "false"]],
  ["clone-max", ["1", "2", "3"]],
  ["clone-node-max", ["1", "2"]],
  ["clone-min", ["1", "2"]],
  ["promoted-max", ["1", "2", "3"]],
  ["promoted-node-max", ["1"]],
  ["globally-unique", ["true", "false"]],
  ["promotable", ["true", "false"]],
];

const setClusterOption: Mutation = ({ cib, choice, id }) => {
  const [name, values] = choice.one(CLUSTER_OPTIONS);
  setPair(cib.childOrCreate("configuration").childOrCreate("crm_config"), "cluster_property_set", id, name, choice.one(values));
};

const setResourceOption: Mutation = ({ cib, choice, id }) => {
  const resource = choice.maybe(resourcesOf(cib));
  if (resource === undefined) return;
  const isClone = resource.name === "clone";
  const [name, values] = choice.one(isClone && choice.chance(0.6) ? CLONE_META : META);
  setPair(resource, "meta_attributes", id, name, choice.one(values));
};

const setQuorum: Mutation = ({ cib, choice }) => {
  cib.set("have-quorum", choice.one(["0", "1"]));
  if (choice.chance(0.2)) cib.set("no-quorum-panic", choice.one(["0", "1"]));
};

const setParameter: Mutation = ({ cib, choice, id }) => {
  const resource = choice.maybe(resourcesOf(cib).filter((one) => one.name === "primitive"));
  if (resource !== undefined) setPair(resource, "instance_attributes", id, choice.one(["fuzz", "ip", "config"]), choice.one(["a", "b"]));
};

const setUtilization: Mutation = ({ cib, choice, id }) => {
  const pool = [...nodesOf(cib), ...resourcesOf(cib).filter((one) => one.name === "primitive")];
  const holder = choice.maybe(pool);
  if (holder !== undefined) setPair(holder, "utilization", id, choice.one(["cpu", "memory"]), choice.one(["1", "2", "4", "8"]));
};

const setOperation: Mutation = ({ cib, choice, id }) => {
  const operation = choice.maybe([...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((one) => one.name === "op"));
  if (operation === undefined) return;
  const [name, values] = choice.one<readonly [string, readonly string[]]>([
    ["on-fail", ["ignore", "block", "stop", "restart", "standby", "fence", "restart-container", "demote"]],
    ["role", ["Started", "Promoted", "Unpromoted", "Stopped"]],
    ["interval", ["0", "10s", "20s"]],
    ["enabled", ["false", "true"]],
    ["timeout", ["40s"]],
    ["start-delay", ["5s", "-1"]],
    ["interval-origin", ["2009-07-28 00:00:00Z", "2030-01-01"]],
    ["record-pending", ["false", "true"]],
  ]);
  // Most of what an operation has may as well be a meta-attribute of it.
  if (choice.chance(0.25) && name !== "interval") setPair(operation, "meta_attributes", id, name, choice.one(values));
  else operation.set(name, choice.one(values));
};

/** Changes of options, of the cluster, of resources and of operations. */
export const OPTION_MUTATIONS: readonly Mutation[] = [
  setClusterOption,
  setClusterOption,
  setResourceOption,
  setResourceOption,
  setResourceOption,
  setQuorum,
  setParameter,
  setUtilization,
  setOperation,
];
