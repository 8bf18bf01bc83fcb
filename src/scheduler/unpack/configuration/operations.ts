import { parseBoolean } from "../../../cib/document.ts";
import type { XmlElement } from "../../../xml/element.ts";
import { type ConfiguredOperation, ON_FAIL, type OnFail } from "../../cluster/configured-operation.ts";
import { timeMs } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { Role } from "../../cluster/role.ts";
import { readPairs } from "./pairs.ts";
import { hasRule, type RuleContext } from "./rules.ts";

const DEFAULT_TIMEOUT_MS = 20_000;

/** No attribute can hold it. */
const SEPARATOR = "\0";

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

/** Reads the operations of primitives, defaults included. */
export class OperationsReader {
  readonly #defaults: XmlElement | undefined;
  readonly #clock: RuleContext;
  /** Those that are known by their attributes alone, by what these say or how it is written: most resources have the same ones. */
  readonly #known = new Map<string, ConfiguredOperation>();
  #hasRules: boolean;

  /** When rules turn is asked with the actions that are made by these operations, not here. */
  constructor(defaults: XmlElement | undefined, { nowEpochSeconds }: RuleContext) {
    this.#defaults = defaults;
    this.#clock = { nowEpochSeconds };
    this.#hasRules = defaults !== undefined && hasRule(defaults);
  }

  /** True when rules say something of an operation, or of all of them, as far as they have been read. */
  get hasRules(): boolean {
    return this.#hasRules;
  }

  /** Those of one primitive; of those with the same name and interval the first one. */
  read(xml: XmlElement, agent: Agent): ConfiguredOperation[] {
    const out: ConfiguredOperation[] = [];
    for (const op of xml.child("operations")?.childList ?? []) {
      if (op.name !== "op") continue;
      const operation = this.#operation(op, agent);
      const isSame = (known: ConfiguredOperation): boolean => known.name === operation.name && known.intervalMs === operation.intervalMs;
      if (operation.intervalMs <= 0 || !out.some(isSame)) out.push(operation);
    }
    return out;
  }

  #operation(op: XmlElement, agent: Agent): ConfiguredOperation {
    if (this.#defaults || op.childList.length > 0) return this.#readOperation(op, agent);
    // All but its id, which mostly comes first.
    const key = (op.attributeNames[0] === "id" ? op.writtenBehindFirst : undefined) ?? attributesWithoutId(op);
    let operation = this.#known.get(key);
    if (!operation) this.#known.set(key, (operation = this.#readOperation(op, agent)));
    return operation;
  }

  #readOperation(op: XmlElement, agent: Agent): ConfiguredOperation {
    const name = op.get("name") ?? "";
    const intervalMs = timeMs(op.get("interval"), 0);
    const hasSets = op.childList.length > 0;
    if (hasSets && hasRule(op)) this.#hasRules = true;
    const context = hasSets || this.#defaults ? { ...this.#clock, agent, operation: { name, intervalMs } } : this.#clock;
    const meta = new Map<string, string>();
    for (const [key, value] of op.attributes) if (key !== "id" && key !== "name" && key !== "interval") meta.set(key, value);
    if (hasSets) readPairs(op, "meta_attributes", context, meta);
    if (this.#defaults) readPairs(this.#defaults, "meta_attributes", context, meta);
    return {
      name,
      intervalMs,
      timeoutMs: timeMs(meta.get("timeout"), DEFAULT_TIMEOUT_MS),
      startDelayMs: timeMs(meta.get("start-delay"), 0),
      role: ROLE_NAMES[(meta.get("role") ?? "").toLowerCase()],
      onFail: onFailOf(meta.get("on-fail")),
      isEnabled: parseBoolean(meta.get("enabled")) ?? true,
      parameters: hasSets ? readPairs(op, "instance_attributes", context) : NO_PARAMETERS,
      meta,
    };
  }
}

/** Names and values of the attributes but for the id, as no document writes them. */
function attributesWithoutId(op: XmlElement): string {
  let text = "";
  for (const name of op.attributeNames) if (name !== "id") text += `${name}=${op.get(name)}${SEPARATOR}`;
  return text;
}

/** Meta-attributes of an operation that is not configured: those of op_defaults. */
export function operationDefaults(
  cib: XmlElement,
  resource: Resource,
  name: string,
  intervalMs: number,
  clock: Pick<RuleContext, "nowEpochSeconds" | "onTurn">,
): ReadonlyMap<string, string> {
  const defaults = cib.descend("configuration", "op_defaults");
  const agent = { agentClass: resource.agentClass, provider: resource.provider, type: resource.type };
  return defaults ? readPairs(defaults, "meta_attributes", { ...clock, agent, operation: { name, intervalMs } }) : new Map();
}

/** The answer to a failure that a word means; undefined for a word that is not known. */
export function onFailOf(text: string | undefined): OnFail | undefined {
  const name = text?.toLowerCase();
  if (name === "nothing") return "ignore";
  if (name === "migrate") return "ban";
  return ON_FAIL.find((known) => known === name);
}
