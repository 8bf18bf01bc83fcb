import { element, type XmlElement } from "../../src/xml/element.ts";
import { guestsIn, resourcesNamed } from "./cib-questions.ts";
import { type Mutation, nodesOf, resourcesOf, SCORES, type Scene, setPair, statesOf } from "./mutation.ts";
import type { RandomChoice } from "./random-choice.ts";

function primitives(cib: XmlElement, isDevice: boolean): XmlElement[] {
  return resourcesOf(cib).filter((one) => one.name === "primitive" && (one.get("class") === "stonith") === isDevice);
}

const isConnection = (one: XmlElement): boolean => one.get("type") === "remote" && one.get("provider") === "pacemaker";

const histories = (cib: XmlElement): XmlElement[] =>
  statesOf(cib).flatMap((state) => state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []);

/** Primitives that may live in something else: neither devices nor connections, and in no clone or bundle. */
function machines(cib: XmlElement): XmlElement[] {
  const resources = cib.descend("configuration", "resources");
  const top = [...(resources?.childrenNamed("primitive") ?? []), ...(resources?.childrenNamed("group") ?? [])];
  return top
    .flatMap((one) => (one.name === "group" ? one.childrenNamed("primitive") : [one]))
    .filter((one) => one.get("class") === "ocf" && !isConnection(one));
}

/** Makes a primitive of its own, or a group's, a virtual machine that is a node. */
const makeGuest: Mutation = ({ cib, choice, id }) => {
  const machine = choice.maybe(machines(cib));
  if (machine === undefined) return;
  setPair(machine, "meta_attributes", id, "remote-node", `${id}-guest`);
  if (choice.chance(0.2)) setPair(machine, "meta_attributes", `${id}-migrate`, "remote-allow-migrate", choice.one(["true", "false"]));
  if (choice.chance(0.3)) setPair(machine, "meta_attributes", `${id}-address`, "remote-addr", "192.168.2.1");
  if (choice.chance(0.3)) setPair(machine, "meta_attributes", `${id}-allow`, "allow-migrate", "true");
};

/** What a primitive needs is in another, which is no node. */
const putIntoContainer: Mutation = ({ cib, choice, id }) => {
  const [launcher, inside] = choice.some(machines(cib), 2, 2);
  if (launcher?.id !== undefined && inside !== undefined) setPair(inside, "meta_attributes", id, "container", launcher.id);
};

function dummy(id: string, choice: RandomChoice, isStateful: boolean): XmlElement {
  const roles = isStateful ? (["Unpromoted", "Promoted"] as const) : [undefined];
  const operations = roles.map((role, serial) =>
    element("op", {
      id: `${id}-m${serial}`,
      name: "monitor",
      interval: `${10 + serial}s`,
      role,
      "on-fail": choice.chance(0.15) ? choice.one(["fence", "block", "stop", "ignore", "standby", "restart-container"]) : undefined,
    }),
  );
  return element("primitive", { id, class: "ocf", provider: "pacemaker", type: isStateful ? "Stateful" : "Dummy" }, [
    element("operations", {}, choice.chance(0.8) ? operations : []),
  ]);
}

