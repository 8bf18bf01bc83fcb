import { setTransientAttribute, transientAttribute } from "../attributes/transient.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { type AclUser, aclFor } from "../cib/acl.ts";
import { type CibOrigin, type CibOutcome, changeCib, queryCib } from "../cib/operation.ts";
import type { CibError, CibRequest } from "../cib/request.ts";
import { treeText } from "../cib/tree-text.ts";
import { cibVersion, formatCibVersion } from "../cib/version.ts";
import { visibleRequest } from "../cib/visible-request.ts";
import type { Fencer, FencingEffect, FencingRequest } from "../fencing/fencer.ts";
import type { CommitRight } from "../membership/quorum.ts";
import { EXIT } from "../model/exit-code.ts";
import type { View } from "../model/view.ts";
import type { XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import { type ClientReply, type ClientRequest, failReply, type NodeStatus, okReply } from "./client.ts";
import { refusalFor, visibleCib, visibleFencing } from "./client-rights.ts";
import type { Coordinator } from "./coordinator.ts";
import { guarded } from "./guarded.ts";
import type { NodeMessage } from "./messages.ts";
import type { StatusDraft } from "./status-draft.ts";

/** What the desk asks of the node around it. */
export interface ClientDeskPort {
  readonly self: string;
  /** Run of this daemon. */
  readonly incarnation: string;
  readonly fencer: Fencer;
  cib(): XmlElement;
  view(): View | undefined;
  /** Set while this node is DC and carries out decisions. */
  coordinator(): Coordinator | undefined;
  status(): NodeStatus;
  draft(): StatusDraft;
  /** Puts what is in the draft into the document. */
  flush(): void;
  commitRight(): CommitRight;
  /** Adds what the cluster writes about itself to a new configuration that may lack it. */
  complete(cib: XmlElement): void;
  /** Makes a document everybody's; `committed` or `abandoned` follow for the token. */
  change(cib: XmlElement, isDurable: boolean, token: string, key: string | undefined): void;
  /** True when a change with this key is in the document. */
  isDone(key: string): boolean;
  /** The operator wants this node to leave. */
  leave(): void;
  send(to: string, message: NodeMessage): void;
  answer(requestId: string, reply: ClientReply): void;
  applyFencing(effects: readonly FencingEffect[]): void;
  /** Every member gets this node's history of fencing. */
  spreadFencing(): void;
  time(): { readonly nowMs: number; readonly epochSeconds: number; readonly dateText: string };
  log(level: "info" | "notice" | "warning" | "error", text: string): void;
}

/** Who waits for an answer: a client of this node, or one of another node. */
interface Asker {
  readonly requestId: string;
  readonly from: string | undefined;
}

interface Forwarded {
  readonly request: ClientRequest;
  readonly user: AclUser;
  readonly sinceMs: number;
}

/** How long a request that was sent to the DC may go unanswered. */
const PATIENCE_MS = 30_000;

/** Requests that do no harm when a new DC carries them out although the old one may have. */
const REPEATABLE: ReadonlySet<ClientRequest["op"]> = new Set(["cib", "attribute-set", "cleanup", "fence-history", "fence-history-cleanup"]);

/**
 * Requests of tools, on any node: what needs no DC is answered here, the rest goes to the DC and, when that dies, to
 * the next one. A change of the configuration carries a key, so that it is made once however often it is asked for.
 */
export class ClientDesk {
  readonly #port: ClientDeskPort;
  readonly #forwarded = new Map<string, Forwarded>();
  /** Askers by the token of the change they wait for. */
  readonly #waiting = new Map<string, Asker[]>();
  readonly #tokenOfKey = new Map<string, string>();
  readonly #fencingAskers = new Map<string, Asker>();
  #count = 0;

  constructor(port: ClientDeskPort) {
    this.#port = port;
  }

  /** Takes a request of a client of this node, or (`from`) one that another member passes on. */
  receive(asker: Asker, request: ClientRequest, user: AclUser): void {
    // Judged on this node's document, and again on the DC's, which is the one a change is made to.
    const refusal = refusalFor(request, user, { cib: this.#port.cib(), defaultNode: asker.from ?? this.#port.self });
    const local = refusal ?? this.#localAnswer(request, user);
    if (local) {
      this.#reply(asker, local);
      return;
    }
    const coordinator = this.#port.coordinator();
    if (coordinator) {
      this.#coordinated(coordinator, asker, request, user);
      return;
    }
    const dc = this.#port.view()?.term.candidate;
    if (asker.from !== undefined || dc === undefined || dc === this.#port.self) {
      this.#reply(asker, failReply(EXIT.noDc, "DC is not yet elected"));
      return;
    }
    this.#forwarded.set(asker.requestId, { request, user, sinceMs: this.#port.time().nowMs });
    this.#port.send(dc, { type: "client-request", id: asker.requestId, request, user });
  }

  /** The DC's answer to a request that was passed on. */
  answered(requestId: string, reply: ClientReply): void {
    if (this.#forwarded.delete(requestId)) this.#port.answer(requestId, reply);
  }

  /** The view is over: what may be repeated waits for the next one. */
  viewEnded(): void {
    for (const [requestId, { request }] of this.#forwarded) {
      if (!REPEATABLE.has(request.op)) this.answered(requestId, failReply(EXIT.tempFail, "The DC changed while it worked on the request"));
    }
  }

  /** There is a DC again: it gets what the last one left unanswered. */
  viewBegan(): void {
    for (const [requestId, { request, user }] of [...this.#forwarded]) {
      const coordinator = this.#port.coordinator();
      const dc = this.#port.view()?.term.candidate;
      if (coordinator) {
        this.#forwarded.delete(requestId);
        this.#coordinated(coordinator, { requestId, from: undefined }, request, user);
      } else if (dc !== undefined && dc !== this.#port.self) {
        this.#port.send(dc, { type: "client-request", id: requestId, request, user });
      }
    }
  }

  /** Answers requests that have waited for too long. */
  expire(nowMs: number): void {
    for (const [requestId, { sinceMs }] of this.#forwarded) {
      if (nowMs - sinceMs >= PATIENCE_MS) this.answered(requestId, failReply(EXIT.tempFail, "No DC has answered in time"));
    }
  }

  /** Time by which expire has to be called, undefined when nothing waits. */
  deadlineMs(): number | undefined {
    const [first] = this.#forwarded.values();
    return first && first.sinceMs + PATIENCE_MS;
  }

  /** A change is on every member's disk. */
  committed(token: string): void {
    for (const asker of this.#taken(token)) this.#reply(asker, okReply());
  }

  /** The view ended before a change was on every member's disk. */
  abandoned(token: string): void {
    const text = "The members changed while the change was being committed: check with cibadmin -Q whether it is there";
    for (const asker of this.#taken(token)) this.#reply(asker, failReply(EXIT.tempFail, text));
  }

  /** A fencing request ended; the operator who asked for it is told. */
  fencingConcluded(request: FencingRequest): void {
    const asker = this.#fencingAskers.get(request.id);
    if (!asker) return;
    this.#fencingAskers.delete(request.id);
    const last = request.attempts.at(-1)?.output.trim() ?? "no fencing device can do it";
    const failure = { ...failReply(EXIT.error, `fencing ${request.target} failed: ${last}`), data: request };
    this.#reply(asker, request.verdict === "succeeded" ? okReply({ data: request }) : failure);
  }

  #reply(asker: Asker, reply: ClientReply): void {
    if (asker.from === undefined) this.#port.answer(asker.requestId, reply);
    else this.#port.send(asker.from, { type: "client-reply", id: asker.requestId, reply });
  }

  #taken(token: string): Asker[] {
    const askers = this.#waiting.get(token) ?? [];
    this.#waiting.delete(token);
    for (const [key, other] of this.#tokenOfKey) if (other === token) this.#tokenOfKey.delete(key);
    return askers;
  }

  /** Answers that need no DC. */
  #localAnswer(request: ClientRequest, user: AclUser): ClientReply | undefined {
    switch (request.op) {
      case "status":
        return okReply({ data: this.#port.status() });
      case "fence-history":
        return request.isFromDc === true ? undefined : this.#fencingHistory(user);
      case "attribute-query": {
        const states = visibleCib(this.#port.cib(), user)?.child("status")?.childrenNamed("node_state") ?? [];
        const found = states.flatMap((state) => {
          const value = transientAttribute(state, request.name);
          const node = state.get("uname") ?? "";
          return value === undefined || (request.node !== undefined && request.node !== node) ? [] : [{ node, value }];
        });
        return okReply({ data: found });
      }
      case "leave":
        this.#port.leave();
        return okReply();
      case "cib": {
        if (request.request.operation !== "query") return undefined;
        const query = { ...request.request, input: undefined };
        const result = guarded(this.#port, () => queryCib(this.#port.cib(), query, user));
        if (!result.ok) return failReply(result.error.exitCode, result.error.message);
        return okReply({ output: treeText(result.value) });
      }
      default:
        return undefined;
    }
  }

  #fencingHistory(user: AclUser): ClientReply {
    return okReply({ data: visibleFencing(this.#port.fencer.history, this.#port.cib(), user) });
  }

  #coordinated(coordinator: Coordinator, asker: Asker, request: ClientRequest, user: AclUser): void {
    switch (request.op) {
      case "cib":
        this.#changeConfiguration(coordinator, asker, request, user);
        return;
      case "attribute-set": {
        const node = request.node ?? asker.from ?? this.#port.self;
        const known = this.#port.draft().nodeStateNamed(node);
        if (!known) {
          this.#reply(asker, failReply(EXIT.noSuchObject, `Node '${node}' is not known`));
          return;
        }
        // Agents write the same value at each of their monitors: that is no news, and no reason to plan anew.
        if (transientAttribute(known, request.name) === request.value) {
          this.#reply(asker, okReply());
          return;
        }
        const state = this.#port.draft().changeableState(node);
        if (state) setTransientAttribute(state, request.name, request.value);
        coordinator.requestPlanSoon(`attribute ${request.name} of ${node}`, this.#port.time().nowMs);
        this.#reply(asker, okReply());
        return;
      }
      case "cleanup":
        this.#reply(asker, okReply({ data: coordinator.cleanUp(request.resource, request.node, request.isRefresh ?? false) }));
        return;
      case "fail":
        this.#reply(
          asker,
          coordinator.reportFailure(request.resource, request.node)
            ? okReply()
            : failReply(EXIT.noSuchObject, `${request.resource} was never on ${request.node}, or ${request.node} is no member`),
        );
        return;
      case "fence":
      case "fence-confirm":
        this.#operatorFencing(coordinator, asker, request);
        return;
      case "fence-history":
        this.#port.spreadFencing();
        this.#reply(asker, this.#fencingHistory(user));
        return;
      case "fence-history-cleanup":
        this.#port.fencer.forget(request.target);
        this.#port.spreadFencing();
        this.#port.log(
          "notice",
          `history of fencing${request.target === undefined ? "" : ` of ${request.target}`} deleted by ${user.name}`,
        );
        this.#reply(asker, okReply());
        return;
      case "remove-node":
        this.#removeNode(asker, request.node, user);
        return;
      default:
        this.#reply(asker, failReply(EXIT.unimplemented, `The daemon does not know the request ${request.op}`));
    }
  }

  #changeConfiguration(coordinator: Coordinator, asker: Asker, asked: Extract<ClientRequest, { op: "cib" }>, user: AclUser): void {
    const { request, client, key } = asked;
    const input = request.input === undefined ? undefined : parseXml(request.input);
    if (input && !input.ok) {
      const { line, column, message } = input.error;
      this.#reply(asker, failReply(EXIT.dataError, `line ${line}, column ${column}: ${message}`));
      return;
    }
    if (key !== undefined && this.#isKnown(key, asker)) return;
    this.#port.flush();
    const change = { ...request, input: input?.value };
    const changed = guarded(this.#port, () => this.#changed(change, this.#origin(asker, client, user)));
    if (!changed.ok) {
      const { exitCode, output, detail } = changed.error;
      const message = detail === undefined ? changed.error.message : `${changed.error.message}: ${detail}`;
      this.#reply(asker, { exitCode, message, ...(output ? { output: writeCompact(output) } : {}) });
      return;
    }
    const { cib, isChanged, isConfigurationChanged } = changed.value;
    if (!isChanged) {
      this.#reply(asker, okReply());
      return;
    }
    const refusal = isConfigurationChanged ? this.#refusal() : undefined;
    if (refusal) {
      this.#reply(asker, refusal);
      return;
    }
    if (isConfigurationChanged) {
      this.#port.complete(cib);
      this.#port.log(
        "info",
        `configuration ${formatCibVersion(cibVersion(cib))} by ${user.name} via ${client} on ${asker.from ?? this.#port.self}`,
      );
    }
    this.#change(cib, isConfigurationChanged, asker, key);
    const what = isConfigurationChanged ? "configuration change" : "status change";
    coordinator.requestPlanSoon(`${what} by ${client}`, this.#port.time().nowMs);
  }

  #origin(asker: Asker, client: string, user: AclUser): CibOrigin {
    const node = asker.from ?? this.#port.self;
    return { node, client, user: user.name, lastWritten: this.#port.time().dateText, rights: user };
  }

  /** The change of the document as far as its author may see and make it. */
  #changed(request: CibRequest, origin: CibOrigin): Result<CibOutcome, CibError> {
    const cib = this.#port.cib();
    const acl = aclFor(cib, origin.rights);
    if (!acl) return changeCib(cib, request, origin);
    const visible = visibleRequest(cib, request, acl);
    if (!visible.ok) return visible;
    if (visible.value === "nothing") return ok({ cib, isChanged: false, isConfigurationChanged: false });
    const changed = changeCib(cib, visible.value, origin);
    // What a refused document looked like, and where it was wrong, may be something hidden.
    return changed.ok ? changed : fail({ exitCode: changed.error.exitCode, message: changed.error.message });
  }

  /** True when the change with this key was made, or is being made: then its outcome is the answer. */
  #isKnown(key: string, asker: Asker): boolean {
    const askers = this.#waiting.get(this.#tokenOfKey.get(key) ?? "");
    if (askers) askers.push(asker);
    else if (this.#port.isDone(key)) this.#reply(asker, this.#refusal() ?? okReply());
    else return false;
    return true;
  }

  /** Why nothing can be committed here, undefined when it can: a minority's document may hold changes that will not stay. */
  #refusal(): ClientReply | undefined {
    const right = this.#port.commitRight();
    return right.isAllowed ? undefined : failReply(EXIT.quorum, `Operation requires quorum: ${right.reason}`);
  }

  #change(cib: XmlElement, isDurable: boolean, asker: Asker, key: string | undefined): void {
    this.#count += 1;
    const token = `${asker.requestId} ${this.#count}`;
    this.#waiting.set(token, [asker]);
    if (key !== undefined) this.#tokenOfKey.set(key, token);
    this.#port.change(cib, isDurable, token, key);
  }

  #operatorFencing(coordinator: Coordinator, asker: Asker, request: Extract<ClientRequest, { op: "fence" | "fence-confirm" }>): void {
    this.#count += 1;
    const made: FencingRequest = {
      id: `operator-${this.#port.incarnation}-${this.#count}`,
      target: request.target,
      action: request.op === "fence" ? request.action : "off",
      cause: `asked for by ${request.client}`,
      client: request.client,
      origin: asker.from ?? this.#port.self,
      requestedAtEpochSeconds: this.#port.time().epochSeconds,
      completedAtEpochSeconds: undefined,
      attempts: [],
      verdict: "pending",
      delegate: undefined,
    };
    if (this.#port.draft().nodeStateNamed(request.target) === undefined) {
      this.#reply(asker, failReply(EXIT.noHost, `Node '${request.target}' is not known`));
      return;
    }
    this.#fencingAskers.set(made.id, asker);
    if (request.op === "fence") {
      coordinator.startFencing(made);
      return;
    }
    const isPending = this.#port.fencer.pendingFor(request.target) !== undefined;
    this.#port.applyFencing(this.#port.fencer.confirm(made));
    if (isPending) {
      this.#fencingAskers.delete(made.id);
      this.#reply(asker, okReply());
    }
  }

  #removeNode(asker: Asker, node: string, user: AclUser): void {
    if (this.#port.view()?.members.some((member) => member.node === node)) {
      this.#reply(asker, failReply(EXIT.unsafe, `Node '${node}' is a member: stop it first`));
      return;
    }
    this.#port.flush();
    const quoted = node.replace(/'/g, "");
    const xpath = `//node[@uname='${quoted}'] | //node_state[@uname='${quoted}']`;
    const changed = this.#changed({ operation: "delete", xpath, isMultiple: true }, this.#origin(asker, "crm_node", user));
    if (!changed.ok || !changed.value.isChanged) {
      this.#reply(asker, changed.ok ? okReply() : failReply(changed.error.exitCode, changed.error.message));
      return;
    }
    this.#change(changed.value.cib, true, asker, undefined);
  }
}
