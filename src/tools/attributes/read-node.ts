import type { ClientReply } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { askDocument, readCib, usesFile } from "../cib/cib-access.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { findNode, type KnownNode } from "./attribute-pairs.ts";

/** A document with what is asked about a node, and the node; undefined when there is none of the name. */
export interface NodeReading {
  readonly cib: XmlElement;
  readonly node: KnownNode | undefined;
}

/**
 * Finds a node in sections of the CIB that were read (`nodes` among them), and adds its state where that is wanted. The whole
 * document is read for a node that is no member: it may be a resource. An error reply when it cannot be had.
 */
export async function readNode(
  ports: ToolPorts,
  client: string,
  sections: XmlElement,
  name: string,
  isStateWanted: boolean,
): Promise<NodeReading | { error: ClientReply }> {
  const node = findNode(sections, name);
  if (usesFile(ports) || (node && !isStateWanted)) return { cib: sections, node };
  if (!node || node.id.includes("'")) {
    const read = await readCib(ports, client);
    return "error" in read ? read : { cib: read.cib, node: findNode(read.cib, name) };
  }
  const xpath = `/cib/status/node_state[@id='${node.id}']`;
  const { document } = await askDocument(ports, client, { operation: "query", xpath });
  const status = element("status", {}, document ? [document] : []);
  return { cib: element("cib", {}, [...sections.childrenNamed("configuration"), status]), node };
}
