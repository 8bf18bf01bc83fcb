import { parseBoolean } from "../../cib/document.ts";
import { AttributePicker } from "../../xml/attribute-picker.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { ConfiguredOperation } from "../cluster/configured-operation.ts";
import { timeMs } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";

/** Operations that cannot be repeated, whatever interval is configured. */
const NEVER_RECURRING = new Set(["stop", "start", "demote", "promote", "reload-agent", "migrate_to", "migrate_from"]);

const OPERATION = new AttributePicker("name", "interval", "enabled", "role", "timeout");

/** An operation as it is written in the definition of a resource. */
export interface WrittenOperation {
  /** Index of its element among all that are there. */
  readonly place: number;
  readonly name: string;
  readonly intervalMs: number;
  readonly isEnabled: boolean;
  /** The role it is for, as it is written. */
  readonly roleText: string | undefined;
  readonly timeoutText: string | undefined;
  /** There are sets of meta-attributes, or of parameters, in its element. */
  readonly hasMetaSets: boolean;
  readonly hasParameterSets: boolean;
}

/** The operations of a definition. */
export interface OperationList {
  readonly all: readonly WrittenOperation[];
  /** The recurring ones, without those switched off, and those configured twice: which is meant is not clear. */
  readonly recurring: readonly WrittenOperation[];
}

interface KnownList {
  readonly operations: readonly ConfiguredOperation[];
  readonly list: OperationList;
}

const NO_ELEMENTS: readonly XmlElement[] = [];

/** The operations of resources as they are written. Most resources have the same ones: a list is made once for all of these. */
export class OperationLists {
  readonly #byDefinition = new Map<XmlElement, OperationList>();
  /** The newest list that begins with an operation. */
  readonly #byFirst = new Map<ConfiguredOperation, KnownList>();

  of(resource: Resource): OperationList {
    let list = this.#byDefinition.get(resource.xml);
    if (!list) this.#byDefinition.set(resource.xml, (list = this.#find(resource)));
    return list;
  }

  #find({ xml, operations }: Resource): OperationList {
    const elements = elementsOf(xml);
    const [first] = operations;
    // Otherwise some elements are no operations, or repeat others.
    const isComplete = first !== undefined && elements.length === operations.length;
    if (!isComplete) return readList(elements);
    const known = this.#byFirst.get(first);
    // Operations of two definitions are one object where they have the same attributes, and nothing else is said of them.
    if (known && areSame(known.operations, operations)) return known.list;
    const list = readList(elements);
    this.#byFirst.set(first, { operations, list });
    return list;
  }

  /** The element of an operation of a resource. */
  element({ xml }: Resource, { place }: WrittenOperation): XmlElement | undefined {
    return elementsOf(xml)[place];
  }
}

function elementsOf(definition: XmlElement): readonly XmlElement[] {
  return definition.child("operations")?.children ?? NO_ELEMENTS;
}

function areSame(some: readonly ConfiguredOperation[], others: readonly ConfiguredOperation[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false;
  return true;
}

function readList(elements: readonly XmlElement[]): OperationList {
  const all: WrittenOperation[] = [];
  for (let place = 0; place < elements.length; place += 1) {
    const xml = elements[place] as XmlElement;
    if (xml.name !== "op") continue;
    all.push({
      place,
      name: xml.pick(OPERATION, 0) ?? "",
      intervalMs: timeMs(xml.pick(OPERATION, 1), 0),
      isEnabled: parseBoolean(xml.pick(OPERATION, 2)) !== false,
      roleText: xml.pick(OPERATION, 3),
      timeoutText: xml.pick(OPERATION, 4),
      hasMetaSets: xml.child("meta_attributes") !== undefined,
      hasParameterSets: xml.child("instance_attributes") !== undefined,
    });
  }
  return { all, recurring: all.filter((one) => isRecurring(one, all)) };
}

function isRecurring({ name, intervalMs, isEnabled }: WrittenOperation, all: readonly WrittenOperation[]): boolean {
  if (intervalMs === 0 || NEVER_RECURRING.has(name) || !isEnabled) return false;
  return all.filter((other) => other.name === name && other.intervalMs === intervalMs).length === 1;
}
