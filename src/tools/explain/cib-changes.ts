import { setClusterOption } from "../../cib/document.ts";
import { countsAsFailed } from "../../cib/failed-record.ts";
import { isTicketSet } from "../../scheduler/constrain/tickets.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { SimulatedCib } from "../simulate/simulated-cib.ts";

/** A change somebody could make to the cluster. */
export interface CibChange {
  /** What is to be done, as a request: "set target-role of web to Started". */
  readonly words: string;
  /** The command that does it; absent where no single one does. */
  readonly command?: string;
  /** Makes the change in a copy of the CIB. */
  readonly apply: (cib: XmlElement) => void;
  /** The same wish with another score, for changes that add a preference. */
  readonly withScore?: (score: string) => CibChange;
}

/** Sets a meta-attribute of a resource: the pair that is there, or a new one. */
export function setMeta(resourceId: string, name: string, value: string): CibChange {
  return {
    words: `set ${name} of ${resourceId} to ${value}`,
    command: `crm_resource --meta -r ${resourceId} -p ${name} -v ${value}`,
    apply: (cib) => setPair(resourceIn(cib, resourceId), "meta_attributes", name, value),
  };
}

/** An amount of a utilization attribute. */
export interface Amount {
  readonly name: string;
  readonly amount: number;
}

/** Gives a node other capacities. */
export function setCapacity(node: string, amounts: readonly Amount[]): CibChange {
  return {
    words: `give ${node} a capacity of ${amountsText(amounts)}`,
    command: amounts.map(({ name, amount }) => `crm_attribute -N ${node} -z -n ${name} -v ${amount}`).join("; "),
    apply: (cib) => {
      const xml = cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node);
      for (const { name, amount } of amounts) setPair(xml, "utilization", name, String(amount));
    },
  };
}

/** Lets a resource need other amounts. */
export function setNeeds(resourceId: string, amounts: readonly Amount[]): CibChange {
  return {
    words: `let ${resourceId} need no more than ${amountsText(amounts)}`,
    command: amounts.map(({ name, amount }) => `crm_resource -z -r ${resourceId} -p ${name} -v ${amount}`).join("; "),
    apply: (cib) => {
      const xml = resourceIn(cib, resourceId);
      for (const { name, amount } of amounts) setPair(xml, "utilization", name, String(amount));
    },
  };
}

function amountsText(amounts: readonly Amount[]): string {
  return amounts.map(({ name, amount }) => `${name} ${amount}`).join(" and ");
}

function resourceIn(cib: XmlElement, id: string): XmlElement | undefined {
  return [...(cib.descend("configuration", "resources")?.walk() ?? [])].find((one) => one.id === id);
}

/** Sets a pair in one of an object's sets of a kind: the one that is there, or a new one. */
function setPair(xml: XmlElement | undefined, setName: string, name: string, value: string): void {
  if (!xml) return;
  for (const set of xml.childrenNamed(setName)) {
    const pairs = set.childrenNamed("nvpair").filter((pair) => pair.get("name") === name);
    for (const pair of pairs) pair.set("value", value);
    if (pairs.length > 0) return;
  }
  const set = xml.child(setName) ?? element(setName, { id: `${xml.id}-${setName}` });
  if (!xml.children.includes(set)) xml.children.push(set);
  set.children.push(element("nvpair", { id: `${set.id}-${name}`, name, value }));
}

/** Takes a constraint away. */
export function removeConstraint(id: string): CibChange {
  return {
    words: `remove constraint ${id}`,
    command: `cibadmin -D --xpath "//constraints/*[@id='${id}']"`,
    apply: (cib) => {
      const section = cib.descend("configuration", "constraints");
      const found = section?.children.find((one) => one.id === id);
      if (found) section?.remove(found);
    },
  };
}

/** What a new location constraint says. */
interface Wish {
  readonly resourceId: string;
  readonly node: string;
  readonly role?: "Promoted" | undefined;
}

/** Keeps a resource away from a node. */
export function avoidNode(cib: XmlElement, { resourceId, node }: Wish): CibChange {
  const change = locationChange(freeId(cib, `avoid-${resourceId}-on-${node}`), { resourceId, node }, "-INFINITY");
  return { ...change, words: `keep ${resourceId} away from ${node}` };
}

/** Lets a resource prefer a node, in the promoted role when that is named. */
export function preferNode(cib: XmlElement, wish: Wish, score = "INFINITY"): CibChange {
  const { resourceId, node, role } = wish;
  const id = freeId(cib, `prefer-${resourceId}-on-${node}${role === undefined ? "" : "-promoted"}`);
  return {
    ...locationChange(id, wish, score),
    words: `let ${resourceId} prefer ${node}${role === undefined ? "" : " in the promoted role"} with score ${score}`,
    withScore: (other) => preferNode(cib, wish, other),
  };
}

