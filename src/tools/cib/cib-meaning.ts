import { parseBoolean } from "../../cib/document.ts";
import { configurationLog } from "../../output/configuration-log.ts";
import type { LogEntry } from "../../output/log-entry.ts";
import { type ClusterStatus, type StatusResource, withMembers } from "../../output/status-model.ts";
import { parseDurationMs } from "../../time/duration.ts";
import type { XmlElement } from "../../xml/element.ts";

/** Something that fits the schema and still cannot work, or may not. */
interface MeaningProblem {
  readonly isError: boolean;
  readonly message: string;
}

/** What the reading of a configuration came to: problems for the user, and the rest of the log. */
interface Meaning {
  readonly problems: readonly MeaningProblem[];
  readonly log: readonly LogEntry[];
}

/** Attributes of constraints that name a resource. */
const RESOURCE_REFERENCES = ["rsc", "with-rsc", "first", "then"];

/** Looks for what cannot be: fencing without devices, references to nothing, unreadable times. Texts as Pacemaker 3.0.2 has them. */
export function findMeaning(status: ClusterStatus): Meaning {
  const log = configurationLog(status);
  const isProblem = (entry: LogEntry): boolean => entry.source === "unpack_resources";
  return {
    problems: [
      ...promotionProblems(status),
      ...log.filter(isProblem).map((entry) => ({ isError: true, message: entry.text })),
      ...nodeProblems(status),
      ...constraintProblems(status.cib),
      ...operationProblems(status.cib),
    ],
    log: log.filter((entry) => !isProblem(entry)),
  };
}

/** Only OCF agents know how to promote. */
function promotionProblems(status: ClusterStatus): MeaningProblem[] {
  const configured = status.cib.descend("configuration", "resources")?.children ?? [];
  return configured.flatMap((clone): MeaningProblem[] => {
    const isPromotable = clone.name === "master" || (clone.name === "clone" && isTrue(clone, "promotable"));
    const wrong = [...clone.walk()].find((node) => node.name === "primitive" && !["ocf", undefined].includes(node.get("class")));
    if (!isPromotable || !wrong) return [];
    return [
      `Resource ${wrong.id}:0 is of type ${wrong.get("class")} and therefore cannot be used as a promotable clone resource`,
      `Ignoring <${clone.name}> resource '${clone.id}' because configuration is invalid`,
    ].map((message) => ({ isError: true, message }));
  });
}

function isTrue(resource: XmlElement, name: string): boolean {
  const pairs = resource.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
  return parseBoolean(pairs.find((pair) => pair.get("name") === name)?.get("value")) ?? false;
}

function nodeProblems(status: ClusterStatus): MeaningProblem[] {
  const { options, hasFenceDevice } = status.unpacked;
  const all: StatusResource[] = status.resources.flatMap((resource) => [...withMembers(resource)]);
  const canFence = options.isFencingEnabled && hasFenceDevice && all.some((resource) => resource.isManaged);
  if (canFence) return [];
  const unclean = status.nodes.filter((node) => node.isUnclean);
  return unclean.map((node) => ({ isError: false, message: `Node ${node.name} is unclean but cannot be fenced` }));
}

function constraintProblems(cib: XmlElement): MeaningProblem[] {
  const resources = cib.descend("configuration", "resources");
  const ids = new Set([...(resources?.walk() ?? [])].flatMap((node) => (isResource(node) && node.id !== undefined ? [node.id] : [])));
  for (const tag of cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []) if (tag.id !== undefined) ids.add(tag.id);
  return (cib.descend("configuration", "constraints")?.children ?? []).flatMap((constraint): MeaningProblem[] => {
    const missing = (id: string | undefined): id is string => id !== undefined && !ids.has(id) && !ids.has(id.replace(/:\d+$/, ""));
    const named = RESOURCE_REFERENCES.map((name) => constraint.get(name)).filter(missing);
    const inSets = [...constraint.walk()]
      .filter((node) => node.name === "resource_ref")
      .map((node) => node.id)
      .filter(missing);
    const because = (id: string): string => `because '${id}' is not a valid resource or tag`;
    return [
      ...named.map((id) => ({ isError: true, message: `Ignoring constraint '${constraint.id}' ${because(id)}` })),
      ...inSets.map((id) => ({ isError: true, message: `Ignoring resource sets for constraint '${constraint.id}' ${because(id)}` })),
    ];
  });
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
        problems.push({ isError: true, message: `${path}: attribute "${name}" is no time: "${text}"` });
      }
    }
  }
  return problems;
}
