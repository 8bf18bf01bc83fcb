import { transientAttribute } from "../attributes/transient.ts";
import { parseBoolean } from "../cib/document.ts";
import { EXIT } from "../model/exit-code.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import { askCib, readCib, usesFile } from "./cib-access.ts";
import { askStatus } from "./crm-node.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription, UsageError } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const description: ToolDescription = {
  tool: "crm_attribute",
  summary: "query and update cluster options and node attributes",
  options: [
    { name: "name", short: "n", argument: "NAME", group: "Selection", help: "Operate on the attribute or option with this name" },
    { name: "id", short: "i", argument: "ID", group: "Selection", help: "(Advanced) operate on the instance with this XML id" },
    { name: "set-name", short: "s", argument: "NAME", group: "Selection", help: "(Advanced) operate on the set with this XML id" },
    {
      name: "promotion",
      short: "p",
      argument: "RSC",
      isArgumentOptional: true,
      group: "Selection",
      help: "Operate on the promotion score of a resource",
    },
    { name: "query", short: "G", group: "Commands", help: "Display the present value" },
    { name: "update", short: "v", argument: "VALUE", group: "Commands", help: "Update the value" },
    { name: "delete", short: "D", group: "Commands", help: "Delete the attribute or option" },
    {
      name: "node",
      short: "N",
      argument: "NODE",
      group: "Additional",
      help: "Set an attribute of this node (instead of a cluster option)",
    },
    { name: "lifetime", short: "l", argument: "LIFETIME", group: "Additional", help: "forever, or reboot (until the node restarts)" },
    { name: "type", short: "t", argument: "SECTION", group: "Additional", help: "crm_config, rsc_defaults, op_defaults, nodes or status" },
    { name: "default", short: "d", argument: "VALUE", group: "Additional", help: "Value to display when the attribute does not exist" },
    { name: "wait", short: "W", argument: "SCOPE", group: "Additional", help: "no, local or cluster" },
    { name: "quiet", short: "q", group: "Additional", help: "Print only the value" },
    { name: "Quiet", short: "Q", help: "", isHidden: true },
    { name: "utilization", short: "z", group: "Additional", help: "Operate on a utilization attribute" },
    { name: "node-uname", short: "U", argument: "NODE", help: "", isHidden: true },
  ],
};

interface Place {
  readonly scope: string;
  readonly node: string | undefined;
  readonly isTransient: boolean;
  readonly name: string;
}

async function place(parsed: ParsedOptions, ports: ToolPorts): Promise<Place> {
  const type = optionValue(parsed, "type");
  let node = optionValue(parsed, "node") ?? optionValue(parsed, "node-uname");
  let name = optionValue(parsed, "name");
  let lifetime = optionValue(parsed, "lifetime");
  if (hasOption(parsed, "promotion")) {
    const resource = optionValue(parsed, "promotion") ?? ports.environment("OCF_RESOURCE_INSTANCE");
    if (resource === undefined || resource === "") {
      throw new UsageError("crm_attribute: -p/--promotion must be called from an OCF resource agent or with a resource ID specified");
    }
    name = `master-${resource.split(":")[0]}`;
    lifetime ??= "reboot";
    node ??= (await askStatus(ports)).node;
  }
  if (name === undefined) throw new UsageError("crm_attribute: Error: must specify attribute name or pattern to delete");
  const isTransient = lifetime === "reboot" || type === "status";
  if ((isTransient || type === "nodes") && (node === undefined || node === "localhost")) node = (await askStatus(ports)).node;
  const scope = node === undefined ? (type ?? "crm_config") : isTransient ? "status" : "nodes";
  return { scope, node, isTransient, name };
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const where = await place(parsed, ports);
  const value = optionValue(parsed, "update");
  const isDeletion = hasOption(parsed, "delete");
  if (value === undefined && !isDeletion) return query(parsed, ports, where);
  if (where.isTransient && !usesFile(ports)) {
    const request = { op: "attribute-set" as const, name: where.name, ...(where.node === undefined ? {} : { node: where.node }) };
    const reply = await ports.ask(value === undefined || isDeletion ? request : { ...request, value });
    return reply.exitCode === EXIT.ok ? done() : failed(reply.exitCode, `crm_attribute: Error performing operation: ${reply.message}`);
  }
  const read = await readCib(ports, "crm_attribute");
  if ("error" in read) return failed(read.error.exitCode, `crm_attribute: Could not connect to the CIB: ${read.error.message}`);
  const target = holder(read.cib, where);
  if (typeof target === "string") return failed(EXIT.noSuchObject, `crm_attribute: ${target}`);
  const pair = findPair(read.cib, where);
  if (isDeletion) {
    if (!pair) return done();
    const reply = await askCib(ports, "crm_attribute", { operation: "delete", xpath: `//nvpair[@id='${pair.id}']` });
    if (reply.exitCode !== EXIT.ok) return failed(reply.exitCode, `crm_attribute: Error performing operation: ${reply.message}`);
    return done(`Deleted ${where.scope} ${where.node === undefined ? "option" : "attribute"}: id=${pair.id} name=${where.name}\n`);
  }
  const made = element("nvpair", {
    id: pair?.id ?? `${target.setId}-${where.name}`.replace(/[^A-Za-z0-9_.-]/g, "."),
    name: where.name,
    value: value ?? "",
  });
  const input = writeCompact(target.wrap(made));
  const reply = await askCib(ports, "crm_attribute", {
    operation: "modify",
    scope: target.section,
    input,
    isCreateAllowed: true,
    isScoreExpanded: true,
  });
  return reply.exitCode === EXIT.ok ? done() : failed(reply.exitCode, `crm_attribute: Error performing operation: ${reply.message}`);
}