function locationChange(id: string, { resourceId, node, role }: Wish, score: string): Pick<CibChange, "command" | "apply"> {
  const attributes = { id, rsc: resourceId, node, score, role };
  return {
    command: `cibadmin -C -o constraints -X '<rsc_location id="${id}" rsc="${resourceId}" node="${node}" score="${score}"${role === undefined ? "" : ` role="${role}"`}/>'`,
    apply: (cib) => void cib.childOrCreate("configuration").childOrCreate("constraints").children.push(element("rsc_location", attributes)),
  };
}

/** An id nothing in the configuration has: that one, else with a number; as ids of XML are written. */
function freeId(cib: XmlElement, wanted: string): string {
  const plain = wanted.replace(/[^A-Za-z0-9_.-]/g, "-");
  const taken = new Set([...(cib.child("configuration")?.walk() ?? [])].map(({ id }) => id));
  let id = plain;
  for (let serial = 2; taken.has(id); serial += 1) id = `${plain}-${serial}`;
  return id;
}

/** Sets a cluster option. */
export function setOption(name: string, value: string, remark = ""): CibChange {
  return {
    words: `set ${name} to ${value}${remark}`,
    command: `crm_attribute -n ${name} -v ${value}`,
    apply: (cib) => void setClusterOption(cib, name, value),
  };
}

/** Forgets the failures of a resource on a node. */
export function cleanUp(historyName: string, node: string): CibChange {
  const owner = new RegExp(`^(fail-count|last-failure)-${historyName.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(:\\d+)?#`);
  return {
    words: `clean up the failures of ${historyName} on ${node}, once what made it fail is repaired`,
    command: `crm_resource --cleanup -r ${historyName} -N ${node}`,
    apply: (cib) => {
      const state = stateOf(cib, node);
      for (const set of state?.child("transient_attributes")?.children ?? [])
        for (const pair of [...set.children]) if (owner.test(pair.get("name") ?? "")) set.remove(pair);
      for (const history of state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
        if (history.id?.replace(/:\d+$/, "") !== historyName) continue;
        for (const record of [...history.children]) if (countsAsFailed(record)) history.remove(record);
      }
    },
  };
}

/** Brings a node that is not a member into the cluster. */
export function bringOnline(node: string): CibChange {
  return {
    words: `bring ${node} online`,
    apply: (cib) => {
      const simulated = new SimulatedCib(cib);
      simulated.setMembership(simulated.nodeState(node), true);
    },
  };
}

/** Switches an attribute of a node off, wherever it is set: for good, or until the node restarts. */
export function switchOff(cib: XmlElement, node: string, attribute: "standby" | "maintenance"): CibChange {
  const isSet = (holder: XmlElement | undefined): boolean => pairsOf(holder, attribute).length > 0;
  const lifetimes = [
    ...(isSet(configuredNode(cib, node)) ? ["forever"] : []),
    ...(isSet(stateOf(cib, node)?.child("transient_attributes")) ? ["reboot"] : []),
  ];
  return {
    words: `take ${node} out of ${attribute}`,
    command: lifetimes.map((lifetime) => `crm_attribute -N ${node} -l ${lifetime} -n ${attribute} -v off`).join("; "),
    apply: (copy) => {
      for (const holder of [configuredNode(copy, node), stateOf(copy, node)?.child("transient_attributes")])
        for (const pair of pairsOf(holder, attribute)) pair.set("value", "off");
    },
  };
}

function configuredNode(cib: XmlElement, node: string): XmlElement | undefined {
  return cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node);
}

function pairsOf(holder: XmlElement | undefined, name: string): XmlElement[] {
  return [...(holder?.walk() ?? [])].filter((one) => one.name === "nvpair" && one.get("name") === name);
}

/** Grants a ticket, and takes it out of standby. */
export function grantTicket(cib: XmlElement, ticket: string): CibChange {
  const isGranted = isTicketSet(cib, ticket, "granted");
  const isStandby = isTicketSet(cib, ticket, "standby");
  const grant = `crm_ticket -t ${ticket} --grant --force`;
  const activate = `crm_ticket -t ${ticket} --activate`;
  return {
    words: isGranted ? `take ticket ${ticket} out of standby` : `grant ticket ${ticket}, once no other site has it`,
    command: [...(isGranted ? [] : [grant]), ...(isStandby ? [activate] : [])].join("; "),
    apply: (copy) => {
      const simulated = new SimulatedCib(copy);
      simulated.setTicket(ticket, "granted", true);
      if (isStandby) simulated.setTicket(ticket, "standby", false);
    },
  };
}

/** Lets those that are there have quorum. */
export function gainQuorum(): CibChange {
  return { words: "bring back enough nodes for quorum", apply: (cib) => void cib.set("have-quorum", "1") };
}

function stateOf(cib: XmlElement, node: string): XmlElement | undefined {
  return cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((state) => state.get("uname") === node);
}