/** A bundle of any kind: with something inside or not, with addresses of its own or on those of its hosts. */
const addBundle: Mutation = ({ cib, choice, id }) => {
  const isPromotable = choice.chance(0.4);
  const container = element(choice.one(["podman", "docker"]), {
    image: "image",
    replicas: choice.one([undefined, 1, 2, 2, 3]),
    "replicas-per-host": choice.one([undefined, undefined, 1, 2]),
    "promoted-max": isPromotable ? choice.one([1, 1, 2]) : undefined,
    network: choice.one([undefined, undefined, "host"]),
    "run-command": choice.one([undefined, "/bin/run"]),
    options: choice.one([undefined, "--log-driver=none"]),
  });
  const [address, port] = choice.one([
    ["192.168.1.20", undefined],
    ["192.168.1.253", "3122"],
    [undefined, "3121"],
    [undefined, undefined],
  ] as const);
  const network = element(
    "network",
    {
      "ip-range-start": address,
      "control-port": port,
      "host-interface": choice.one([undefined, "eth0"]),
      "host-netmask": choice.one([undefined, "24"]),
      "add-host": choice.one([undefined, undefined, "false"]),
    },
    choice.chance(0.4) ? [element("port-mapping", { id: `${id}-port`, port: 80, "internal-port": choice.one([undefined, 8080]) })] : [],
  );
  const storage = element("storage", {}, [
    element("storage-mapping", {
      id: `${id}-storage`,
      ...choice.one([{ "source-dir": "/srv/a" }, { "source-dir-root": "/srv/b" }]),
      "target-dir": choice.one(["/srv", "/var/log"]),
      options: choice.one([undefined, "rw"]),
    }),
  ]);
  const member = choice.chance(0.75) ? [dummy(`${id}-inside`, choice, isPromotable)] : [];
  const parts = [container, network, ...(choice.chance(0.3) ? [storage] : []), ...member];
  cib.descend("configuration", "resources")?.children.push(element("bundle", { id: `${id}-bundle` }, parts));
};

const changeBundle: Mutation = ({ cib, choice }) => {
  const bundle = choice.maybe(resourcesNamed(cib, "bundle"));
  const container = bundle?.children.find((one) => ["podman", "docker"].includes(one.name));
  if (container === undefined) return;
  const [name, values] = choice.one<readonly [string, readonly (string | undefined)[]]>([
    ["replicas", ["1", "2", "4", undefined]],
    ["replicas-per-host", ["1", "2"]],
    ["promoted-max", ["1", "2", "0", undefined]],
    ["options", ["--changed", undefined]],
    ["image", ["other"]],
  ]);
  const value = choice.one(values);
  if (value !== undefined) container.set(name, value);
  else container.attributes.delete(name);
};

/** What is said of a bundle as a whole, or of what is inside, which is handed on to all it is made of. */
const describeBundle: Mutation = ({ cib, choice, id }) => {
  const bundle = choice.maybe(resourcesNamed(cib, "bundle"));
  const target = choice.one([bundle, bundle?.child("primitive")]);
  if (target === undefined) return;
  const [name, value] = choice.one([
    ["is-managed", "false"],
    ["maintenance", "true"],
    ["target-role", choice.one(["Stopped", "Started", "Unpromoted"])],
    ["priority", choice.one(["5", "-5"])],
    ["resource-stickiness", choice.one(SCORES)],
    ["migration-threshold", choice.one(["1", "2"])],
    ["failure-timeout", choice.one(["10", "3600"])],
    ["container-attribute-target", "host"],
    ["notify", "true"],
    ["critical", "false"],
    ["multiple-active", choice.one(["stop_only", "block", "stop_unexpected"])],
  ] as const);
  // The schema has meta-attributes of a bundle at its front.
  if (target.name === "bundle" && target.child("meta_attributes") === undefined)
    target.children.unshift(element("meta_attributes", { id: `${id}-set` }));
  setPair(target, "meta_attributes", id, name, value);
  if (target.name === "primitive" && choice.chance(0.3)) setPair(target, "utilization", `${id}-need`, "cpu", choice.one(["1", "2", "5"]));
};

/** A connection to a remote node, watched, alone or with others in a group. */
const addRemote: Mutation = ({ cib, choice, id }) => {
  const resources = cib.descend("configuration", "resources");
  const remote = `${id}-remote`;
  const interval = choice.one([undefined, "60s", "30s"]);
  const connection = element("primitive", { id: remote, class: "ocf", provider: "pacemaker", type: "remote" }, [
    ...(interval === undefined
      ? []
      : [
          element("instance_attributes", { id: `${id}-attributes` }, [
            element("nvpair", { id: `${id}-interval`, name: "reconnect_interval", value: interval }),
          ]),
        ]),
    element("operations", {}, [
      element("op", {
        id: `${id}-m1`,
        name: "monitor",
        interval: "20s",
        "on-fail": choice.one([undefined, undefined, "restart", "block", "ignore"]),
      }),
    ]),
  ]);
  const isGrouped = choice.chance(0.15);
  resources?.children.push(
    isGrouped
      ? element("group", { id: `${id}-group` }, choice.chance(0.5) ? [dummy(`${id}-first`, choice, false), connection] : [connection])
      : connection,
  );
};

