import type { Coordinator } from "../dc/coordinator.ts";
import type { NodeContext } from "../interface/node-context.ts";

/** What the parts of a node share that deal with the DC, whether that is another node or this one. */
export interface MemberContext extends NodeContext {
  /** Carries out decisions while this node is DC. */
  coordinator(): Coordinator | undefined;
}
