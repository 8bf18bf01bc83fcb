import type { ClientReply } from "../interface/client.ts";
import type { NodeContext } from "../interface/node-context.ts";

/** Requests of this node's clients that another node is to answer in time; `Request` is what is kept of each. */
export class AwaitedAnswers<Request> {
  readonly #context: Pick<NodeContext, "reply" | "time">;
  readonly #patienceMs: number;
  readonly #awaited = new Map<string, { readonly request: Request; readonly endMs: number }>();

  constructor(context: Pick<NodeContext, "reply" | "time">, patienceMs: number) {
    this.#context = context;
    this.#patienceMs = patienceMs;
  }

  /** An answer is awaited from now on. */
  add(requestId: string, request: Request): void {
    this.#awaited.set(requestId, { request, endMs: this.#context.time().nowMs + this.#patienceMs });
  }

  /** An answer is awaited no more: this node gives it itself. */
  delete(requestId: string): void {
    this.#awaited.delete(requestId);
  }

  /** What is awaited, oldest first. */
  entries(): (readonly [string, Request])[] {
    return [...this.#awaited].map(([requestId, { request }]) => [requestId, request]);
  }

  /** Passes an answer on to the client; false when nobody awaits it. */
  answered(requestId: string, reply: ClientReply): boolean {
    if (!this.#awaited.delete(requestId)) return false;
    this.#context.reply({ requestId, from: undefined }, reply);
    return true;
  }

  /** Answers what has waited for too long. */
  expire(replyTo: (request: Request) => ClientReply): void {
    const { nowMs } = this.#context.time();
    for (const [requestId, { request, endMs }] of this.#awaited) if (nowMs >= endMs) this.answered(requestId, replyTo(request));
  }

  /** Time by which `expire` has to be called, undefined when nothing waits. */
  deadlineMs(): number | undefined {
    const [first] = this.#awaited.values();
    return first?.endMs;
  }
}
