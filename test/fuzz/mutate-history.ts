import type { XmlElement } from "../../src/xml/element.ts";
import { type Mutation, recordMigration, resourcesOf, setPair, statesOf } from "./mutation.ts";

const DIGESTS = ["op-digest", "op-restart-digest", "op-secure-digest"] as const;

function histories(cib: XmlElement): XmlElement[] {
  return statesOf(cib).flatMap((state) => state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []);
}

function operations(cib: XmlElement): XmlElement[] {
  return histories(cib).flatMap((history) => history.childrenNamed("lrm_rsc_op"));
}

const primitiveId = (cib: XmlElement, choice: Parameters<Mutation>[0]["choice"]): string | undefined =>
  choice.maybe(resourcesOf(cib).filter((one) => one.name === "primitive"))?.id;

/** The operation was made with other parameters, by an agent that can, or cannot, reload. */
const changeDigest: Mutation = ({ cib, choice }) => {
  const operation = choice.maybe(operations(cib));
  if (operation === undefined) return;
  const name = choice.one(DIGESTS);
  if (choice.chance(0.3)) operation.attributes.delete(name);
  else operation.set(name, choice.one([operation.get("op-digest") ?? "", "0123456789abcdef0123456789abcdef"]));
  if (name === "op-restart-digest" && choice.chance(0.5)) operation.set("op-force-restart", choice.one([" fuzz ", " ip  config "]));
};

/** Moves a result in time, so that it expires, or comes before others. */
const changeTime: Mutation = ({ cib, choice }) => {
  const operation = choice.maybe(operations(cib));
  const now = Number(cib.get("execution-date")) || 0;
  operation?.set("last-rc-change", String(now - choice.one([0, 5, 60, 4000, 100_000])));
};

/** A failure that counts, with its time: it may have expired. */
const failAt: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib));
  const resource = primitiveId(cib, choice);
  if (state === undefined || resource === undefined) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const operation = choice.one(["monitor_10000", "start_0", "stop_0"]);
  const now = Number(cib.get("execution-date")) || 0;
  setPair(holder, "instance_attributes", id, `fail-count-${resource}#${operation}`, choice.one(["1", "2", "INFINITY"]));
  setPair(holder, "instance_attributes", `${id}-last`, `last-failure-${resource}#${operation}`, String(now - choice.one([5, 60, 4000])));
};

/** The other half of a live migration, done or failed. */
const addArrival: Mutation = ({ cib, choice }) => {
  const states = statesOf(cib);
  const to = choice.maybe(states);
  const from = choice.maybe(states.filter((state) => state !== to));
  const history = choice.maybe(to?.descend("lrm", "lrm_resources")?.children ?? []);
  if (to === undefined || from === undefined || history === undefined) return;
  if (history.children.some((entry) => entry.id === `${history.id}_migrate_from_0`)) return;
  const nowEpochSeconds = Number(cib.get("execution-date")) || 0;
  recordMigration(history, choice, { operation: "migrate_from", from, to, transition: 2, isOpen: false, nowEpochSeconds });
};

/** The agent of what runs was replaced in the configuration, or the resource was taken out of it under this name. */
const changeHolder: Mutation = ({ cib, choice }) => {
  const history = choice.maybe(histories(cib));
  if (history === undefined) return;
  if (choice.chance(0.5)) history.set("type", choice.one(["Dummy", "Stateful", "Other"]));
  else if (!histories(cib).some((one) => one.id === `${history.id}-gone`)) history.set("id", `${history.id}-gone`);
};

/** A resource waits for a node that was shut down. */
const lockResource: Mutation = ({ cib, choice, id }) => {
  const history = choice.maybe(histories(cib));
  if (history === undefined) return;
  const now = Number(cib.get("execution-date")) || 0;
  history.set("shutdown-lock", String(now - choice.one([10, 7200])));
  const options = cib.childOrCreate("configuration").childOrCreate("crm_config");
  setPair(options, "cluster_property_set", id, "shutdown-lock", "true");
  if (choice.chance(0.3)) setPair(options, "cluster_property_set", `${id}-limit`, "shutdown-lock-limit", "1h");
};

/** Changes of when, with what parameters and by which agents things were done. */
export const HISTORY_MUTATIONS: readonly Mutation[] = [changeDigest, changeTime, failAt, addArrival, changeHolder, lockResource];
