import { element, type XmlElement } from "../../src/xml/element.ts";
import { madeNodes } from "./mutate-guests.ts";
import { type Mutation, nodeNames, nodesOf, resourcesOf, setPair, statesOf } from "./mutation.ts";

function options(cib: XmlElement): XmlElement {
  return cib.childOrCreate("configuration").childOrCreate("crm_config");
}

function setOption(cib: XmlElement, id: string, name: string, value: string): void {
  setPair(options(cib), "cluster_property_set", id, name, value);
}

const devices = (cib: XmlElement): XmlElement[] => resourcesOf(cib).filter((one) => one.get("class") === "stonith");

const members = (cib: XmlElement): XmlElement[] => statesOf(cib).filter((state) => state.get("remote_node") === undefined);

const nowOf = (cib: XmlElement): number => Number(cib.get("execution-date")) || 0;

/** More devices, with parameters, in clones, unmanaged or not to be started, that unfence. */
const addDevice: Mutation = ({ cib, choice, id }) => {
  const parameters = choice.some(
    [
      ["pcmk_host_list", choice.some(nodeNames(cib), 1, 3).join(" ")],
      ["pcmk_delay_base", "5s"],
      ["pcmk_reboot_action", "off"],
      ["pcmk_action_limit", "2"],
      ["fuzz", "secret"],
    ] as const,
    0,
    3,
  );
  const meta = choice.some(
    [
      ["provides", "unfencing"],
      ["target-role", "Stopped"],
      ["is-managed", "false"],
      ["requires", choice.one(["nothing", "quorum", "fencing", "unfencing"])],
      ["priority", "4"],
    ] as const,
    0,
    2,
  );
  const pairs = (kind: string, all: readonly (readonly [string, string])[]): XmlElement[] =>
    all.length === 0
      ? []
      : [
          element(
            kind,
            { id: `${id}-${kind}` },
            all.map(([name, value]) => element("nvpair", { id: `${id}-${kind}-${name}`, name, value })),
          ),
        ];
  const type = choice.one(["fence_dummy", "fence_other", "external/ssh", "fence_watchdog"]);
  const device = element("primitive", { id: `${id}-device`, class: "stonith", type }, [
    ...pairs("instance_attributes", parameters),
    ...pairs("meta_attributes", meta),
    element("operations", {}, [element("op", { id: `${id}-m`, name: "monitor", interval: "60s" })]),
  ]);
  const isCloned = choice.chance(0.3);
  cib.descend("configuration", "resources")?.children.push(isCloned ? element("clone", { id: `${id}-clone` }, [device]) : device);
};

/** Which devices fence which nodes, one after the other or together. */
const addTopology: Mutation = ({ cib, choice, id }) => {
  const names = devices(cib).flatMap((one) => one.id ?? []);
  const node = choice.maybe(nodeNames(cib));
  if (names.length === 0 || node === undefined) return;
  const topology = cib.childOrCreate("configuration").childOrCreate("fencing-topology");
  const target = choice.one<Readonly<Record<string, string>>>([
    { target: node },
    { "target-pattern": "node.*" },
    { "target-attribute": "zone", "target-value": "a" },
  ]);
  topology.children.push(
    element("fencing-level", { id, ...target, index: choice.integer(1, 3), devices: choice.some(names, 1, 2).join(",") }),
  );
};

/** Several things about fencing at once: delays by priority, one after the other, without quorum, of remote nodes. */
const configureFencing: Mutation = ({ cib, choice, id }) => {
  const all: readonly (readonly [string, readonly string[]])[] = [
    ["priority-fencing-delay", ["20s", "0"]],
    ["concurrent-fencing", ["true", "false"]],
    ["fence-remote-without-quorum", ["true", "false"]],
    ["fencing-action", ["off", "reboot"]],
    ["fencing-timeout", ["30s"]],
    ["fencing-enabled", ["true", "true", "false"]],
    ["no-quorum-policy", ["stop", "freeze", "ignore", "demote", "fence", "suicide"]],
    ["startup-fencing", ["true", "false"]],
    ["have-watchdog", ["true"]],
    ["fencing-watchdog-timeout", ["10s", "0", "-1"]],
    ["node-pending-timeout", ["0", "10s", "1h", "4600ms"]],
    ["dc-deadtime", ["20s"]],
  ];
  for (const [serial, [name, values]] of choice.some(all, 1, 4).entries()) setOption(cib, `${id}-${serial}`, name, choice.one(values));
  if (choice.chance(0.4)) cib.set("have-quorum", choice.one(["0", "0", "1"]));
  for (const [serial, one] of resourcesOf(cib).entries())
    if (choice.chance(0.2)) setPair(one, "meta_attributes", `${id}-p${serial}`, "priority", choice.one(["1", "2", "10", "-1"]));
};

