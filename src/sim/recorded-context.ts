import { initialCib } from "../cib/document.ts";
import { NO_TERM } from "../model/view.ts";
import type { ClientReply } from "../node/interface/client.ts";
import type { NodeMessage } from "../node/interface/messages.ts";
import type { NodeEffect } from "../node/interface/node-types.ts";
import type { MemberContext } from "../node/member/member-context.ts";

/** The surroundings of one part of the node n1, for looking at that part alone: what it wants done is written down. */
export interface RecordedContext extends MemberContext {
  /** Monotonic time of the present step. */
  nowMs: number;
  /** Messages in order, each with the node it is for; `undefined` is all. */
  readonly sent: { readonly to: string | undefined; readonly message: NodeMessage }[];
  /** Answers by `REQUEST` or, of clients of other nodes, `REQUEST@NODE`. */
  readonly replies: Map<string, ClientReply>;
  readonly effects: NodeEffect[];
  readonly logged: string[];
}

/** Surroundings without a view, with an empty document and the time 0, but for what is given. */
export function recordedContext(given: Partial<MemberContext> = {}): RecordedContext {
  const made: RecordedContext = {
    nowMs: 0,
    sent: [],
    replies: new Map(),
    effects: [],
    logged: [],
    configuration: {
      name: "n1",
      nodeId: "id-n1",
      incarnation: "n1-1",
      configuredNodes: ["n1", "n2", "n3"],
      quorum: { isTwoNode: false, isWaitForAll: false },
      election: { acceptMs: 1000, proposalMs: 3000, suspicionMs: 5000 },
      helloMs: 1000,
      commitMs: 2000,
      version: "test",
    },
    time: () => ({ nowMs: made.nowMs, epochSeconds: Math.floor(made.nowMs / 1000), dateText: "now" }),
    cib: () => initialCib(),
    view: () => undefined,
    promised: () => NO_TERM,
    coordinator: () => undefined,
    emit: (effect) => void made.effects.push(effect),
    send: (to, message) => void made.sent.push({ to, message }),
    reply: ({ requestId, from }, reply) => void made.replies.set(from === undefined ? requestId : `${requestId}@${from}`, reply),
    log: (_level, text) => void made.logged.push(text),
    ...given,
  };
  return made;
}
