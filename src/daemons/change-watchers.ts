import type { AclUser } from "../cib/acl.ts";
import { cibVersion, formatCibVersion } from "../cib/version.ts";
import { refusalFor } from "../node/clients/client-rights.ts";
import { type CibNews, type ClientReply, type ClientRequest, okReply } from "../node/interface/client.ts";
import type { XmlElement } from "../xml/element.ts";

type Wait = Extract<ClientRequest, { op: "await-change" }>;

/** Clients that wait until the CIB on this node changes. They learn that it did, and ask for what they may see. */
export class ChangeWatchers {
  readonly #cib: () => XmlElement;
  readonly #node: string;
  readonly #waiting = new Map<() => void, string>();

  constructor(cib: () => XmlElement, node: string) {
    this.#cib = cib;
    this.#node = node;
  }

  wait(request: Wait, user: AclUser, reply: (reply: ClientReply) => void): void {
    const refusal = refusalFor(request, user, { cib: this.#cib(), defaultNode: this.#node });
    if (refusal) {
      reply(refusal);
      return;
    }
    const answer = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(answer);
      const news: CibNews = { version: this.#version() };
      reply(okReply({ data: news }));
    };
    const timer = setTimeout(answer, request.timeoutMs);
    this.#waiting.set(answer, request.after ?? this.#version());
    this.changed();
  }

  /** The CIB may have changed. */
  changed(): void {
    if (this.#waiting.size === 0) return;
    const version = this.#version();
    for (const [answer, after] of [...this.#waiting]) if (after !== version) answer();
  }

  #version(): string {
    return formatCibVersion(cibVersion(this.#cib()));
  }
}
