import { clusterOption, parseBoolean } from "../cib/document.ts";
import { parseDurationMs } from "../time/duration.ts";
import type { XmlElement } from "../xml/element.ts";

/** Something that fits the schema and still cannot work, or may not. */
export interface MeaningProblem {
  readonly isError: boolean;
  readonly path: string;
  readonly message: string;
}

/** Attributes of constraints that name a resource. */
const RESOURCE_REFERENCES = ["rsc", "with-rsc", "first", "then"];

/** Looks for references to nothing, unreadable times, and fencing that cannot happen. */
export function findMeaningProblems(cib: XmlElement): MeaningProblem[] {
  return [...fencingProblems(cib), ...constraintProblems(cib), ...operationProblems(cib)];
}

function fencingProblems(cib: XmlElement): MeaningProblem[] {
  const isEnabled = parseBoolean(clusterOption(cib, "fencing-enabled", "stonith-enabled")) ?? true;
  const elements = [...(cib.descend("configuration", "resources")?.walk() ?? [])];
  const hasResources = elements.some((node) => node.name === "primitive");
  if (!isEnabled || !hasResources || elements.some((node) => node.get("class") === "stonith")) return [];
  const message =
    "Resource start-up disabled since no STONITH resources have been defined: either configure some or disable STONITH with the stonith-enabled option";
  return [{ isError: true, path: "/cib/configuration/resources", message }];
}

function constraintProblems(cib: XmlElement): MeaningProblem[] {
  const resources = cib.descend("configuration", "resources");
  const ids = new Set([...(resources?.walk() ?? [])].flatMap((node) => (isResource(node) && node.id !== undefined ? [node.id] : [])));
  for (const tag of cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []) if (tag.id !== undefined) ids.add(tag.id);
  const problems: MeaningProblem[] = [];
  for (const constraint of cib.descend("configuration", "constraints")?.children ?? []) {
    const path = `/cib/configuration/constraints/${constraint.name}[@id='${constraint.id}']`;
    const named = RESOURCE_REFERENCES.flatMap((name) => {
      const id = constraint.get(name);
      return id === undefined ? [] : [{ where: `attribute "${name}"`, id }];
    });
    const inSets = [...constraint.walk()].filter((node) => node.name === "resource_ref" && node.id !== undefined);
    const all = [...named, ...inSets.map((node) => ({ where: "a resource_ref", id: node.id ?? "" }))];
    for (const { where, id } of all) {
      if (!ids.has(id)) problems.push({ isError: true, path, message: `${where} names "${id}", which is no resource` });
    }
  }
  return problems;
}

function isResource(node: XmlElement): boolean {
  return ["primitive", "group", "clone", "master", "bundle", "template"].includes(node.name);
}

function operationProblems(cib: XmlElement): MeaningProblem[] {
  const problems: MeaningProblem[] = [];
  for (const resource of cib.descend("configuration", "resources")?.walk() ?? []) {
    for (const op of resource.child("operations")?.childrenNamed("op") ?? []) {
      const path = `//${resource.name}[@id='${resource.id}']/operations/op[@id='${op.id}']`;
      for (const name of ["interval", "timeout", "start-delay"]) {
        const text = op.get(name);
        if (text === undefined || parseDurationMs(text) !== undefined) continue;
        problems.push({ isError: true, path, message: `attribute "${name}" is no time: "${text}"` });
      }
    }
  }
  return problems;
}