async function query(parsed: ParsedOptions, ports: ToolPorts, where: Place): Promise<ToolResult> {
  const read = await readCib(ports, "crm_attribute");
  if ("error" in read) return failed(read.error.exitCode, `crm_attribute: Could not connect to the CIB: ${read.error.message}`);
  const state = read.cib.child("status")?.children.find((child) => child.get("uname") === where.node);
  const found = where.isTransient ? state && transientAttribute(state, where.name) : findPair(read.cib, where)?.get("value");
  const value = found ?? optionValue(parsed, "default");
  if (value === undefined) return failed(EXIT.noSuchObject, "crm_attribute: Error performing operation: No such device or address");
  if (hasOption(parsed, "quiet") || hasOption(parsed, "Quiet")) return done(`${value}\n`);
  if (optionValue(parsed, "output-as") === "json") return done(`${JSON.stringify({ name: where.name, value, scope: where.scope })}\n`);
  return done(`scope=${where.scope} name=${where.name} value=${value}\n`);
}

interface Holder {
  readonly section: string;
  readonly setId: string;
  wrap(pair: XmlElement): XmlElement;
}

function holder(cib: XmlElement, where: Place): Holder | string {
  if (where.node === undefined) {
    const { scope } = where;
    const setId = scope === "crm_config" ? "cib-bootstrap-options" : scope === "rsc_defaults" ? "rsc-options" : "op-options";
    const setName = scope === "crm_config" ? "cluster_property_set" : "meta_attributes";
    return { section: scope, setId, wrap: (pair) => element(scope, {}, [element(setName, { id: setId }, [pair])]) };
  }
  const node = cib.descend("configuration", "nodes")?.children.find((child) => child.get("uname") === where.node);
  if (!node) return `Could not map name=${where.node} to a UUID: node '${where.node}' is not known`;
  const setId = node.child("instance_attributes")?.id ?? `nodes-${node.id}`;
  return {
    section: "nodes",
    setId,
    wrap: (pair) => element("nodes", {}, [element("node", { id: node.id }, [element("instance_attributes", { id: setId }, [pair])])]),
  };
}

function findPair(cib: XmlElement, where: Place): XmlElement | undefined {
  const configuration = cib.child("configuration");
  const root =
    where.node === undefined
      ? configuration?.child(where.scope)
      : configuration?.child("nodes")?.children.find((child) => child.get("uname") === where.node);
  for (const node of root?.walk() ?? []) if (node.name === "nvpair" && node.get("name") === where.name) return node;
  return undefined;
}

/** `crm_attribute`. Source: crm_attribute(8) of Pacemaker 3.0.2. */
export const crmAttribute: Tool = { description, run };

const standbyDescription: ToolDescription = {
  tool: "crm_standby",
  summary: "query, enable or disable standby mode of a node",
  options: [
    { name: "query", short: "G", group: "Commands", help: "Display the present state" },
    { name: "update", short: "v", argument: "VALUE", group: "Commands", help: "on or off" },
    { name: "delete", short: "D", group: "Commands", help: "Let the node run resources again" },
    { name: "node", short: "N", argument: "NODE", group: "Additional", help: "Node to operate on (default: this one)" },
    { name: "lifetime", short: "l", argument: "LIFETIME", group: "Additional", help: "forever (default) or reboot" },
    { name: "id", short: "i", argument: "ID", group: "Additional", help: "(Advanced) XML id" },
    { name: "quiet", short: "q", group: "Additional", help: "Print only the value" },
  ],
};

async function runStandby(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const node = optionValue(parsed, "node") ?? (await askStatus(ports)).node;
  const value = optionValue(parsed, "update");
  if (value !== undefined && parseBoolean(value) === undefined) return failed(EXIT.error, `error: '${value}' is neither on nor off`);
  const isQuery = value === undefined && !hasOption(parsed, "delete");
  const given = [
    { name: "name", value: "standby" },
    { name: "node", value: node },
    ...parsed.given.filter((option) => option.name !== "node"),
    ...(isQuery ? [{ name: "query", value: undefined }] : []),
  ];
  const lifetime = optionValue(parsed, "lifetime");
  if (!isQuery)
    return run(
      { given: lifetime === undefined ? [...given, { name: "lifetime", value: "forever" }] : given, words: [], argv: parsed.argv },
      ports,
    );
  const permanent = await run({ given: [...given, { name: "lifetime", value: "forever" }], words: [], argv: parsed.argv }, ports);
  if (permanent.exitCode === EXIT.ok) return permanent;
  return run(
    { given: [...given, { name: "lifetime", value: "reboot" }, { name: "default", value: "off" }], words: [], argv: parsed.argv },
    ports,
  );
}

/** `crm_standby`: a node's standby attribute. Source: crm_standby(8) of Pacemaker 3.0.2. */
export const crmStandby: Tool = { description: standbyDescription, run: runStandby };