/** How long a node has been a member and its controller in the group, or was seen to leave. */
const timeMembership: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(members(cib));
  if (state === undefined) return;
  const now = nowOf(cib);
  const times = [String(now), String(now - 5), String(now - 60), String(now - 8000), "0", "1"];
  state.set("in_ccm", choice.one([...times, "true", "false"]));
  state.set("crmd", choice.one([...times, "online", "offline"]));
  if (choice.chance(0.5)) state.set("join", choice.one(["member", "down", "pending", "banned", "nack"]));
  if (choice.chance(0.5)) state.set("expected", choice.one(["member", "down"]));
  if (choice.chance(0.6)) setOption(cib, id, "node-pending-timeout", choice.one(["10s", "2h", "0"]));
};

/** Somebody wants a node to be fenced, or it is being fenced, or goes, all at once. */
const endNode: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib));
  if (state === undefined) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const now = nowOf(cib);
  for (const [serial, [name, value]] of choice
    .some(
      [
        ["terminate", choice.one(["true", "false", "1", "0", String(now - 20), "-1"])],
        ["shutdown", choice.one([String(now - 20), "0", "1", "x"])],
        ["standby", choice.one(["on", "off", "true"])],
        ["maintenance", choice.one(["true", "false"])],
        ["#health-fuzz", choice.one(["red", "yellow", "green", "-100", "x"])],
        ["resource-discovery-enabled", "false"],
      ] as const,
      1,
      3,
    )
    .entries())
    setPair(holder, "instance_attributes", `${id}-${serial}`, name, value);
};

/** Health counts: a strategy, colours and numbers, and resources that do not care. */
const judgeHealth: Mutation = ({ cib, choice, id }) => {
  setOption(cib, id, "node-health-strategy", choice.one(["migrate-on-red", "only-green", "progressive", "custom"]));
  if (choice.chance(0.3)) setOption(cib, `${id}-base`, "node-health-base", choice.one(["7", "-20", "INFINITY"]));
  if (choice.chance(0.3)) setOption(cib, `${id}-yellow`, "node-health-yellow", choice.one(["-7", "3"]));
  if (choice.chance(0.3)) setOption(cib, `${id}-red`, "node-health-red", choice.one(["-70", "-INFINITY"]));
  for (const [serial, node] of nodesOf(cib).entries())
    if (choice.chance(0.6))
      setPair(
        node,
        "instance_attributes",
        `${id}-n${serial}`,
        choice.one(["#health", "#health-disk", "#health_cpu"]),
        choice.one(["red", "yellow", "green", "-12", "9", "x"]),
      );
  for (const [serial, one] of resourcesOf(cib).entries())
    if (choice.chance(0.25))
      setPair(one, "meta_attributes", `${id}-a${serial}`, "allow-unhealthy-nodes", choice.one(["true", "true", "false"]));
};

/** Maintenance on some level, or several. */
const maintain: Mutation = ({ cib, choice, id }) => {
  const level = choice.integer(0, 4);
  const resource = choice.maybe(resourcesOf(cib));
  if (level === 0) setOption(cib, id, "maintenance-mode", choice.one(["true", "true", "false"]));
  else if (level === 1 && resource !== undefined) setPair(resource, "meta_attributes", id, "maintenance", choice.one(["true", "false"]));
  else if (level === 2 && resource !== undefined) setPair(resource, "meta_attributes", id, "is-managed", choice.one(["true", "false"]));
  else if (level === 3) {
    const node = choice.maybe(nodesOf(cib));
    if (node !== undefined) setPair(node, "instance_attributes", id, "maintenance", "true");
  } else {
    const name = choice.maybe(madeNodes(cib));
    const known = nodesOf(cib).find((node) => node.get("uname") === name);
    const node = known ?? element("node", { id: name, uname: name, type: "remote" });
    if (name === undefined) return;
    if (known === undefined) cib.descend("configuration", "nodes")?.children.push(node);
    setPair(node, "instance_attributes", id, "maintenance", "true");
  }
};

/** Resources are kept for nodes that were shut down, which are away or on their way out, with their locks written down or not. */
const lockAll: Mutation = ({ cib, choice, id }) => {
  setOption(cib, id, "shutdown-lock", "true");
  if (choice.chance(0.4)) setOption(cib, `${id}-limit`, "shutdown-lock-limit", choice.one(["1min", "1h", "0"]));
  const state = choice.maybe(members(cib));
  if (state === undefined) return;
  const now = nowOf(cib);
  if (choice.chance(0.5)) {
    const holder = state.childOrCreate("transient_attributes");
    if (holder.id === undefined) holder.set("id", state.id);
    setPair(holder, "instance_attributes", `${id}-going`, "shutdown", String(now - 50));
    return;
  }
  state.set("in_ccm", "false").set("crmd", "offline").set("join", "down").set("expected", "down");
  for (const history of state.descend("lrm", "lrm_resources")?.children ?? [])
    if (choice.chance(0.7)) {
      history.set("shutdown-lock", String(now - choice.one([10, 100, 5000])));
      if (choice.chance(0.5)) history.children.splice(0);
    }
};

/** Fencing, membership, health, maintenance and shutdown of nodes. */
export const FENCING_MUTATIONS: readonly Mutation[] = [
  addDevice,
  addTopology,
  configureFencing,
  configureFencing,
  timeMembership,
  endNode,
  judgeHealth,
  maintain,
  maintain,
  lockAll,
];
