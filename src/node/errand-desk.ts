import type { AclUser } from "../cib/acl.ts";
import { EXIT } from "../model/exit-code.ts";
import { type ClientReply, type ClientRequest, failReply } from "./client.ts";
import { isConfidential, type NodeErrand } from "./errand.ts";
import type { NodeMessage } from "./messages.ts";

type ErrandRequest = Extract<ClientRequest, { op: "errand" }>;

/** Who waits for an errand: a client of this node, or (`from`) one of another node. */
export interface ErrandAsker {
  readonly requestId: string;
  readonly from: string | undefined;
}

/** What the desk asks of the node around it. */
export interface ErrandDeskPort {
  readonly self: string;
  /** False when messages to other nodes can be read on the way. */
  readonly isConfidential: boolean;
  nowMs(): number;
  /** True while a peer is heard. */
  isHeard(node: string): boolean;
  send(to: string, message: NodeMessage): void;
  answer(requestId: string, reply: ClientReply): void;
  /** Has the surroundings of this node do it; `finished` follows. */
  carryOut(asker: ErrandAsker, errand: NodeErrand): void;
}

/** Longest time a node may work on an errand. */
const PATIENCE_MS = 180_000;

/** Users that may send nodes on errands: reports and secrets are root's, hacluster cannot read them on its own machine either. */
const TRUSTED_USERS: ReadonlySet<string> = new Set(["root"]);

/** Errands of clients: done here, or passed on to the node they name. They need neither a DC nor membership. */
export class ErrandDesk {
  readonly #port: ErrandDeskPort;
  readonly #passedOn = new Map<string, { readonly node: string; readonly endMs: number }>();

  constructor(port: ErrandDeskPort) {
    this.#port = port;
  }

  /** Takes an errand of a client of this node, or (`from`) one that another node passes on. */
  receive(asker: ErrandAsker, { node = this.#port.self, errand }: ErrandRequest, user: AclUser): void {
    const problem = this.#problem(asker, node, errand, user);
    if (problem) {
      this.#reply(asker, problem);
    } else if (node === this.#port.self) {
      this.#port.carryOut(asker, errand);
    } else {
      this.#passedOn.set(asker.requestId, { node, endMs: this.#port.nowMs() + PATIENCE_MS });
      this.#port.send(node, { type: "client-request", id: asker.requestId, request: { op: "errand", node, errand }, user });
    }
  }

  /** What was to be done here is done. */
  finished(asker: ErrandAsker, reply: ClientReply): void {
    this.#reply(asker, reply);
  }

  /** Another node's answer; false when it answers no errand. */
  answered(requestId: string, reply: ClientReply): boolean {
    if (!this.#passedOn.delete(requestId)) return false;
    this.#port.answer(requestId, reply);
    return true;
  }

  /** Nobody answers for this node any more. */
  nodeLost(node: string): void {
    for (const [requestId, passed] of this.#passedOn) {
      if (passed.node === node) this.answered(requestId, failReply(EXIT.noHost, `Node '${node}' was lost`));
    }
  }

  /** Answers what has waited for too long. */
  expire(nowMs: number): void {
    for (const [requestId, { node, endMs }] of this.#passedOn) {
      if (nowMs >= endMs) this.answered(requestId, failReply(EXIT.timeout, `Node '${node}' has not answered in time`));
    }
  }

  /** Time by which `expire` has to be called, undefined when nothing waits. */
  deadlineMs(): number | undefined {
    const [first] = this.#passedOn.values();
    return first?.endMs;
  }

  #problem(asker: ErrandAsker, node: string, errand: NodeErrand, user: AclUser): ClientReply | undefined {
    if (!TRUSTED_USERS.has(user.name))
      return failReply(EXIT.insufficientPrivileges, `User '${user.name}' may not collect reports or secrets`);
    if (typeof node !== "string" || typeof errand?.kind !== "string") return failReply(EXIT.protocol, "An errand needs a node and a kind");
    if (node === this.#port.self) return undefined;
    if (asker.from !== undefined) return failReply(EXIT.noHost, `This is ${this.#port.self}, not '${node}'`);
    if (!this.#port.isHeard(node)) return failReply(EXIT.noHost, `Node '${node}' is not active`);
    if (isConfidential(errand) && !this.#port.isConfidential) {
      return failReply(
        EXIT.unsafe,
        "Messages between nodes are not encrypted: secrets are not sent (authkeys needs a key of the method sha256)",
      );
    }
    return undefined;
  }

  #reply(asker: ErrandAsker, reply: ClientReply): void {
    if (asker.from === undefined) this.#port.answer(asker.requestId, reply);
    else this.#port.send(asker.from, { type: "client-reply", id: asker.requestId, reply });
  }
}
