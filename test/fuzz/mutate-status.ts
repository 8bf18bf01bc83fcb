import type { XmlElement } from "../../src/xml/element.ts";
import { type Mutation, nodesOf, recordMigration, resourcesOf, setPair, statesOf } from "./mutation.ts";

function historiesOf(state: XmlElement): XmlElement[] {
  return state.descend("lrm", "lrm_resources")?.children ?? [];
}

/** Sets what a node's state says of its membership. */
const changeMembership: Mutation = ({ cib, choice }) => {
  const state = choice.maybe(statesOf(cib).filter((one) => one.get("remote_node") === undefined));
  if (state === undefined) return;
  const [inCcm, crmd, join, expected] = choice.one([
    ["true", "online", "member", "member"],
    ["false", "offline", "down", "member"],
    ["false", "offline", "down", "down"],
    ["true", "offline", "down", "member"],
    ["true", "online", "down", "member"],
    ["true", "online", "member", "down"],
    ["false", "online", "member", "member"],
  ] as const);
  state.set("in_ccm", inCcm).set("crmd", crmd).set("join", join).set("expected", expected);
};

const setNodeAttribute: Mutation = ({ cib, choice, id }) => {
  const node = choice.maybe(nodesOf(cib));
  const [name, values] = choice.one<readonly [string, readonly string[]]>([
    ["standby", ["true", "on"]],
    ["maintenance", ["true"]],
    ["#health-fuzz", ["red", "yellow", "green", "-10"]],
    ["zone", ["a", "b"]],
  ]);
  if (node !== undefined) setPair(node, "instance_attributes", id, name, choice.one(values));
};

const setTransientAttribute: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib));
  if (state === undefined) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const resource = choice.maybe(resourcesOf(cib).filter((one) => one.name === "primitive"))?.id ?? "nothing";
  const [name, value] = choice.one([
    ["shutdown", "1700000000"],
    [`fail-count-${resource}`, choice.one(["1", "3", "INFINITY"])],
    [`fail-count-${resource}#monitor_10000`, choice.one(["1", "3", "INFINITY"])],
    [`fail-count-${resource}#start_0`, "INFINITY"],
    [`master-${resource}`, choice.one(["1", "10", "100", "-INFINITY"])],
    ["#health-fuzz", "red"],
    ["terminate", "true"],
    ["probe_complete", choice.one(["true", "false"])],
  ] as const);
  setPair(holder, "instance_attributes", id, name, value);
};

/** Gives a recorded operation another result. */
const changeResult: Mutation = ({ cib, choice }) => {
  const operation = choice.maybe(
    statesOf(cib)
      .flatMap(historiesOf)
      .flatMap((history) => history.childrenNamed("lrm_rsc_op")),
  );
  if (operation === undefined) return;
  const [status, code] = choice.one([
    ["0", "0"],
    ["0", "7"],
    ["0", "8"],
    ["0", "9"],
    ["4", "1"],
    ["4", "5"],
    ["4", "6"],
    ["4", "2"],
    ["2", "198"],
    ["2", "1"],
    ["-1", "193"],
    ["3", "3"],
    ["7", "5"],
    ["1", "1"],
  ] as const);
  operation.set("op-status", status).set("rc-code", code);
  const key = operation.get("transition-key");
  if (key !== undefined) operation.set("transition-magic", `${status}:${code};${key}`);
};

/** Lets a resource have on a second node the history it has on a first. */
const copyHistory: Mutation = ({ cib, choice }) => {
  const states = statesOf(cib);
  const history = choice.maybe(states.flatMap(historiesOf));
  const state = choice.maybe(states);
  const target = state?.descend("lrm", "lrm_resources");
  const node = state?.get("uname");
  if (history === undefined || target === undefined) return;
  const known = target.child("lrm_resource", history.id);
  if (known !== undefined) target.remove(known);
  const copy = history.clone();
  // An entry that names another node than the one it is of is put in another order by 2.1.5, and by nobody written.
  for (const entry of copy.children) if (node !== undefined && entry.get("on_node") !== undefined) entry.set("on_node", node);
  target.children.push(copy);
};

const removeFrom =
  (pick: (cib: XmlElement) => XmlElement[]): Mutation =>
  ({ cib, choice }) => {
    const parent = choice.maybe(pick(cib).filter((one) => one.children.length > 0));
    const child = parent === undefined ? undefined : choice.maybe(parent.children);
    if (child !== undefined) parent?.remove(child);
  };

const removeOperation = removeFrom((cib) => statesOf(cib).flatMap(historiesOf));
const removeHistory = removeFrom((cib) => statesOf(cib).flatMap((state) => state.descend("lrm", "lrm_resources") ?? []));

const addMigration: Mutation = ({ cib, choice }) => {
  const states = statesOf(cib);
  const from = choice.maybe(states);
  const history = choice.maybe(from === undefined ? [] : historiesOf(from));
  const target = choice.maybe(states.filter((state) => state !== from));
  if (from === undefined || history === undefined || target === undefined) return;
  const nowEpochSeconds = Number(cib.get("execution-date")) || 0;
  recordMigration(history, choice, { operation: "migrate_to", from, to: target, transition: 1, isOpen: true, nowEpochSeconds });
};

/** Changes of what is known of nodes and of what ran on them. */
export const STATUS_MUTATIONS: readonly Mutation[] = [
  changeMembership,
  setNodeAttribute,
  setTransientAttribute,
  changeResult,
  changeResult,
  copyHistory,
  removeOperation,
  removeHistory,
  addMigration,
];
