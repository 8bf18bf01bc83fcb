import { leadingInteger } from "../../base/leading-integer.ts";
import { parseBoolean } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import { plainPseudo } from "../plan/plain-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { flagsOf, inverseOf, type OrderKind, orderKind, orderSymmetry, type Symmetry } from "./order-kind.ts";
import { type NamedSet, OrderReferences } from "./order-references.ts";
import { separationOrders } from "./separation-orders.ts";

const { firstImpliesThenGraphed, minRunnable, unrunnableFirstBlocks } = RELATION;

/**
 * Turns constraints into orders, as they come in the document: an order may make an action that a later constraint finds.
 * Source: Pacemaker Explained, "Ordering Constraints".
 */
export function constraintOrders(plan: Plan): void {
  const references = new OrderReferences(plan.cluster.targets);
  for (const xml of plan.cluster.cib.descend("configuration", "constraints")?.children ?? []) {
    if (xml.name === "rsc_colocation") {
      for (const colocation of plan.cluster.separations.get(xml) ?? []) separationOrders(plan, colocation);
      continue;
    }
    if (xml.name !== "rsc_order") continue;
    const sets = setsOf(references, xml);
    if (sets) new SetOrders(plan, xml).add(sets);
    else if (xml.child("resource_set") === undefined) plainOrder(plan, references, xml);
  }
}

/** The sets of a constraint; one that names a tag or template is one of two sets. */
function setsOf(references: OrderReferences, xml: XmlElement): NamedSet[] | undefined {
  if (xml.child("resource_set")) return references.sets(xml);
  const [firstId, thenId] = [xml.get("first"), xml.get("then")];
  if (references.resource(firstId) && references.resource(thenId)) return undefined;
  const first = references.single(firstId, xml.get("first-action"));
  const then = references.single(thenId, xml.get("then-action"));
  return first && then ? [first, then] : undefined;
}

function plainOrder(plan: Plan, references: OrderReferences, xml: XmlElement): void {
  const first = references.resource(xml.get("first"));
  const then = references.resource(xml.get("then"));
  if (!first || !then) return;
  const firstAction = xml.get("first-action") ?? "start";
  const thenAction = xml.get("then-action") ?? firstAction;
  const kind = orderKind(xml);
  const symmetry = orderSymmetry(xml, kind, undefined);
  const flags = flagsOf(kind, firstAction, symmetry);
  const minimum = minimumInstances(first, xml);
  if (minimum > 0) {
    const met = plainPseudo(plan, `clone-one-or-more:${xml.id ?? ""}`);
    met.requiredRunnableBefore = minimum;
    met.minimumId = xml.id ?? "";
    for (const instance of first.children) plan.orders.afterOperation(met, instance, firstAction, minRunnable | firstImpliesThenGraphed);
    plan.orders.beforeOperation(met, then, thenAction, flags | unrunnableFirstBlocks);
  } else plan.orders.between(first, firstAction, then, thenAction, flags);
  const [firstInverse, thenInverse] = [inverseOf(firstAction), inverseOf(thenAction)];
  if (symmetry !== "symmetric" || firstInverse === undefined || thenInverse === undefined) return;
  plan.orders.between(then, thenInverse, first, firstInverse, flagsOf(kind, firstInverse, "inverse"));
}

/** How many instances of a clone have to be up for what comes after it; 0 for all that can. */
export function minimumInstances(first: Resource, xml: XmlElement): number {
  if (!first.clone) return 0;
  const configured = first.meta.get("clone-min");
  if (configured !== undefined) return Math.max(0, leadingInteger(configured, 0));
  return parseBoolean(xml.get("require-all")) === false ? 1 : 0;
}

/** Orders of one constraint with sets. */
class SetOrders {
  readonly #plan: Plan;
  readonly #kind: OrderKind;
  readonly #symmetry: Symmetry;
  readonly #symmetrical: string | undefined;

  constructor(plan: Plan, xml: XmlElement) {
    this.#plan = plan;
    this.#kind = orderKind(xml);
    this.#symmetry = orderSymmetry(xml, this.#kind, undefined);
    this.#symmetrical = xml.get("symmetrical");
  }

  add(sets: readonly NamedSet[]): void {
    sets.forEach((set, index) => {
      this.#inside(set);
      const previous = sets[index - 1];
      if (!previous) return;
      this.#between(previous, set, this.#symmetry);
      if (this.#symmetry === "symmetric") this.#between(set, previous, "inverse");
    });
  }

  #order(first: Resource | undefined, firstAction: string, then: Resource | undefined, thenAction: string, flags: number): void {
    if (first && then) this.#plan.orders.between(first, firstAction, then, thenAction, flags);
  }

  /** Members of a sequential set one after the other; those of a serialized set in any order, but not at once. */
  #inside(set: NamedSet): void {
    const { resources } = set;
    if (resources.length < 2) return;
    const action = set.action ?? "start";
    const kind = set.kind !== undefined && set.xml ? orderKind(set.xml) : this.#kind;
    const symmetry = orderSymmetry(set.xml, this.#kind, this.#symmetrical);
    const isSequential = set.sequential === undefined || parseBoolean(set.sequential) === true;
    const flags = flagsOf(kind, action, symmetry);
    resources.forEach((resource, index) => {
      if (kind === "Serialize") for (const later of resources.slice(index + 1)) this.#order(resource, action, later, action, flags);
      else if (isSequential) this.#order(resources[index - 1], action, resource, action, flags);
    });
    const inverse = inverseOf(action);
    if (symmetry === "asymmetric" || !isSequential || inverse === undefined) return;
    const down = flagsOf(kind, inverse, "inverse");
    resources.forEach((resource, index) => {
      this.#order(resource, inverse, resources[index - 1], inverse, down);
    });
  }

  #between(before: NamedSet, after: NamedSet, symmetry: Symmetry): void {
    const isInverse = symmetry === "inverse";
    const actionOf = (set: NamedSet): string | undefined => (isInverse ? inverseOf(set.action ?? "start") : (set.action ?? "start"));
    const [beforeAction, afterAction] = [actionOf(before), actionOf(after)];
    if (beforeAction === undefined || afterAction === undefined) return;
    const flags = flagsOf(this.#kind, beforeAction, symmetry);
    const isDown = beforeAction === "stop" || beforeAction === "demote";
    if (!isDown && parseBoolean(before.xml?.get("require-all")) === false) {
      this.#oneOrMore(before, beforeAction, after, afterAction, flags);
      return;
    }
    // Of a sequential set only the end that is next to the other set counts.
    const firsts =
      parseBoolean(before.sequential) === true ? [isInverse ? before.resources[0] : before.resources.at(-1)] : before.resources;
    const thens = parseBoolean(after.sequential) === true ? [isInverse ? after.resources.at(-1) : after.resources[0]] : after.resources;
    for (const first of firsts) for (const then of thens) this.#order(first, beforeAction, then, afterAction, flags);
  }

  /** The later set comes when any of the earlier one has. */
  #oneOrMore(before: NamedSet, beforeAction: string, after: NamedSet, afterAction: string, flags: number): void {
    const { orders } = this.#plan;
    const any = plainPseudo(this.#plan, `one-or-more:${before.id}`);
    any.requiredRunnableBefore = 1;
    any.minimumId = before.id;
    for (const first of before.resources) orders.afterOperation(any, first, beforeAction, minRunnable | firstImpliesThenGraphed);
    for (const then of after.resources) orders.beforeOperation(any, then, afterAction, flags | unrunnableFirstBlocks);
  }
}
