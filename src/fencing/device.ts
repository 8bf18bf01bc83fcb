import { userPattern } from "../base/user-pattern.ts";
import type { XmlElement } from "../xml/element.ts";

/** A fencing device as the configuration describes it. */
export interface FencingDevice {
  readonly id: string;
  /** `fence_NAME`, `external/NAME`, `lab`, `meatware`. */
  readonly agent: string;
  /** Parameters for the agent, without pcmk_*. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Nodes it can fence; undefined when it was not said: any. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** What the device calls a node, where that differs. */
  readonly plugs: ReadonlyMap<string, string>;
  readonly plugArgument: string | undefined;
  readonly priority: number;
  /** Name of the action to use for reboot, off and on, where it differs (pcmk_reboot_action, ...). */
  readonly actions: ReadonlyMap<string, string>;
  readonly timeoutMs: number | undefined;
}

/** All enabled devices of a CIB, highest priority first. Source: Pacemaker Explained, "Fencing". */
export function readDevices(cib: XmlElement): FencingDevice[] {
  const resources = cib.descend("configuration", "resources");
  const out: FencingDevice[] = [];
  for (const node of resources?.walk() ?? []) {
    if (node.name !== "primitive" || node.get("class") !== "stonith") continue;
    if (metaValue(node, "target-role")?.toLowerCase() === "stopped") continue;
    out.push(readDevice(node));
  }
  return out.sort((a, b) => b.priority - a.priority);
}

/** Devices to use for a target: each inner list is a topology level whose devices must all succeed. */
export function devicesFor(cib: XmlElement, target: string): FencingDevice[][] {
  const devices = readDevices(cib);
  const levels = levelsFor(cib, target).sort((a, b) => Number(a.get("index") ?? 0) - Number(b.get("index") ?? 0));
  if (levels.length === 0) return devices.filter((device) => device.hosts?.has(target) ?? true).map((device) => [device]);
  return levels.flatMap((level) => {
    const names = (level.get("devices") ?? "").split(",").map((name) => name.trim());
    const found = names.flatMap((name) => devices.filter((device) => device.id === name));
    return found.length === names.length ? [found] : [];
  });
}

/**
 * The levels that count for a target: those that name it, else those of the first pattern or attribute that is its own. Never of several
 * together. Source: Pacemaker Explained, "Fencing Topologies"; the order is that of Pacemaker 3.0.2's fencer.
 */
function levelsFor(cib: XmlElement, target: string): XmlElement[] {
  const all = cib.descend("configuration", "fencing-topology")?.childrenNamed("fencing-level") ?? [];
  const named = all.filter((level) => level.get("target")?.toLowerCase() === target.toLowerCase());
  if (named.length > 0) return named;
  const first = all.find((level) => level.get("target") === undefined && isLevelFor(cib, level, target));
  const kind = (level: XmlElement): string => TARGETING.map((name) => level.get(name) ?? "").join("\n");
  return first ? all.filter((level) => level.get("target") === undefined && kind(level) === kind(first)) : [];
}

const TARGETING = ["target-pattern", "target-attribute", "target-value"];

function isLevelFor(cib: XmlElement, level: XmlElement, target: string): boolean {
  const pattern = level.get("target-pattern");
  if (pattern !== undefined) return userPattern(pattern)?.test(target) === true;
  const name = level.get("target-attribute");
  return name !== undefined && hasAttribute(cib, target, name, level.get("target-value"));
}

/** Whether a node has a permanent attribute of this value. */
function hasAttribute(cib: XmlElement, node: string, name: string, value: string | undefined): boolean {
  const nodes = cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
  const sets = nodes.filter((one) => one.get("uname") === node).flatMap((one) => one.childrenNamed("instance_attributes"));
  return sets.some((set) => set.childrenNamed("nvpair").some((pair) => pair.get("name") === name && pair.get("value") === value));
}

function readDevice(primitive: XmlElement): FencingDevice {
  const all = new Map<string, string>();
  for (const set of primitive.childrenNamed("instance_attributes")) {
    for (const pair of set.childrenNamed("nvpair")) {
      const name = pair.get("name");
      if (name !== undefined && !all.has(name)) all.set(name, pair.get("value") ?? "");
    }
  }
  const plugs = readHostMap(all.get("pcmk_host_map"));
  const listed = all.get("pcmk_host_list") ?? all.get("hostlist");
  const hosts =
    listed !== undefined || plugs.size > 0
      ? new Set([...(listed ?? "").split(/[\s,;]+/).filter((name) => name !== ""), ...plugs.keys()])
      : undefined;
  const actions = new Map(["reboot", "off", "on"].flatMap((name) => entryOf(name, all.get(`pcmk_${name}_action`))));
  const timeout = /^(\d+)(ms|s|)$/.exec(all.get("pcmk_off_timeout") ?? all.get("stonith-timeout") ?? "");
  return {
    id: primitive.id ?? "",
    agent: primitive.get("type") ?? "",
    parameters: Object.fromEntries([...all].filter(([name]) => !name.startsWith("pcmk_"))),
    hosts,
    plugs,
    plugArgument: all.get("pcmk_host_argument"),
    priority: Number(all.get("priority") ?? metaValue(primitive, "priority") ?? 0) || 0,
    actions,
    timeoutMs: timeout ? Number(timeout[1]) * (timeout[2] === "ms" ? 1 : 1000) : undefined,
  };
}

function entryOf(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** `node1:1;node2:2,3` */
function readHostMap(text: string | undefined): Map<string, string> {
  const out = new Map<string, string>();
  for (const part of (text ?? "").split(/[;\s]+/)) {
    const at = part.indexOf(":");
    if (at > 0) out.set(part.slice(0, at), part.slice(at + 1));
  }
  return out;
}

function metaValue(resource: XmlElement, name: string): string | undefined {
  for (const set of resource.childrenNamed("meta_attributes")) {
    for (const pair of set.childrenNamed("nvpair")) if (pair.get("name") === name) return pair.get("value");
  }
  return undefined;
}
