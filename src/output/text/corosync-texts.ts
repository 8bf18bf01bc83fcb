/** What corosync's tools tell about a cluster, as far as programs read it. */
export interface CorosyncFacts {
  readonly clusterName: string;
  readonly self: string;
  /** Every configured node. */
  readonly nodes: readonly { readonly name: string; readonly id: string; readonly isMember: boolean }[];
  readonly hasQuorum: boolean;
  /** Name of the present view. */
  readonly view: string;
  readonly dateText: string;
}

/** Votes that make a majority; one is enough for a node of two. */
function votesNeeded(facts: CorosyncFacts): number {
  return facts.nodes.length === 2 ? 1 : Math.floor(facts.nodes.length / 2) + 1;
}

const row = (...columns: readonly (readonly [text: string, width: number])[]): string =>
  columns.map(([text, width]) => text.padStart(width)).join(" ");

/** The members, as `corosync-quorumtool -l` prints them; for `-p` with the column about a quorum device. Source: corosync-quorumtool(8), 3.1.7. */
export function membershipText(facts: CorosyncFacts, hasDeviceColumn: boolean): string {
  const device = (text: string): readonly (readonly [string, number])[] => (hasDeviceColumn ? [[text, 10]] : []);
  const lines = facts.nodes
    .filter((node) => node.isMember)
    .map(({ id, name }) => `${row([id, 10], ["1", 10], ...device("NR"))} ${name}${name === facts.self ? " (local)" : ""}`);
  const heading = `${row(["Nodeid", 10], ["Votes", 10], ...device("Qdevice"))} Name`;
  return ["", "Membership information", "----------------------", heading, ...lines, ""].join("\n");
}

/** What `corosync-quorumtool -s` prints. Source: corosync-quorumtool(8), 3.1.7. */
export function quorumText(facts: CorosyncFacts, hasDeviceColumn: boolean): string {
  const members = facts.nodes.filter((node) => node.isMember).length;
  const own = facts.nodes.find((node) => node.name === facts.self);
  const field = (name: string, value: string | number): string => `${`${name}:`.padEnd(18)}${value}`;
  return [
    "Quorum information",
    "------------------",
    field("Date", facts.dateText),
    field("Quorum provider", "kodou"),
    field("Nodes", members),
    field("Node ID", own?.id ?? "0"),
    field("Ring ID", facts.view),
    field("Quorate", facts.hasQuorum ? "Yes" : "No"),
    "",
    "Votequorum information",
    "----------------------",
    field("Expected votes", facts.nodes.length),
    field("Highest expected", facts.nodes.length),
    field("Total votes", members),
    field("Quorum", `${votesNeeded(facts)}${facts.hasQuorum ? "" : " Activity blocked"}`),
    field("Flags", facts.hasQuorum ? "Quorate" : ""),
    membershipText(facts, hasDeviceColumn),
  ].join("\n");
}

/** Keys of corosync's map with type and value, sorted. Source: cmap_keys(8); of each kind those that crmsh, pcs and agents read. */
export function mapKeys(facts: CorosyncFacts): readonly (readonly [key: string, type: string, value: string])[] {
  const nodes = facts.nodes.flatMap(({ name, id, isMember }, index): [string, string, string][] => [
    [`nodelist.node.${index}.name`, "str", name],
    [`nodelist.node.${index}.nodeid`, "u64", id],
    [`nodelist.node.${index}.ring0_addr`, "str", name],
    [`runtime.members.${id}.status`, "str", isMember ? "joined" : "left"],
    ...(isMember ? [[`runtime.totem.pg.mrp.srp.members.${id}.ip`, "str", `r(0) ip(${name})`] as [string, string, string]] : []),
  ]);
  const own = facts.nodes.findIndex((node) => node.name === facts.self);
  const rest: [string, string, string][] = [
    ["nodelist.local_node_pos", "u32", String(own)],
    ["runtime.votequorum.this_node_id", "u64", facts.nodes[own]?.id ?? "0"],
    ["runtime.votequorum.two_node", "u8", facts.nodes.length === 2 ? "1" : "0"],
    ["runtime.votequorum.wait_for_all_status", "u8", "0"],
    ["totem.cluster_name", "str", facts.clusterName],
  ];
  return [...nodes, ...rest].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What `corosync-cfgtool -s` prints. Source: corosync-cfgtool(8), 3.1.7. */
export function linkText(facts: CorosyncFacts): string {
  const own = facts.nodes.find((node) => node.name === facts.self);
  const others = facts.nodes.map(({ name, id, isMember }) => {
    const state = name === facts.self ? "localhost" : isMember ? "connected" : "disconnected";
    return `\t\tnodeid:${id.padStart(11)}:\t${state}`;
  });
  const heading = [`Local node ID ${own?.id ?? "0"}, transport kodou`, "LINK ID 0 udp", `\taddr\t= ${facts.self}`, "\tstatus:"];
  return `${[...heading, ...others].join("\n")}\n`;
}

/** A corosync.conf that tells pcs and crmsh which nodes there are; nothing else reads it. Source: corosync.conf(5). */
export function corosyncConf(facts: CorosyncFacts): string {
  const nodes = facts.nodes.map(
    ({ name, id }) => `    node {\n        ring0_addr: ${name}\n        name: ${name}\n        nodeid: ${id}\n    }\n`,
  );
  const two = facts.nodes.length === 2 ? "    two_node: 1\n" : "";
  return [
    "# Written by kodou for programs that look here for the names of the nodes. No corosync runs by it.\n",
    `totem {\n    version: 2\n    cluster_name: ${facts.clusterName}\n    transport: udpu\n}\n\n`,
    `nodelist {\n${nodes.join("\n")}}\n\n`,
    `quorum {\n    provider: corosync_votequorum\n${two}}\n`,
  ].join("");
}