/** Names that nodes have because a resource is there: of remote nodes, guests and containers. */
export function madeNodes(cib: XmlElement): string[] {
  const connections = resourcesNamed(cib, "primitive").filter(isConnection);
  const containers = resourcesNamed(cib, "bundle")
    .filter((one) => one.child("primitive") !== undefined)
    .flatMap((one) => ["0", "1"].map((offset) => `${one.id}-${offset}`));
  return [...connections.flatMap((one) => one.id ?? []), ...guestsIn(cib), ...containers];
}

/** The configuration knows a remote or guest node by name, with what it can bear and what is so on it. */
const configureMadeNode: Mutation = ({ cib, choice, id }) => {
  const name = choice.maybe(madeNodes(cib));
  if (name === undefined) return;
  let node = nodesOf(cib).find((one) => one.get("uname") === name);
  if (node === undefined) {
    node = element("node", { id: name, uname: name, type: "remote" });
    cib.descend("configuration", "nodes")?.children.push(node);
  }
  const [set, key, value] = choice.one([
    ["instance_attributes", "standby", "on"],
    ["instance_attributes", "maintenance", "true"],
    ["instance_attributes", "zone", choice.one(["a", "b"])],
    ["instance_attributes", "resource-discovery-enabled", "false"],
    ["utilization", "cpu", choice.one(["1", "4"])],
    ["instance_attributes", "#health-fuzz", "red"],
  ] as const);
  setPair(node, set, id, key, value);
};

function add(cib: XmlElement, constraint: XmlElement): void {
  cib.childOrCreate("configuration").childOrCreate("constraints").children.push(constraint);
}

const locateOnMadeNode: Mutation = ({ cib, choice, id }) => {
  const node = choice.maybe(madeNodes(cib));
  const rsc = choice.maybe(resourcesOf(cib))?.id;
  if (node === undefined || rsc === undefined) return;
  const discovery = choice.chance(0.2) ? choice.one(["never", "exclusive"]) : undefined;
  add(cib, element("rsc_location", { id, rsc, node, score: choice.one(SCORES), "resource-discovery": discovery }));
};

/** A name of something that belongs to the world of guests: a connection, a machine, a bundle, or what a bundle makes or holds. */
function somethingOfGuests({ cib, choice }: Scene): string | undefined {
  const launchers = machines(cib).filter((one) => [...one.walk()].some((pair) => pair.get("name") === "remote-node"));
  const bundles = resourcesNamed(cib, "bundle");
  const made = bundles.flatMap((bundle) => {
    const agent = bundle.child("docker") === undefined ? "podman" : "docker";
    return [`${bundle.id}-${agent}-0`, `${bundle.id}-${agent}-1`, ...bundle.childrenNamed("primitive").flatMap((one) => one.id ?? [])];
  });
  const kinds = [
    madeNodes(cib),
    launchers.flatMap((one) => one.id ?? []),
    bundles.flatMap((one) => one.id ?? []),
    bundles.flatMap((one) => one.id ?? []),
    made,
  ].filter((kind) => kind.length > 0);
  return choice.maybe(choice.maybe(kinds) ?? []);
}

