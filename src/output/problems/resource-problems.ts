import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../../xml/element.ts";
import { bundleProblems } from "./bundle-problems.ts";
import { metaProblems } from "./meta-problems.ts";
import { doubt, failure, type Problem } from "./problem.ts";

const KINDS = new Set(["primitive", "group", "clone", "master", "bundle"]);

const NO_FENCING =
  "Resource start-up disabled since no fencing resources have been defined. Either configure some or disable fencing with the " +
  "fencing-enabled option. NOTE: Clusters with shared data need fencing to ensure data integrity.";

/** What is odd about resources, and which of them are left out because of it. Source: Pacemaker 3.0.2, reading of resources. */
export function resourceProblems(unpacked: Unpacked): Problem[] {
  const section = unpacked.cib.descend("configuration", "resources");
  const { options, resources, top } = unpacked;
  const byId = new Map([...resources.top].reverse().map((resource) => [resource.id, resource]));
  const templates = new Set(section?.childrenNamed("template").map((template) => template.id));
  const problems = (section?.children ?? []).flatMap((xml): Problem[] => {
    if (!KINDS.has(xml.name)) return [];
    if (xml.id === undefined || xml.id === "") return [failure("unpack_resources", `Ignoring <${xml.name}> resource without ID`)];
    const resource = byId.get(xml.id);
    if (resource) return [...templateProblems(templates, xml), ...readProblems(resource, unpacked)];
    const left = `Ignoring <${xml.name}> resource '${xml.id}' because configuration is invalid`;
    return [...templateProblems(templates, xml), ...causes(xml), failure("unpack_resources", left)];
  });
  problems.push(...containerProblems(unpacked));
  const devices = top.filter(({ isRemoved }) => !isRemoved).flatMap((one) => one.primitives().filter(({ isFenceDevice }) => isFenceDevice));
  if (options.isFencingEnabled && !options.hasWatchdog && devices.length === 0) problems.push(failure("unpack_resources", NO_FENCING));
  return [...problems, ...guestProblems(top)];
}

/** Resources that are to live in one that is not there. */
function containerProblems({ resources }: Unpacked): Problem[] {
  return resources.top.flatMap((top) =>
    top.primitives().flatMap((resource): Problem[] => {
      const container = resource.isRemoved ? undefined : resource.meta.get("container");
      if (container === undefined || resources.byId.has(container)) return [];
      return [failure("setup_container", `Resource ${resource.id}: Unknown container ${container}`)];
    }),
  );
}

/** Resources that would make one node: the first of them does. Pacemaker makes two connections of one name. */
function guestProblems(top: readonly Resource[]): Problem[] {
  const makers = new Map<string, string>();
  return top.flatMap((one) => {
    if (one.isRemoved || (one.kind !== "primitive" && one.kind !== "group")) return [];
    return one.primitives().flatMap((primitive): Problem[] => {
      const guest = primitive.meta.get("remote-node");
      if (guest === undefined) return [];
      // The connection that would be made for it has no name either.
      if (guest === "") return [failure("unpack_resources", "Ignoring <primitive> resource without ID")];
      const maker = makers.get(guest);
      if (maker === undefined) makers.set(guest, primitive.id);
      return maker === undefined
        ? []
        : [doubt("unpack_resources", `Ignoring remote-node of ${primitive.id}: guest node ${guest} is that of ${maker}`)];
    });
  });
}

/** Of a resource and what it holds; for a clone, of each of its instances. */
function readProblems(resource: Resource, unpacked: Unpacked): Problem[] {
  const own = metaProblems(resource, unpacked);
  const inside = resource.kind === "bundle" ? bundleProblems(resource.xml) : [];
  // What runs in containers is read before they are.
  const content = resource.children.filter(({ kind }) => resource.bundle && kind === "clone");
  const children = [...content, ...resource.children.filter((child) => !content.includes(child))];
  return [...own, ...inside, ...children.flatMap((child) => readProblems(child, unpacked))];
}

function templateProblems(templates: ReadonlySet<string | undefined>, xml: XmlElement): Problem[] {
  return [...xml.walk()].flatMap((one): Problem[] => {
    const template = KINDS.has(one.name) ? one.get("template") : undefined;
    if (template === undefined) return [];
    if (template === one.id) return [failure("unpack_template", `The resource object '${one.id}' should not reference itself`)];
    return templates.has(template) ? [] : [failure("unpack_template", `No template named '${template}'`)];
  });
}

/** Why a resource was left out. */
function causes(xml: XmlElement): Problem[] {
  switch (xml.name) {
    case "bundle":
      return bundleProblems(xml);
    case "group":
      if (xml.childrenNamed("primitive").length > 0) return [];
      return [failure("group_unpack", `Group ${xml.id} will be ignored because it does not have any members`)];
    case "clone":
    case "master":
      return cloneCauses(xml);
    default:
      return [];
  }
}

function cloneCauses(xml: XmlElement): Problem[] {
  const inner = xml.child("primitive") ?? xml.child("group");
  if (!inner) return [failure("clone_unpack", `${xml.id} has nothing to clone`)];
  const members = inner.name === "group" ? inner.childrenNamed("primitive") : [inner];
  const wrong = members.find((member) => member.get("class") !== undefined && member.get("class")?.toLowerCase() !== "ocf");
  if (!wrong) return [];
  const text = `Resource ${wrong.id}:0 is of type ${wrong.get("class")} and therefore cannot be used as a promotable clone resource`;
  return [failure("native_unpack", text)];
}
