import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, resourcesOf, setPair, statesOf } from "./mutation.ts";

const histories = (state: XmlElement): XmlElement[] => state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];

const nowOf = (cib: XmlElement): number => Number(cib.get("execution-date")) || 0;

function primitives(cib: XmlElement): XmlElement[] {
  return resourcesOf(cib).filter((one) => one.name === "primitive");
}

/** Adds a result to a history. */
function record(
  history: XmlElement,
  state: XmlElement,
  result: {
    readonly operation: string;
    readonly interval: string;
    readonly status: string;
    readonly code: string;
    readonly changedAt: string | undefined;
    readonly expected?: string;
    readonly isLastFailure?: boolean;
    readonly callId?: string;
    readonly more?: Readonly<Record<string, string | undefined>>;
  },
): void {
  const { operation, interval, status, code, changedAt } = result;
  const expected = result.expected ?? (operation === "monitor" && interval === "0" ? "7" : "0");
  const key = `6:78:${expected}:00000000-0000-0000-0000-000000000000`;
  const id = result.isLastFailure === true ? `${history.id}_last_failure_0` : `${history.id}_${operation}_${interval}`;
  const known = history.children.find((entry) => entry.id === id);
  if (known !== undefined) history.remove(known);
  const next = 1 + Math.max(0, ...history.children.map((entry) => Number(entry.get("call-id")) || 0));
  history.children.push(
    element("lrm_rsc_op", {
      id,
      operation_key: `${history.id}_${operation}_${interval}`,
      operation,
      "crm-debug-origin": "fuzz",
      crm_feature_set: "3.13.0",
      "transition-key": key,
      "transition-magic": `${status}:${code};${key}`,
      "call-id": result.callId ?? next,
      "rc-code": code,
      "op-status": status,
      interval,
      "last-rc-change": changedAt,
      on_node: state.get("uname"),
      ...result.more,
    }),
  );
}

/** A failure of each operation with each exit code, answered in each way that may be configured, counted, and perhaps expired. */
const failAndAnswer: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib));
  const history = choice.maybe(state === undefined ? [] : histories(state));
  if (state === undefined || history?.id === undefined) return;
  const base = history.id.replace(/:\d+$/, "");
  const resource = primitives(cib).find((one) => one.id === base);
  const [operation, interval] = choice.one([
    ["monitor", "10000"],
    ["monitor", "11000"],
    ["monitor", "0"],
    ["start", "0"],
    ["stop", "0"],
    ["promote", "0"],
    ["demote", "0"],
    ["migrate_to", "0"],
    ["migrate_from", "0"],
    ["reload-agent", "0"],
    ["notify", "0"],
  ] as const);
  const [status, code] = choice.one([
    ["4", "1"],
    ["0", "1"],
    ["0", "7"],
    ["0", "8"],
    ["0", "9"],
    ["0", "190"],
    ["0", "191"],
    ["4", "2"],
    ["4", "3"],
    ["4", "4"],
    ["4", "5"],
    ["4", "6"],
    ["2", "198"],
    ["1", "1"],
    ["5", "1"],
    ["6", "1"],
    ["7", "5"],
    ["8", "193"],
    ["9", "189"],
    ["10", "1"],
    ["11", "1"],
  ] as const);
  const age = choice.one([0, 5, 29, 30, 31, 120, 4000]);
  const changedAt = String(nowOf(cib) - age);
  const more = { "exit-reason": choice.one([undefined, "fuzz says no"]), "exec-time": "10", "queue-time": "0" };
  const isLastFailure = choice.chance(0.7);
  record(history, state, { operation, interval, status, code, changedAt, isLastFailure, more });
  if (resource !== undefined && choice.chance(0.7)) {
    const onFail = choice.one(["ignore", "block", "stop", "restart", "standby", "fence", "restart-container", "demote", "ban"]);
    const operations = resource.childOrCreate("operations");
    const isSame = (one: XmlElement): boolean =>
      one.get("name") === operation && Number.parseInt(one.get("interval") ?? "0", 10) === Number(interval) / 1000;
    const known = operations.children.find(isSame);
    if (known !== undefined) known.set("on-fail", onFail === "ban" ? "restart" : onFail);
    else if (operation !== "notify")
      operations.children.push(
        element("op", {
          id: `${id}-op`,
          name: operation,
          interval: `${Number(interval) / 1000}s`,
          "on-fail": onFail === "ban" ? "restart" : onFail,
          role: operation === "monitor" && interval === "11000" ? "Promoted" : undefined,
        }),
      );
    if (choice.chance(0.5))
      setPair(resource, "meta_attributes", `${id}-expires`, "failure-timeout", choice.one(["30", "30s", "1h", "500ms", "2500ms"]));
    if (choice.chance(0.3)) setPair(resource, "meta_attributes", `${id}-many`, "migration-threshold", choice.one(["1", "2", "INFINITY"]));
  }
  if (choice.chance(0.3)) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const name = choice.one([base, base, history.id]);
  setPair(
    holder,
    "instance_attributes",
    id,
    `fail-count-${name}#${operation}_${interval}`,
    choice.one(["1", "2", "INFINITY", "1000000", "0"]),
  );
  setPair(holder, "instance_attributes", `${id}-last`, `last-failure-${name}#${operation}_${interval}`, changedAt);
};

