import type { XmlElement } from "../../src/xml/element.ts";

/** One action of a plan, free of ids. */
export interface CanonicalAction {
  readonly key: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Agent, priority, router and nodes brought down, as one text. */
  readonly details: string;
}

/** A plan free of ids: actions by what they do, and which comes before which. */
export interface CanonicalPlan {
  readonly actions: readonly CanonicalAction[];
  /** `BEFORE -> AFTER`. */
  readonly edges: ReadonlySet<string>;
  /** For every action what has to come before it, directly or not. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
}

const ACTION_NAMES = new Set(["rsc_op", "pseudo_event", "crm_event"]);

/** Attributes of actions that say nothing about the plan. */
const IGNORED = new Set(["crm_feature_set"]);

/** Reads a `<transition_graph>`. */
export function canonicalPlan(graph: XmlElement): CanonicalPlan {
  const keyById = new Map<string, string>();
  const actions: CanonicalAction[] = [];
  const direct = new Map<string, Set<string>>();
  for (const synapse of graph.childrenNamed("synapse")) {
    for (const xml of synapse.child("action_set")?.children ?? []) {
      if (!ACTION_NAMES.has(xml.name)) continue;
      const key = keyOf(xml);
      keyById.set(xml.id ?? "", key);
      const numbered = (xml.child("attributes")?.childrenNamed("param") ?? []).map(
        (one) => [one.get("name") ?? "", one.get("value") ?? ""] as const,
      );
      const attributes = new Map([...(xml.child("attributes")?.attributes ?? []), ...numbered].filter(([name]) => !IGNORED.has(name)));
      actions.push({ key, attributes, details: detailsOf(xml, synapse) });
      const inputs = direct.get(key) ?? new Set();
      direct.set(key, inputs);
    }
  }
  for (const synapse of graph.childrenNamed("synapse")) {
    const [own] = synapse.child("action_set")?.children.filter((xml) => ACTION_NAMES.has(xml.name)) ?? [];
    if (!own) continue;
    const inputs = direct.get(keyOf(own));
    for (const trigger of synapse.child("inputs")?.childrenNamed("trigger") ?? []) {
      const before = keyById.get(trigger.children[0]?.id ?? "") ?? `MISSING ${trigger.children[0]?.get("operation_key")}`;
      inputs?.add(before);
    }
  }
  const edges = new Set([...direct].flatMap(([after, inputs]) => [...inputs].map((before) => `${before} -> ${after}`)));
  return { actions, edges, before: closure(direct) };
}

function keyOf(xml: XmlElement): string {
  const node = xml.get("on_node");
  const internal = xml.get("internal_operation_key");
  return `${xml.name} ${xml.get("operation")} ${xml.get("operation_key")}${internal === undefined ? "" : ` [${internal}]`}${node === undefined ? "" : ` on ${node}`}`;
}

function detailsOf(xml: XmlElement, synapse: XmlElement): string {
  const primitive = xml.child("primitive");
  const agent = ["id", "long-id", "class", "provider", "type"].map((name) => primitive?.get(name) ?? "").join(":");
  const downed = (xml.child("downed")?.children ?? []).map((node) => node.id ?? "").sort();
  return `agent=${agent} priority=${synapse.get("priority") ?? "0"} router=${xml.get("router_node") ?? ""} downed=${downed.join(",")} mode=${xml.get("mode") ?? ""}`;
}

function closure(direct: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const done = new Map<string, Set<string>>();
  for (const key of direct.keys()) {
    const reached = new Set<string>();
    const pending = [...(direct.get(key) ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      pending.push(...(direct.get(next) ?? []));
    }
    done.set(key, reached);
  }
  return done;
}
