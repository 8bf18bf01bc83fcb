import { XMLParser } from "fast-xml-parser";
import { LIMITS } from "../../base/limits.ts";

/** One parameter an agent takes. */
export interface AgentParameter {
  readonly name: string;
  /** string, integer, boolean, second, select, ... as the agent says. */
  readonly type: string;
  readonly default: string | undefined;
  /** Values allowed for the type select. */
  readonly options: readonly string[];
  readonly isRequired: boolean;
  /** OCF 1.0 `unique`, often used to say "a change needs a restart". */
  readonly isUnique: boolean;
  /** OCF 1.1 `unique-group`. */
  readonly uniqueGroup: string | undefined;
  /** OCF 1.1: a change takes effect through reload-agent. */
  readonly isReloadable: boolean;
  /** Not to be shown or put into plain digests: passwords. */
  readonly isPrivate: boolean;
  readonly isDeprecated: boolean;
  readonly replacedBy: readonly string[];
  readonly shortDescription: string;
  readonly longDescription: string;
}

/** One action an agent offers; times are hints only. */
export interface AgentAction {
  readonly name: string;
  readonly timeoutMs: number | undefined;
  readonly intervalMs: number | undefined;
  readonly startDelayMs: number | undefined;
  /** OCF_CHECK_LEVEL. */
  readonly depth: string | undefined;
  readonly role: string | undefined;
  /** Fencing: the action runs on the target itself. */
  readonly isOnTarget: boolean;
  /** Fencing: the action runs by itself when a node joins. */
  readonly isAutomatic: boolean;
}

/** An agent's description of itself. */
export interface AgentMetadata {
  readonly name: string;
  /** Version of the agent. */
  readonly version: string;
  /** Version of the OCF API it follows. */
  readonly apiVersion: string;
  readonly shortDescription: string;
  readonly longDescription: string;
  readonly parameters: readonly AgentParameter[];
  readonly actions: readonly AgentAction[];
}

const LISTS = new Set(["parameter", "action", "option", "replaced-with"]);

/**
 * Reads meta-data leniently: an agent with a slip in its XML is still an agent. Undefined when there is no
 * `resource-agent` element at all. DOCTYPEs are skipped, never fetched.
 */
export function parseAgentMetadata(xml: string): AgentMetadata | undefined {
  if (xml.length > LIMITS.agentOutputBytes) return undefined;
  const root = record(parse(xml)?.["resource-agent"]);
  if (root === undefined) return undefined;
  return {
    name: attribute(root, "name") ?? "",
    version: attribute(root, "version") ?? "",
    apiVersion: text(root["version"]) || "1.0",
    shortDescription: text(root["shortdesc"]) || (attribute(root, "shortdesc") ?? ""),
    longDescription: text(root["longdesc"]),
    parameters: children(root["parameters"], "parameter").flatMap((node) =>
      attribute(node, "name") === undefined ? [] : [parameterOf(node)],
    ),
    actions: children(root["actions"], "action").flatMap((node) => (attribute(node, "name") === undefined ? [] : [actionOf(node)])),
  };
}

type Node = Readonly<Record<string, unknown>>;

function parse(xml: string): Node | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    textNodeName: "#text",
    parseTagValue: false,
    parseAttributeValue: false,
    allowBooleanAttributes: true,
    isArray: (name) => LISTS.has(name),
  });
  try {
    const start = xml.indexOf("<resource-agent");
    return start < 0 ? undefined : record(parser.parse(xml.slice(start)));
  } catch {
    return undefined;
  }
}

function parameterOf(node: Node): AgentParameter {
  const content = record(first(node["content"])) ?? {};
  const deprecation = record(first(node["deprecated"]));
  return {
    name: attribute(node, "name") ?? "",
    type: attribute(content, "type") ?? "string",
    default: attribute(content, "default"),
    options: list(content["option"]).flatMap((option) => attribute(option, "value") ?? []),
    isRequired: isTrue(attribute(node, "required")),
    isUnique: isTrue(attribute(node, "unique")),
    uniqueGroup: attribute(node, "unique-group"),
    isReloadable: isTrue(attribute(node, "reloadable")),
    isPrivate: isTrue(attribute(node, "private")),
    isDeprecated: isTrue(attribute(node, "deprecated")) || node["deprecated"] !== undefined,
    replacedBy: deprecation === undefined ? [] : list(deprecation["replaced-with"]).flatMap((other) => attribute(other, "name") ?? []),
    shortDescription: text(node["shortdesc"]),
    longDescription: text(node["longdesc"]),
  };
}

function actionOf(node: Node): AgentAction {
  return {
    name: attribute(node, "name") ?? "",
    timeoutMs: timeMs(attribute(node, "timeout")),
    intervalMs: timeMs(attribute(node, "interval")),
    startDelayMs: timeMs(attribute(node, "start-delay")),
    depth: attribute(node, "depth"),
    role: attribute(node, "role"),
    isOnTarget: isTrue(attribute(node, "on_target")),
    isAutomatic: isTrue(attribute(node, "automatic")),
  };
}

const record = (value: unknown): Node | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
const list = (value: unknown): Node[] => (Array.isArray(value) ? value : [value]).map(record).filter((item) => item !== undefined);

/** Children of that name in one or several containers. */
function children(containers: unknown, name: string): Node[] {
  return list(containers).flatMap((container): Node[] => list(container[name]));
}

function attribute(node: Node, name: string): string | undefined {
  const value = node[`@${name}`];
  return typeof value === "string" ? value : undefined;
}

/** Text of an element in its first language, white space folded at the ends. */
function text(value: unknown): string {
  const chosen = first(value);
  if (typeof chosen === "string") return chosen.trim();
  const inner = record(chosen)?.["#text"];
  return typeof inner === "string" ? inner.trim() : "";
}

const isTrue = (value: string | undefined): boolean => value !== undefined && /^(1|true|yes|on)$/i.test(value.trim());

const UNITS_MS: Readonly<Record<string, number>> = {
  "": 1000,
  s: 1000,
  sec: 1000,
  ms: 1,
  msec: 1,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** Time in milliseconds; a bare number is seconds. */
function timeMs(value: string | undefined): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value ?? "");
  const unitMs = UNITS_MS[match?.[2]?.toLowerCase() ?? "?"];
  return match?.[1] === undefined || unitMs === undefined ? undefined : Math.round(Number(match[1]) * unitMs);
}