/** Orders and colocations between what belongs to guests and anything else. */
const relateToGuests: Mutation = (scene) => {
  const { cib, choice, id } = scene;
  const one = somethingOfGuests(scene);
  const other = choice.chance(0.4) ? somethingOfGuests(scene) : choice.maybe(resourcesOf(cib))?.id;
  if (one === undefined || other === undefined || one === other) return;
  const [first, second] = choice.chance(0.5) ? [one, other] : [other, one];
  const bundles = new Set(resourcesNamed(cib, "bundle").map((bundle) => bundle.id));
  const roleOf = (name: string): string | undefined =>
    bundles.has(name) && choice.chance(0.3) ? choice.one(["Promoted", "Unpromoted", "Started"]) : undefined;
  if (choice.chance(0.5)) {
    const roles = { "rsc-role": roleOf(first), "with-rsc-role": roleOf(second) };
    add(cib, element("rsc_colocation", { id, rsc: first, "with-rsc": second, score: choice.one(SCORES), ...roles }));
    return;
  }
  const actionOf = (name: string): string | undefined =>
    bundles.has(name) && choice.chance(0.3) ? choice.one(["promote", "start", "stop"]) : undefined;
  const order = element("rsc_order", {
    id,
    first,
    kind: choice.one([undefined, "Mandatory", "Optional"]),
    "first-action": actionOf(first),
    "then-action": actionOf(second),
    symmetrical: choice.one([undefined, undefined, "false"]),
  });
  add(cib, order.set("then", second));
};

/** Histories of connections, of containers and addresses, and of what is on remote and guest nodes. */
function guestHistories(cib: XmlElement): XmlElement[] {
  const remote = statesOf(cib).filter((state) => state.get("remote_node") !== undefined);
  const inside = new Set(remote.flatMap((state) => state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []));
  const launchers = new Set(
    machines(cib).flatMap((one) => ([...one.walk()].some((pair) => pair.get("name") === "remote-node") ? (one.id ?? []) : [])),
  );
  const types = new Set(["remote", "podman", "docker", "IPaddr2"]);
  return histories(cib).filter((one) => inside.has(one) || types.has(one.get("type") ?? "") || launchers.has(one.id ?? ""));
}

/** Something of the guests' world failed just now, or some time ago, counted or not. */
const failGuest: Mutation = ({ cib, choice, id }) => {
  const history = choice.maybe(guestHistories(cib));
  const state = statesOf(cib).find((one) => history !== undefined && [...one.walk()].includes(history));
  if (history?.id === undefined || state === undefined) return;
  const recurring = history.children.find((entry) => Number(entry.get("interval")) > 0);
  const [operation, interval] = choice.one([
    ["monitor", recurring?.get("interval") ?? "10000"],
    ["monitor", recurring?.get("interval") ?? "10000"],
    ["start", "0"],
    ["stop", "0"],
    ["promote", "0"],
    ["monitor", "0"],
  ] as const);
  const [status, code] = choice.one([
    ["4", "1"],
    ["4", "1"],
    ["0", "7"],
    ["4", "5"],
    ["4", "6"],
    ["2", "198"],
    ["0", "9"],
  ] as const);
  const age = choice.one([5, 120, 5000]);
  const now = Number(cib.get("execution-date")) || 0;
  const key = `5:77:${operation === "monitor" && interval === "0" ? 7 : 0}:00000000-0000-0000-0000-000000000000`;
  const known = history.children.find((entry) => entry.id === `${history.id}_last_failure_0`);
  if (known !== undefined) history.remove(known);
  history.children.push(
    element("lrm_rsc_op", {
      id: `${history.id}_last_failure_0`,
      operation_key: `${history.id}_${operation}_${interval}`,
      operation,
      "crm-debug-origin": "fuzz",
      crm_feature_set: "3.13.0",
      "transition-key": key,
      "transition-magic": `${status}:${code};${key}`,
      "call-id": 1 + Math.max(0, ...history.children.map((entry) => Number(entry.get("call-id")) || 0)),
      "rc-code": code,
      "op-status": status,
      interval,
      "last-rc-change": now - age,
      on_node: state.get("uname"),
    }),
  );
  if (choice.chance(0.4)) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const attribute = `${history.id.replace(/:\d+$/, "")}#${operation}_${interval}`;
  setPair(holder, "instance_attributes", id, `fail-count-${attribute}`, choice.one(["1", "2", "INFINITY"]));
  setPair(holder, "instance_attributes", `${id}-last`, `last-failure-${attribute}`, String(now - age));
};

