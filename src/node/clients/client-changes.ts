import type { AclUser } from "../../cib/acl.ts";
import type { CibOrigin } from "../../cib/operation.ts";
import { cibVersion, formatCibVersion } from "../../cib/version.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact } from "../../xml/write.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { type Asker, type ClientReply, type ClientRequest, failReply, okReply } from "../interface/client.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { StatusUpdate } from "../views/status-update.ts";
import type { ViewFacts } from "../views/view-facts.ts";
import type { ViewKeeper } from "../views/view-keeper.ts";
import { permittedChange } from "./client-rights.ts";
import { guarded } from "./guarded.ts";

/** The parts of a node that changes of the document go through. */
export interface ClientChangesParts {
  readonly views: Pick<ViewKeeper, "change" | "commitRight" | "isDone">;
  readonly facts: Pick<ViewFacts, "completeConfiguration">;
  readonly update: Pick<StatusUpdate, "flush">;
}

/**
 * Changes of the document that clients ask the DC for. They are answered when every member has them on its disk. A change
 * of the configuration carries a key, so that it is made once however often it is asked for.
 */
export class ClientChanges {
  readonly #context: NodeContext;
  readonly #parts: ClientChangesParts;
  /** Askers by the token of the change they wait for. */
  readonly #waiting = new Map<string, Asker[]>();
  readonly #tokenOfKey = new Map<string, string>();
  #count = 0;

  constructor(context: NodeContext, parts: ClientChangesParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Makes a change, or says why not. */
  change(coordinator: Coordinator, asker: Asker, asked: Extract<ClientRequest, { op: "cib" }>, user: AclUser): void {
    const { cib: current, configuration, log, reply, time } = this.#context;
    const { request, client, key } = asked;
    const input = request.input === undefined ? undefined : parseXml(request.input);
    if (input && !input.ok) {
      const { line, column, message } = input.error;
      reply(asker, failReply(EXIT.dataError, `line ${line}, column ${column}: ${message}`));
      return;
    }
    if (key !== undefined && this.#isKnown(key, asker)) return;
    this.#parts.update.flush();
    const change = { ...request, input: input?.value };
    const changed = guarded(this.#context, () => permittedChange(current(), change, this.#origin(asker, client, user)));
    if (!changed.ok) {
      const { exitCode, output, detail } = changed.error;
      const message = detail === undefined ? changed.error.message : `${changed.error.message}: ${detail}`;
      reply(asker, { exitCode, message, ...(output ? { output: writeCompact(output) } : {}) });
      return;
    }
    const { cib, isChanged, isConfigurationChanged } = changed.value;
    if (!isChanged) {
      reply(asker, okReply());
      return;
    }
    const refusal = isConfigurationChanged ? this.#refusal() : undefined;
    if (refusal) {
      reply(asker, refusal);
      return;
    }
    if (isConfigurationChanged) {
      this.#parts.facts.completeConfiguration(cib);
      log(
        "info",
        `configuration ${formatCibVersion(cibVersion(cib))} by ${user.name} via ${client} on ${asker.from ?? configuration.name}`,
      );
    }
    this.#commit(cib, isConfigurationChanged, asker, key);
    const what = isConfigurationChanged ? "configuration change" : "status change";
    coordinator.planning.requestSoon(`${what} by ${client}`, time().nowMs);
  }

  /** Removes what the document has of a node that is no member. */
  removeNode(asker: Asker, node: string, user: AclUser): void {
    const { cib, reply, view } = this.#context;
    if (view()?.members.some((member) => member.node === node)) {
      reply(asker, failReply(EXIT.unsafe, `Node '${node}' is a member: stop it first`));
      return;
    }
    this.#parts.update.flush();
    const quoted = node.replace(/'/g, "");
    const xpath = `//node[@uname='${quoted}'] | //node_state[@uname='${quoted}']`;
    const removal = { operation: "delete", xpath, isMultiple: true } as const;
    const changed = permittedChange(cib(), removal, this.#origin(asker, "crm_node", user));
    if (!changed.ok || !changed.value.isChanged) {
      reply(asker, changed.ok ? okReply() : failReply(changed.error.exitCode, changed.error.message));
      return;
    }
    this.#commit(changed.value.cib, true, asker, undefined);
  }

  /** A change is on every member's disk. */
  committed(token: string): void {
    for (const asker of this.#taken(token)) this.#context.reply(asker, okReply());
  }

  /** The view ended before a change was on every member's disk. */
  abandoned(token: string): void {
    const text = "The members changed while the change was being committed: check with cibadmin -Q whether it is there";
    for (const asker of this.#taken(token)) this.#context.reply(asker, failReply(EXIT.tempFail, text));
  }

  #taken(token: string): Asker[] {
    const askers = this.#waiting.get(token) ?? [];
    this.#waiting.delete(token);
    for (const [key, other] of this.#tokenOfKey) if (other === token) this.#tokenOfKey.delete(key);
    return askers;
  }

  #origin(asker: Asker, client: string, user: AclUser): CibOrigin {
    const { configuration, time } = this.#context;
    return { node: asker.from ?? configuration.name, client, user: user.name, lastWritten: time().dateText, rights: user };
  }

  /** True when the change with this key was made, or is being made: then its outcome is the answer. */
  #isKnown(key: string, asker: Asker): boolean {
    const askers = this.#waiting.get(this.#tokenOfKey.get(key) ?? "");
    if (askers) askers.push(asker);
    else if (this.#parts.views.isDone(key)) this.#context.reply(asker, this.#refusal() ?? okReply());
    else return false;
    return true;
  }

  /** Why nothing can be committed here, undefined when it can: a minority's document may hold changes that will not stay. */
  #refusal(): ClientReply | undefined {
    const right = this.#parts.views.commitRight();
    return right.isAllowed ? undefined : failReply(EXIT.quorum, `Operation requires quorum: ${right.reason}`);
  }

  #commit(cib: XmlElement, isDurable: boolean, asker: Asker, key: string | undefined): void {
    this.#count += 1;
    const token = `${asker.requestId} ${this.#count}`;
    this.#waiting.set(token, [asker]);
    if (key !== undefined) this.#tokenOfKey.set(key, token);
    this.#parts.views.change(cib, isDurable, token, key);
  }
}
