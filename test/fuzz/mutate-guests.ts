import type { XmlElement } from "../../src/xml/element.ts";
import { type Mutation, resourcesOf, setPair } from "./mutation.ts";

function primitives(cib: XmlElement, isDevice: boolean): XmlElement[] {
  return resourcesOf(cib).filter((one) => one.name === "primitive" && (one.get("class") === "stonith") === isDevice);
}

/** Makes a primitive of its own, or a group's, a virtual machine that is a node. */
const makeGuest: Mutation = ({ cib, choice, id }) => {
  const resources = cib.descend("configuration", "resources");
  const top = [...(resources?.childrenNamed("primitive") ?? []), ...(resources?.childrenNamed("group") ?? [])];
  const machine = choice.maybe(
    top
      .flatMap((one) => (one.name === "group" ? one.childrenNamed("primitive") : [one]))
      .filter((one) => one.get("class") === "ocf" && one.get("type") !== "remote"),
  );
  if (machine !== undefined) setPair(machine, "meta_attributes", id, "remote-node", `${id}-guest`);
};

const changeBundle: Mutation = ({ cib, choice }) => {
  const bundle = choice.maybe(resourcesOf(cib).filter((one) => one.name === "bundle"));
  const container = bundle?.children.find((one) => ["podman", "docker"].includes(one.name));
  if (container === undefined) return;
  const [name, values] = choice.one<readonly [string, readonly string[]]>([
    ["replicas", ["1", "2", "4"]],
    ["replicas-per-host", ["1", "2"]],
    ["promoted-max", ["1", "2"]],
  ]);
  container.set(name, choice.one(values));
};

/** Nodes have to be given access before anything may run there. */
const askForUnfencing: Mutation = ({ cib, choice, id }) => {
  const device = choice.maybe(primitives(cib, true));
  if (device !== undefined) setPair(device, "meta_attributes", id, "provides", "unfencing");
  const resource = choice.maybe(primitives(cib, false));
  if (resource !== undefined && choice.chance(0.5)) setPair(resource, "meta_attributes", `${id}-requires`, "requires", "unfencing");
};

/** Guests, containers and access to shared things. */
export const GUEST_MUTATIONS: readonly Mutation[] = [makeGuest, changeBundle, askForUnfencing];
