import type { AclUser } from "../../cib/acl.ts";
import { EXIT } from "../../model/exit-code.ts";
import { type Asker, type ClientReply, type ClientRequest, failReply } from "../interface/client.ts";
import { isConfidential, type NodeErrand } from "../interface/errand.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { PeerTable } from "../views/peer-table.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";

type ErrandRequest = Extract<ClientRequest, { op: "errand" }>;

/** Longest time a node may work on an errand. */
const PATIENCE_MS = 180_000;

/** Users that may send nodes on errands: reports and secrets are root's, hacluster cannot read them on its own machine either. */
const TRUSTED_USERS: ReadonlySet<string> = new Set(["root"]);

/** Errands of clients: done here, or passed on to the node they name. They need neither a DC nor membership. */
export class ErrandDesk {
  readonly #context: Pick<NodeContext, "configuration" | "emit" | "reply" | "send" | "time">;
  readonly #peers: Pick<PeerTable, "statusOf">;
  /** By the node each was passed on to. */
  readonly #passedOn: AwaitedAnswers<string>;

  constructor(context: Pick<NodeContext, "configuration" | "emit" | "reply" | "send" | "time">, peers: Pick<PeerTable, "statusOf">) {
    this.#context = context;
    this.#peers = peers;
    this.#passedOn = new AwaitedAnswers(context, PATIENCE_MS);
  }

  /** Takes an errand of a client of this node, or (`from`) one that another node passes on. What is done here ends with `errand-finished`. */
  receive(asker: Asker, request: ErrandRequest, user: AclUser): void {
    const { configuration, emit, reply, send } = this.#context;
    const { node = configuration.name, errand } = request;
    const problem = this.#problem(asker, node, errand, user);
    if (problem) {
      reply(asker, problem);
    } else if (node === configuration.name) {
      emit({ kind: "errand", asker, errand });
    } else {
      this.#passedOn.add(asker.requestId, node);
      send(node, { type: "client-request", id: asker.requestId, request: { op: "errand", node, errand }, user });
    }
  }

  /** Another node's answer; false when it answers no errand. */
  answered(requestId: string, reply: ClientReply): boolean {
    return this.#passedOn.answered(requestId, reply);
  }

  /** Nobody answers for this node any more. */
  nodeLost(lost: string): void {
    for (const [requestId, node] of this.#passedOn.entries()) {
      if (node === lost) this.#passedOn.answered(requestId, failReply(EXIT.noHost, `Node '${node}' was lost`));
    }
  }

  /** Answers what has waited for too long. */
  expire(): void {
    this.#passedOn.expire((node) => failReply(EXIT.timeout, `Node '${node}' has not answered in time`));
  }

  /** Time by which `expire` has to be called, undefined when nothing waits. */
  deadlineMs(): number | undefined {
    return this.#passedOn.deadlineMs();
  }

  #problem(asker: Asker, node: string, errand: NodeErrand, user: AclUser): ClientReply | undefined {
    const { name, isConfidential: isNetworkConfidential = false } = this.#context.configuration;
    if (!TRUSTED_USERS.has(user.name))
      return failReply(EXIT.insufficientPrivileges, `User '${user.name}' may not collect reports or secrets`);
    if (typeof node !== "string" || typeof errand?.kind !== "string") return failReply(EXIT.protocol, "An errand needs a node and a kind");
    if (node === name) return undefined;
    if (asker.from !== undefined) return failReply(EXIT.noHost, `This is ${name}, not '${node}'`);
    if (this.#peers.statusOf(node) !== "active") return failReply(EXIT.noHost, `Node '${node}' is not active`);
    if (isConfidential(errand) && !isNetworkConfidential) {
      return failReply(
        EXIT.unsafe,
        "Messages between nodes are not encrypted: secrets are not sent (authkeys needs a key of the method sha256)",
      );
    }
    return undefined;
  }
}
