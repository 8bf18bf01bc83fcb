import { leadingInteger } from "../../base/leading-integer.ts";
import { LIMITS } from "../../base/limits.ts";
import { parseBoolean } from "../../cib/document.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import { defaultRequirement } from "../../scheduler/unpack/configuration/requires.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { defaultProblems } from "./deprecation-problems.ts";
import { BAD_INPUT, doubt, failure, type Problem } from "./problem.ts";

const MULTIPLE_ACTIVE = ["stop_start", "stop_only", "block", "stop_unexpected"];
/** Colours stand for the scores of node health. */
const HEALTH = ["red", "yellow", "green"];
const REQUIRES = ["nothing", "quorum", "fencing", "unfencing"];

/** Meta-attributes of a resource that mean nothing, or not what they say, given whether the cluster unfences nodes. Source: Pacemaker 3.0.2, reading of resources. */
export function metaProblems(resource: Resource, unpacked: Unpacked): Problem[] {
  return [
    ...defaultProblems(holdersOf(resource, unpacked), "meta_attributes"),
    ...defaultProblems([resource.xml], "instance_attributes"),
    ...scoreProblems(resource, "priority", "unpack_priority", "0"),
    ...defaultNamed(resource, "is-managed", "pe__unpack_resource"),
    ...multipleActiveProblems(resource),
    ...scoreProblems(resource, "resource-stickiness", "unpack_stickiness", "0"),
    ...scoreProblems(resource, "migration-threshold", "unpack_migration_threshold", "INFINITY"),
    ...requiresProblems(resource, unpacked),
    ...targetRoleProblems(resource),
    ...cloneProblems(resource),
    ...numberProblems(resource),
  ];
}

/** Where a resource has its meta-attributes from. */
function holdersOf(resource: Resource, { cib }: Unpacked): XmlElement[] {
  const holders: XmlElement[] = [];
  for (let one: Resource | undefined = resource; one; one = one.parent) holders.push(one.xml);
  const defaults = cib.descend("configuration", "rsc_defaults");
  return defaults ? [...holders, defaults] : holders;
}

/** The word `default` is on its way out: not to set something says the same. */
function defaultNamed({ meta }: Resource, name: string, source: string): Problem[] {
  if (meta.get(name)?.toLowerCase() !== "default") return [];
  const what = `Support for setting ${name} to the explicit value 'default' is deprecated`;
  return [doubt(source, `${what} and will be removed in a future release (just leave it unset)`)];
}

function scoreProblems(resource: Resource, name: string, source: string, fallback: string): Problem[] {
  const value = resource.meta.get(name);
  if (value === undefined) return [];
  if (name !== "priority" && value.toLowerCase() === "default") return defaultNamed(resource, name, source);
  const score = HEALTH.includes(value.toLowerCase()) ? 0 : parseScore(value);
  const isThreshold = name === "migration-threshold";
  if (score !== undefined && !(isThreshold && score < 0)) return [];
  const reason = score === undefined ? BAD_INPUT : "OK";
  const what = `resource ${resource.id} ${isThreshold ? "meta-attribute " : ""}${name}`;
  return [doubt(source, `Using default (${fallback}) for ${what} because '${value}' is not a valid value: ${reason}`)];
}

function multipleActiveProblems({ meta }: Resource): Problem[] {
  const value = meta.get("multiple-active");
  if (value === undefined || MULTIPLE_ACTIVE.includes(value.toLowerCase())) return [];
  return [doubt("pe__unpack_resource", `${value} is not a valid value for multiple-active, using default of "stop_start"`)];
}