/** Results as older, interrupted or foreign writers have left them. */
const leaveOddHistory: Mutation = ({ cib, choice }) => {
  const state = choice.maybe(statesOf(cib));
  const history = choice.maybe(state === undefined ? [] : histories(state));
  const entry = choice.maybe(history?.children ?? []);
  if (state === undefined || history === undefined || entry === undefined) return;
  const now = nowOf(cib);
  choice.one<() => void>([
    () => entry.set("interval", choice.one(["-1", "-10000", "010000", "10000ms", "x"])),
    () => entry.attributes.delete("last-rc-change"),
    () => entry.attributes.delete("op-status"),
    () => entry.attributes.delete("rc-code"),
    () => entry.attributes.delete("transition-magic"),
    () => entry.attributes.delete("transition-key"),
    () => entry.attributes.delete("call-id"),
    () => entry.attributes.delete("interval"),
    () => entry.attributes.delete("on_node"),
    () => entry.attributes.delete("operation_key"),
    () => entry.set("call-id", choice.one(["-1", "0", "1", "9999"])),
    () => entry.set("last-rc-change", choice.one(["0", "-1", String(now + 100), String(now)])),
    () => entry.set("op-status", choice.one(["-2", "-1", "8", "15"])),
    () => entry.set("rc-code", choice.one(["-1", "193", "255"])),
    () =>
      record(history, state, {
        operation: choice.one(["start", "stop", "monitor", "promote", "demote"]),
        interval: "0",
        status: "-1",
        code: "193",
        changedAt: choice.one([undefined, String(now - 5), String(now - 500)]),
        callId: "-1",
      }),
  ])();
};

/** Either half of a live migration, both, or both ways, with every result, and what happened there afterwards. */
const migratePartly: Mutation = ({ cib, choice, id }) => {
  const states = statesOf(cib).filter((state) => state.get("remote_node") === undefined);
  const [from, to] = choice.some(states, 2, 2);
  const history = choice.maybe(from === undefined ? [] : histories(from));
  const arrival = to?.descend("lrm", "lrm_resources");
  if (from === undefined || to === undefined || history === undefined || arrival === undefined) return;
  const there = arrival.child("lrm_resource", history.id) ?? element("lrm_resource", Object.fromEntries(history.attributes));
  if (!arrival.children.includes(there)) arrival.children.push(there);
  const resource = primitives(cib).find((one) => one.id === history.id);
  if (resource !== undefined && choice.chance(0.7)) setPair(resource, "meta_attributes", id, "allow-migrate", "true");
  const more = { migrate_source: from.get("uname"), migrate_target: to.get("uname") };
  const now = nowOf(cib);
  const ends = [
    ["0", "0"],
    ["0", "0"],
    ["4", "1"],
    ["-1", "193"],
    ["4", "7"],
    ["1", "1"],
    ["2", "198"],
  ] as const;
  const [status, code] = choice.one(ends);
  if (choice.chance(0.9))
    record(history, from, { operation: "migrate_to", interval: "0", status, code, changedAt: String(now - 60), more });
  if (choice.chance(0.6)) {
    const [arrived, result] = choice.one(ends);
    record(there, to, { operation: "migrate_from", interval: "0", status: arrived, code: result, changedAt: String(now - 50), more });
  }
  for (const [place, state] of [
    [history, from],
    [there, to],
  ] as const) {
    if (choice.chance(0.6)) continue;
    const [operation, interval] = choice.one([
      ["stop", "0"],
      ["start", "0"],
      ["monitor", "0"],
      ["monitor", "10000"],
    ] as const);
    const [ended, result] = choice.one([
      ["0", "0"],
      ["0", "7"],
      ["4", "1"],
      ["-1", "193"],
    ] as const);
    record(place, state, { operation, interval, status: ended, code: result, changedAt: String(now - choice.one([55, 40, 10])) });
  }
  const lost = choice.one([undefined, undefined, undefined, from, to]);
  lost?.set("in_ccm", "false").set("crmd", "offline").set("join", "down");
};

/** What was counted as a failure, of instances and operations that may or may not be there any more. */
const countFailures: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib));
  const resource = choice.maybe(primitives(cib));
  if (state === undefined || resource?.id === undefined) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const name = `${resource.id}${choice.one(["", "", ":0", ":1"])}${choice.one(["", "#monitor_10000", "#start_0", "#stop_0", "#promote_0"])}`;
  setPair(holder, "instance_attributes", id, `fail-count-${name}`, choice.one(["1", "2", "INFINITY", "+5", "-1", "x"]));
  const age = choice.one([0, 10, 30, 3700]);
  if (choice.chance(0.7)) setPair(holder, "instance_attributes", `${id}-last`, `last-failure-${name}`, String(nowOf(cib) - age));
  if (choice.chance(0.5))
    setPair(resource, "meta_attributes", `${id}-expires`, "failure-timeout", choice.one(["30s", "1h", "1500ms", "PT30S"]));
  if (choice.chance(0.5)) setPair(resource, "meta_attributes", `${id}-many`, "migration-threshold", choice.one(["1", "2", "6"]));
};

/** Failures, how they are answered and when they expire; migrations that were interrupted; odd entries. */
export const FAILURE_MUTATIONS: readonly Mutation[] = [
  failAndAnswer,
  failAndAnswer,
  failAndAnswer,
  leaveOddHistory,
  migratePartly,
  migratePartly,
  countFailures,
];
