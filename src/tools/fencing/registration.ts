import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { askCib, readSections } from "../cib/cib-access.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { ToolPorts } from "../frame/tool.ts";

const TOOL = "stonith_admin";
/** What tells a device that was registered from one that somebody configured. */
const MARK = "registered by stonith_admin";
const LEVEL_ID = "stonith_admin-level-";
const LEVELS = { least: 1, most: 9 };

/** Parameters given as options, or by name from the environment of an agent; name and value each. */
export function givenParameters(parsed: ParsedOptions, ports: ToolPorts): [string, string][] {
  return parsed.given.flatMap(({ name, value = "" }): [string, string][] => {
    if (name === "option") return [[value.split("=")[0] ?? "", value.slice(value.indexOf("=") + 1)]];
    return name === "env-option" ? [[value, ports.environment(`OCF_RESKEY_${value}`) ?? ""]] : [];
  });
}

/**
 * Makes a device known to all nodes: it is written into the configuration, over one that was registered before. Pacemaker's
 * fencer would remember it on one node until its end (docs/decisions/0006).
 */
export async function registerDevice(parsed: ParsedOptions, ports: ToolPorts, id: string): Promise<Answer> {
  const agent = optionValue(parsed, "agent") ?? "";
  if (agent === "") return refusal(TOOL, EXIT.usage, "Please specify an agent to use with --agent");
  const found = await findDevice(ports, id);
  if ("answer" in found) return found.answer;
  const sets = `${id}-instance_attributes`;
  const pairs = [...new Map(givenParameters(parsed, ports))].map(([name, value]) =>
    element("nvpair", { id: `${sets}-${name}`, name, value }),
  );
  const parameters = pairs.length === 0 ? [] : [element("instance_attributes", { id: sets }, pairs)];
  const device = element("primitive", { id, class: "stonith", type: agent, description: MARK }, parameters);
  return outcome(await write(ports, "resources", device, found.element !== undefined));
}

/** Takes a registered device away; one that is not there needs no taking away. */
export async function deregisterDevice(ports: ToolPorts, id: string): Promise<Answer> {
  const found = await findDevice(ports, id);
  if ("answer" in found) return found.answer;
  return found.element ? outcome(await remove(ports, "resources", element("primitive", { id }))) : {};
}

/** Makes a level of a topology known to all nodes, over one that was registered before. */
export async function registerLevel(parsed: ParsedOptions, ports: ToolPorts, target: string): Promise<Answer> {
  const index = levelIndex(parsed);
  if (index === undefined) return refusal(TOOL, EXIT.usage, `--register-level requires --index, ${LEVELS.least} to ${LEVELS.most}`);
  const devices = parsed.given.flatMap(({ name, value }) => (name === "device" && value !== undefined ? [value] : []));
  if (devices.length === 0) return refusal(TOOL, EXIT.usage, "--register-level requires at least one --device");
  const found = await findLevels(ports, target);
  if ("answer" in found) return found.answer;
  const same = found.levels.find((level) => level.get("index") === String(index));
  if (same && !isRegisteredLevel(same)) return configured(`Level ${index} for ${target}`);
  const id = same?.id ?? `${LEVEL_ID}${index}-${target.replace(/[^A-Za-z0-9_.-]/g, ".")}`;
  const level = element("fencing-level", { id, ...targetOf(target), index, devices: devices.join(",") });
  return outcome(await write(ports, "fencing-topology", level, same !== undefined));
}

/** Takes registered levels for a target away. */
export async function deregisterLevel(parsed: ParsedOptions, ports: ToolPorts, target: string): Promise<Answer> {
  const index = levelIndex(parsed);
  if (hasOption(parsed, "index") && index === undefined)
    return refusal(TOOL, EXIT.usage, `--index must be ${LEVELS.least} to ${LEVELS.most}`);
  const found = await findLevels(ports, target);
  if ("answer" in found) return found.answer;
  const meant = found.levels.filter((level) => index === undefined || level.get("index") === String(index));
  const kept = meant.find((level) => !isRegisteredLevel(level));
  if (kept) return configured(`Level ${kept.get("index")} for ${target}`);
  for (const level of meant) {
    const reply = await remove(ports, "fencing-topology", element("fencing-level", { id: level.id }));
    if (reply.exitCode !== EXIT.ok) return outcome(reply);
  }
  return {};
}

async function findDevice(ports: ToolPorts, id: string): Promise<{ element: XmlElement | undefined } | { answer: Answer }> {
  const read = await readSections(ports, TOOL, ["resources"]);
  if ("error" in read) return { answer: outcome(read.error) };
  const all = [...(read.cib.descend("configuration", "resources")?.walk() ?? [])];
  const found = all.find((one) => one.id === id);
  if (found && (found.name !== "primitive" || found.get("description") !== MARK)) return { answer: configured(id) };
  return { element: found };
}

async function findLevels(ports: ToolPorts, target: string): Promise<{ levels: XmlElement[] } | { answer: Answer }> {
  const read = await readSections(ports, TOOL, ["fencing-topology"]);
  if ("error" in read) return { answer: outcome(read.error) };
  const all = read.cib.descend("configuration", "fencing-topology")?.childrenNamed("fencing-level") ?? [];
  const wanted = Object.entries(targetOf(target));
  return { levels: all.filter((level) => wanted.every(([name, value]) => level.get(name) === value)) };
}

/** A node by name, `@PATTERN`, or nodes by `ATTRIBUTE=VALUE`. Source: stonith_admin(8), --register-level. */
function targetOf(target: string): Record<string, string> {
  const at = target.indexOf("=");
  if (at >= 0) return { "target-attribute": target.slice(0, at), "target-value": target.slice(at + 1) };
  return target.startsWith("@") ? { "target-pattern": target.slice(1) } : { target };
}

function levelIndex(parsed: ParsedOptions): number | undefined {
  const index = Number(optionValue(parsed, "index"));
  return Number.isInteger(index) && index >= LEVELS.least && index <= LEVELS.most ? index : undefined;
}

function isRegisteredLevel(level: XmlElement): boolean {
  return level.id?.startsWith(LEVEL_ID) === true;
}

function write(ports: ToolPorts, scope: string, wanted: XmlElement, isThere: boolean): Promise<ClientReply> {
  return askCib(ports, TOOL, { operation: isThere ? "replace" : "create", scope, input: writeCompact(wanted) });
}

function remove(ports: ToolPorts, scope: string, like: XmlElement): Promise<ClientReply> {
  return askCib(ports, TOOL, { operation: "delete", scope, input: writeCompact(like) });
}

function configured(what: string): Answer {
  return refusal(TOOL, EXIT.unsafe, `${what} was configured, not registered: change the configuration with cibadmin, crmsh or pcs`);
}

function outcome(reply: ClientReply): Answer {
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, reply.message);
}