function requiresProblems(resource: Resource, unpacked: Unpacked): Problem[] {
  const value = resource.meta.get("requires");
  const source = "unpack_requires";
  const isKnown = value !== undefined && REQUIRES.includes(value.toLowerCase());
  const used = isKnown ? value.toLowerCase() : defaultRequirement(resource, unpacked.options, unpacked.usesUnfencing);
  const problems: Problem[] = [];
  if (value !== undefined && !isKnown)
    problems.push(failure(source, `Resetting 'requires' for ${resource.id} to '${used}' because '${value}' is not valid`));
  if (unpacked.options.isFencingEnabled && !(used === "unfencing" && resource.isFenceDevice)) return problems;
  if (used === "fencing") return [...problems, doubt(source, `${resource.id} requires fencing but fencing is disabled`)];
  if (used !== "unfencing") return problems;
  const why = resource.isFenceDevice ? "fencing devices cannot require unfencing" : "fencing is disabled";
  return [...problems, doubt(source, `Resetting "requires" for ${resource.id} to "quorum" because ${why}`)];
}

/** A target role that means nothing for the resource. */
export function targetRoleProblems(resource: Resource): Problem[] {
  const value = resource.meta.get("target-role");
  const source = "get_target_role";
  if (value === undefined) return [];
  if (value.toLowerCase() === "default") return defaultNamed(resource, "target-role", source);
  const role = readRole(value);
  const ignored = `Ignoring 'target-role' for ${resource.id} because '${value}'`;
  if (role === undefined) return [failure(source, `${ignored} is not valid`)];
  const isPromotable = resource.isPromotable || resource.clone?.isPromotable === true;
  if (isPromotable || role === "Stopped" || role === "Started") return [];
  return [failure(source, `${ignored} only makes sense for promotable clones`)];
}

/** Numbers that would take more memory and time than any plan is worth. */
const CLONE_NUMBERS = ["clone-max", "clone-node-max", "promoted-max", "promoted-node-max"];

function numberProblems({ id, clone, bundle, meta, xml }: Resource): Problem[] {
  if (!clone && !bundle) return [];
  const name = bundle ? "replicas" : "clone-max";
  const asked = Number.parseInt((bundle ? (xml.child("docker") ?? xml.child("podman")) : meta)?.get(name) ?? "", 10);
  const most = bundle ? LIMITS.replicas : LIMITS.instances;
  const unreadable = clone ? CLONE_NUMBERS.filter((one) => meta.has(one) && Number.isNaN(leadingInteger(meta.get(one)))) : [];
  return [
    ...unreadable.map((one) => doubt("clone_unpack", `Using 0 for ${one} of ${id} because '${meta.get(one)}' is not a number`)),
    ...(asked > most ? [doubt("clone_unpack", `Using ${most} for ${name} of ${id} because ${asked} is more than can be planned for`)] : []),
  ];
}

function cloneProblems(resource: Resource): Problem[] {
  const { clone, meta } = resource;
  if (!clone) return [];
  const perNode = Number.parseInt(meta.get("clone-node-max") ?? "1", 10) || 1;
  const asked = resource.xml.walk();
  const wantsUnique = [...asked].some((pair) => pair.get("name") === "globally-unique" && parseBoolean(pair.get("value")) === true);
  const wrong = resource.primitives().filter(({ agentClass }) => !["ocf", "stonith"].includes(agentClass.toLowerCase()));
  if (!clone.isUnique && wrong.length > 0 && (wantsUnique || (perNode > 1 && !isNamedAnonymous(resource)))) {
    return wrong.map(({ agentClass, id }) => {
      const why = `${agentClass} resources such as ${id} can be used only as anonymous clones`;
      return doubt("pe__force_anon", `Ignoring globally-unique for ${resource.id} because ${why}`);
    });
  }
  if (clone.isUnique || perNode <= 1) return [];
  const why = "because anonymous clones support only one instance per node";
  return [failure("clone_unpack", `Ignoring clone-node-max of ${perNode} for ${resource.id} ${why}`)];
}

function isNamedAnonymous({ xml }: Resource): boolean {
  return [...xml.walk()].some((pair) => pair.get("name") === "globally-unique" && parseBoolean(pair.get("value")) === false);
}
