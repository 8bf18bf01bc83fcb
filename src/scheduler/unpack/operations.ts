import { parseBoolean } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import { timeMs } from "../options.ts";
import { type ConfiguredOperation, ON_FAIL, type OnFail, type Resource, type Role } from "../resource.ts";
import { readPairs } from "./pairs.ts";
import type { RuleContext } from "./rules.ts";

const DEFAULT_TIMEOUT_MS = 20_000;

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Agent of a resource, as rules see it. */
export interface Agent {
  readonly agentClass: string;
  readonly provider: string;
  readonly type: string;
}

/** Roles by name, old names included, lower case. */
export const ROLE_NAMES: Readonly<Record<string, Role>> = {
  stopped: "Stopped",
  started: "Started",
  unpromoted: "Unpromoted",
  slave: "Unpromoted",
  promoted: "Promoted",
  master: "Promoted",
};

/** Reads the operations of a primitive, defaults included; of those with the same name and interval the first one. */
export function readOperations(xml: XmlElement, agent: Agent, defaults: XmlElement | undefined, clock: RuleContext): ConfiguredOperation[] {
  const out: ConfiguredOperation[] = [];
  for (const op of xml.child("operations")?.children ?? []) {
    if (op.name !== "op") continue;
    const name = op.get("name") ?? "";
    const intervalMs = timeMs(op.get("interval"), 0);
    if (intervalMs > 0 && out.some((known) => known.name === name && known.intervalMs === intervalMs)) continue;
    const hasSets = op.children.length > 0;
    const context = hasSets || defaults ? { ...clock, agent, operation: { name, intervalMs } } : clock;
    const meta = new Map<string, string>();
    for (const [key, value] of op.attributes) if (key !== "id" && key !== "name" && key !== "interval") meta.set(key, value);
    if (hasSets) readPairs(op, "meta_attributes", context, meta);
    if (defaults) readPairs(defaults, "meta_attributes", context, meta);
    out.push({
      name,
      intervalMs,
      timeoutMs: timeMs(meta.get("timeout"), DEFAULT_TIMEOUT_MS),
      startDelayMs: timeMs(meta.get("start-delay"), 0),
      role: ROLE_NAMES[(meta.get("role") ?? "").toLowerCase()],
      onFail: onFailOf(meta.get("on-fail")),
      isEnabled: parseBoolean(meta.get("enabled")) ?? true,
      parameters: hasSets ? readPairs(op, "instance_attributes", context) : NO_PARAMETERS,
      meta,
    });
  }
  return out;
}

/** Meta-attributes of an operation that is not configured: those of op_defaults. */
export function operationDefaults(
  cib: XmlElement,
  resource: Resource,
  name: string,
  intervalMs: number,
  nowEpochSeconds: number,
): ReadonlyMap<string, string> {
  const defaults = cib.descend("configuration", "op_defaults");
  const agent = { agentClass: resource.agentClass, provider: resource.provider, type: resource.type };
  return defaults ? readPairs(defaults, "meta_attributes", { nowEpochSeconds, agent, operation: { name, intervalMs } }) : new Map();
}

/** The answer to a failure that a word means; undefined for a word that is not known. */
export function onFailOf(text: string | undefined): OnFail | undefined {
  const name = text?.toLowerCase();
  if (name === "nothing") return "ignore";
  if (name === "migrate") return "ban";
  return ON_FAIL.find((known) => known === name);
}
