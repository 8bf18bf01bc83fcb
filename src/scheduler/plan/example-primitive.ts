import { element, type XmlElement } from "../../xml/element.ts";
import type { ConfiguredOperation } from "../cluster/configured-operation.ts";
import { Resource } from "../cluster/resource.ts";
import type { Agent } from "../unpack/configuration/operations.ts";

/** A primitive of a cluster of one node, for tests; `read` gives what is made of its operations, which is nothing by default. */
export function examplePrimitive(
  id: string,
  operations: readonly XmlElement[],
  read: (xml: XmlElement, agent: Agent) => readonly ConfiguredOperation[] = () => [],
): Resource {
  const xml = element("primitive", { id }, [element("operations", {}, [...operations])]);
  const agent = { agentClass: "ocf", provider: "pacemaker", type: "Dummy" };
  return new Resource({
    id,
    kind: "primitive",
    xml,
    parent: undefined,
    meta: new Map(),
    agent,
    operations: read(xml, agent),
    priority: 0,
    stickiness: 0,
    migrationThreshold: 0,
    failureTimeoutMs: 0,
    isManaged: true,
    isRemoved: false,
    nodeCount: 1,
  });
}
