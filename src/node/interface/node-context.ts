import type { Term, View } from "../../model/view.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Asker, ClientReply } from "./client.ts";
import type { NodeMessage } from "./messages.ts";
import type { ClusterNodeConfiguration, LogLevel, NodeEffect, NodeTime } from "./node-types.ts";

/** What the parts of a node share: its facts of the present step, and the ways to have an effect. */
export interface NodeContext {
  readonly configuration: ClusterNodeConfiguration;
  /** Times of the present step. */
  time(): NodeTime;
  /** The document in force on this node. */
  cib(): XmlElement;
  /** The view this node is a member of. */
  view(): View | undefined;
  /** Newest term this node promised. */
  promised(): Term;
  emit(effect: NodeEffect): void;
  /** To one node, or, with `to` undefined, to all that listen. */
  send(to: string | undefined, message: NodeMessage): void;
  /** Answers whoever asked, here or on another node. */
  reply(asker: Asker, reply: ClientReply): void;
  log(level: LogLevel, text: string): void;
}