/** What the state of a remote or guest node says of it. */
const changeMadeState: Mutation = ({ cib, choice, id }) => {
  const state = choice.maybe(statesOf(cib).filter((one) => one.get("remote_node") !== undefined));
  if (state === undefined) return;
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  const members = primitives(cib, false).flatMap((one) => one.id ?? []);
  const [name, value] = choice.one([
    ["in_ccm", choice.one(["true", "false"])],
    ["node_fenced", choice.one(["0", "1"])],
    ["node_in_maintenance", choice.one(["0", "1"])],
    ["shutdown", "1700000000"],
    ["standby", "on"],
    ["maintenance", "true"],
    ["zone", choice.one(["a", "b"])],
    [`master-${choice.maybe(members)}`, choice.one(["1", "10", "-INFINITY"])],
    [`fail-count-${choice.maybe(members)}#monitor_10000`, choice.one(["1", "INFINITY"])],
    ["terminate", "true"],
    ["#health-fuzz", "red"],
  ] as const);
  if (["in_ccm", "node_fenced", "node_in_maintenance"].includes(name)) state.set(name, value);
  else setPair(holder, "instance_attributes", id, name, value);
};

/** A container or connection is known to be somewhere, or nowhere, or in two places. */
const moveGuestHistory: Mutation = ({ cib, choice }) => {
  const history = choice.maybe(guestHistories(cib));
  const from = statesOf(cib).find((one) => history !== undefined && [...one.walk()].includes(history));
  const to = choice.maybe(statesOf(cib).filter((one) => one !== from));
  const target = to?.descend("lrm", "lrm_resources");
  if (history === undefined || from === undefined || to === undefined || target === undefined) return;
  const known = target.child("lrm_resource", history.id);
  if (known !== undefined) target.remove(known);
  const copy = history.clone();
  for (const entry of copy.children) if (entry.get("on_node") !== undefined) entry.set("on_node", to.get("uname"));
  target.children.push(copy);
  if (choice.chance(0.6)) from.descend("lrm", "lrm_resources")?.remove(history);
};

/** The node a connection or container is on is lost, or goes. */
const loseHost: Mutation = ({ cib, choice, id }) => {
  const history = choice.maybe(guestHistories(cib));
  const state = statesOf(cib).find((one) => history !== undefined && [...one.walk()].includes(history));
  if (state === undefined || state.get("remote_node") !== undefined) return;
  if (choice.chance(0.6)) {
    state.set("in_ccm", "false").set("crmd", "offline").set("join", "down");
    return;
  }
  const holder = state.childOrCreate("transient_attributes");
  if (holder.id === undefined) holder.set("id", state.id);
  setPair(holder, "instance_attributes", id, choice.one(["shutdown", "standby"]), "1700000000");
};

/** Nodes have to be given access before anything may run there. */
const askForUnfencing: Mutation = ({ cib, choice, id }) => {
  const device = choice.maybe(primitives(cib, true));
  if (device !== undefined) setPair(device, "meta_attributes", id, "provides", "unfencing");
  const resource = choice.maybe(primitives(cib, false));
  if (resource !== undefined && choice.chance(0.5)) setPair(resource, "meta_attributes", `${id}-requires`, "requires", "unfencing");
};

/** Guests, containers and access to shared things. */
export const GUEST_MUTATIONS: readonly Mutation[] = [
  makeGuest,
  makeGuest,
  putIntoContainer,
  addBundle,
  addBundle,
  changeBundle,
  describeBundle,
  describeBundle,
  addRemote,
  addRemote,
  configureMadeNode,
  locateOnMadeNode,
  relateToGuests,
  relateToGuests,
  relateToGuests,
  failGuest,
  failGuest,
  failGuest,
  changeMadeState,
  changeMadeState,
  moveGuestHistory,
  loseHost,
  askForUnfencing,
];
