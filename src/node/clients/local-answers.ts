import { transientAttribute } from "../../attributes/transient.ts";
import type { AclUser } from "../../cib/acl.ts";
import { queryCib } from "../../cib/operation.ts";
import { treeText } from "../../cib/tree-text.ts";
import type { Fencer } from "../../fencing/fencer.ts";
import { type ClientReply, type ClientRequest, failReply, type NodeStatus, okReply } from "../interface/client.ts";
import type { NodeContext } from "../interface/node-context.ts";
import { nodeStates } from "../status/node-states.ts";
import { visibleCib, visibleFencing } from "./client-rights.ts";
import { guarded } from "./guarded.ts";

/** The parts of a node that know what its clients ask for. */
export interface LocalAnswerSources {
  readonly fencer: Pick<Fencer, "history">;
  status(): NodeStatus;
  /** The operator wants this node to leave. */
  leave(): void;
}

/** What any node answers its clients by itself: from what it knows, as far as the user may see it. */
export class LocalAnswers {
  readonly #context: Pick<NodeContext, "cib" | "log">;
  readonly #sources: LocalAnswerSources;

  constructor(context: Pick<NodeContext, "cib" | "log">, sources: LocalAnswerSources) {
    this.#context = context;
    this.#sources = sources;
  }

  /** The answer to a request; undefined when only the DC can give it. */
  answer(request: ClientRequest, user: AclUser): ClientReply | undefined {
    switch (request.op) {
      case "status":
        return okReply({ data: this.#sources.status() });
      case "fence-history":
        return request.isFromDc === true ? undefined : this.fencingHistory(user);
      case "attribute-query":
        return this.#attributeValues(request.name, request.node, user);
      case "leave":
        this.#sources.leave();
        return okReply();
      case "cib": {
        if (request.request.operation !== "query") return undefined;
        const query = { ...request.request, input: undefined };
        const result = guarded(this.#context, () => queryCib(this.#context.cib(), query, user));
        if (!result.ok) return failReply(result.error.exitCode, result.error.message);
        return okReply({ output: treeText(result.value) });
      }
      default:
        return undefined;
    }
  }

  /** This node's history of fencing. */
  fencingHistory(user: AclUser): ClientReply {
    return okReply({ data: visibleFencing(this.#sources.fencer.history, this.#context.cib(), user) });
  }

  #attributeValues(name: string, wantedNode: string | undefined, user: AclUser): ClientReply {
    const visible = visibleCib(this.#context.cib(), user);
    const found = (visible ? nodeStates(visible) : []).flatMap((state) => {
      const value = transientAttribute(state, name);
      const node = state.get("uname") ?? "";
      return value === undefined || (wantedNode !== undefined && wantedNode !== node) ? [] : [{ node, value }];
    });
    return okReply({ data: found });
  }
}
