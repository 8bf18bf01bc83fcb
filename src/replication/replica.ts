import { LIMITS } from "../base/limits.ts";
import { makePatchset, patched } from "../cib/patchset.ts";
import { treeDigest } from "../cib/tree-digest.ts";
import { treeText } from "../cib/tree-text.ts";
import { compareTerms, type Term, type View } from "../model/view.ts";
import type { XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";

/** Messages between the DC and the members about the CIB. Documents and patches travel as XML text. */
export type ReplicationMessage =
  /** A whole document: at the start of a view (`index` 0) or after a mismatch. */
  | {
      readonly type: "install";
      readonly view: View;
      readonly index: number;
      readonly cib: string;
      readonly committedTerm: Term;
      readonly keys: readonly string[];
    }
  | {
      readonly type: "update";
      readonly term: Term;
      readonly index: number;
      readonly patch: string;
      /** Of the document it makes; not with each change of the status. */
      readonly digest?: string;
      readonly isDurable: boolean;
      readonly key?: string;
    }
  | { readonly type: "ack"; readonly term: Term; readonly index: number }
  | { readonly type: "resync"; readonly term: Term };

/** What has to happen outside of the core, in this order. */
export type ReplicationEffect =
  /** On disk before anything after it happens. */
  | { readonly kind: "persist-cib"; readonly cib: XmlElement; readonly term: Term; readonly keys: readonly string[] }
  /** To one node, or, with `to` undefined, to all that listen: who is no member of the view passes it over. */
  | { readonly kind: "send"; readonly to: string | undefined; readonly message: ReplicationMessage }
  /** The document of this node is a new one. */
  | { readonly kind: "changed"; readonly cib: XmlElement }
  /** This node is a member of a view now. */
  | { readonly kind: "joined"; readonly view: View }
  /** All members have the view's first document: the DC may act. */
  | { readonly kind: "installed"; readonly view: View }
  /** Every member has the change on disk: its author may be told. */
  | { readonly kind: "committed"; readonly token: string }
  /** The view ended before every member had the change: whether it stays is not known. */
  | { readonly kind: "abandoned"; readonly token: string }
  | { readonly kind: "log"; readonly text: string };

/** Of so many changes of the status one carries the digest of the whole document; changes of the configuration all do. */
const STATUS_CHANGES_PER_DIGEST = 16;

interface Waiting {
  readonly index: number;
  readonly nodes: Set<string>;
  readonly token: string | undefined;
  readonly isInstallation: boolean;
  readonly sinceMs: number;
}

/**
 * One node's copy of the CIB. The DC numbers changes from the start of its view; members apply them in that order,
 * put durable ones on disk and answer. A copy whose digest differs afterwards is replaced as a whole.
 */
export class Replica {
  readonly #self: string;
  #cib: XmlElement;
  #committedTerm: Term;
  #view: View | undefined;
  #index = 0;
  #waiting: Waiting[] = [];
  #isResyncing = false;
  /** Keys of the last changes that are in the document, oldest first. */
  #keys: readonly string[];

  constructor(self: string, cib: XmlElement, committedTerm: Term, keys: readonly string[]) {
    this.#self = self;
    this.#cib = cib;
    this.#committedTerm = committedTerm;
    this.#keys = keys;
  }

  /** The document in force here; never changed in place. */
  get cib(): XmlElement {
    return this.#cib;
  }

  /** Term in which this node's configuration was last committed. */
  get committedTerm(): Term {
    return this.#committedTerm;
  }

  get view(): View | undefined {
    return this.#view;
  }

  get isDc(): boolean {
    return this.#view?.term.candidate === this.#self;
  }

  /** True when a change with this key is in the document: it was made, and must not be made again. */
  isDone(key: string): boolean {
    return this.#keys.includes(key);
  }

  /** The view is over; nothing is sent or accepted until the next one. Waiting tokens are kept for the next installation by this node. */
  suspend(): void {
    this.#view = undefined;
    this.#isResyncing = false;
  }

  /**
   * Starts a view as its DC with a document for all. Only a view that may commit (`isPrimary`) makes the configuration
   * one of its own term: a minority's document must never outrank the majority's.
   */
  lead(view: View, cib: XmlElement, isPrimary: boolean, nowMs: number): ReplicationEffect[] {
    const tokens = this.#waiting.flatMap((waiting) => (waiting.token === undefined ? [] : [waiting.token]));
    this.#waiting = [];
    this.#view = view;
    this.#index = 0;
    this.#cib = cib;
    if (isPrimary) this.#committedTerm = view.term;
    const out: ReplicationEffect[] = [
      { kind: "persist-cib", cib, term: this.#committedTerm, keys: this.#keys },
      { kind: "changed", cib },
      { kind: "joined", view },
    ];
    const others = this.#others();
    out.push(...this.sendAgain(undefined));
    const nodes = new Set(others);
    this.#waiting.push({ index: 0, nodes, token: undefined, isInstallation: true, sinceMs: nowMs });
    for (const token of tokens) {
      // Changes that were under way when the last view ended are part of this document; a minority can promise nothing.
      if (isPrimary) this.#waiting.push({ index: 0, nodes: new Set(others), token, isInstallation: false, sinceMs: nowMs });
      else out.push({ kind: "abandoned", token });
    }
    this.#settle(out);
    return out;
  }

  /**
   * DC only: makes `cib` the document of all members. With `isDurable` it is on every member's disk before `token`
   * is reported as committed; a change of status only is not waited for. `key` names the request for `isDone`.
   */
  change(cib: XmlElement, isDurable: boolean, token: string | undefined, nowMs: number, key?: string): ReplicationEffect[] {
    const view = this.#view;
    if (!view || !this.isDc || cib === this.#cib) return token === undefined ? [] : [{ kind: "committed", token }];
    const patch = writeCompact(makePatchset(this.#cib, cib, { isOrderKept: true }));
    this.#cib = cib;
    this.#index += 1;
    const digest = isDurable || this.#index % STATUS_CHANGES_PER_DIGEST === 0 ? { digest: treeDigest(cib) } : {};
    this.#noteKey(key);
    const out: ReplicationEffect[] = [];
    const others = this.#others();
    if (others.length > 0) {
      const update = { type: "update", term: view.term, index: this.#index, patch, ...digest, isDurable } as const;
      out.push({ kind: "send", to: undefined, message: key === undefined ? update : { ...update, key } });
    }
    // The members write it to their disks while this node does; nobody is told before all have.
    if (isDurable) {
      this.#committedTerm = view.term;
      out.push({ kind: "persist-cib", cib, term: view.term, keys: this.#keys });
    }
    out.push({ kind: "changed", cib });
    if (isDurable || token !== undefined) {
      const nodes = new Set(isDurable ? others : []);
      this.#waiting.push({ index: this.#index, nodes, token, isInstallation: false, sinceMs: nowMs });
    }
    this.#settle(out);
    return out;
  }

  /** Handles a message of a peer. */
  receive(from: string, message: ReplicationMessage, promised: Term): ReplicationEffect[] {
    switch (message.type) {
      case "install":
        return this.#receiveInstall(from, message, promised);
      case "update":
        return this.#receiveUpdate(from, message);
      case "ack":
        return this.#receiveAck(from, message);
      case "resync": {
        if (!this.#view || compareTerms(this.#view.term, message.term) !== 0) return [];
        return this.sendAgain(from);
      }
    }
  }

  /** DC only: sends the whole document again to one member, or to all: what was sent before may not have come. */
  sendAgain(node: string | undefined): ReplicationEffect[] {
    const view = this.#view;
    if (!view || !this.isDc) return [];
    const others = this.#others();
    if (node === undefined ? others.length === 0 : !others.includes(node)) return [];
    const cib = treeText(this.#cib);
    const message = { type: "install", view, index: this.#index, cib, committedTerm: this.#committedTerm, keys: this.#keys } as const;
    return [{ kind: "send", to: node, message }];
  }

  /** DC only: members that owe an answer since before `beforeMs`. */
  overdue(beforeMs: number): string[] {
    const late = new Set<string>();
    for (const waiting of this.#waiting) if (waiting.sinceMs < beforeMs) for (const node of waiting.nodes) late.add(node);
    return [...late];
  }

  /** Time of the oldest unanswered change, undefined when nothing is owed. */
  oldestWaitMs(): number | undefined {
    return this.#waiting.find((waiting) => waiting.nodes.size > 0)?.sinceMs;
  }

  /** Changes whose authors have not been answered; forgets them. For a DC that lost its role. */
  abandonTokens(): string[] {
    const tokens = this.#waiting.flatMap((waiting) => (waiting.token === undefined ? [] : [waiting.token]));
    this.#waiting = [];
    return tokens;
  }

  #others(): string[] {
    return (this.#view?.members ?? []).map((member) => member.node).filter((node) => node !== this.#self);
  }

  #noteKey(key: string | undefined): void {
    if (key !== undefined) this.#keys = [...this.#keys, key].slice(-LIMITS.changeKeys);
  }

  #settle(out: ReplicationEffect[]): void {
    const done = this.#waiting.filter((waiting) => waiting.nodes.size === 0);
    this.#waiting = this.#waiting.filter((waiting) => waiting.nodes.size > 0);
    for (const waiting of done) {
      if (waiting.isInstallation && this.#view) out.push({ kind: "installed", view: this.#view });
      if (waiting.token !== undefined) out.push({ kind: "committed", token: waiting.token });
    }
  }

  #receiveInstall(from: string, message: Extract<ReplicationMessage, { type: "install" }>, promised: Term): ReplicationEffect[] {
    if (message.view.term.candidate !== from || compareTerms(message.view.term, promised) !== 0) {
      return [{ kind: "log", text: `refused a document of ${from}: its term is not the promised one` }];
    }
    if (!message.view.members.some((member) => member.node === this.#self)) return [];
    const parsed = parseXml(message.cib);
    if (!parsed.ok) return [{ kind: "log", text: `refused a document of ${from}: ${parsed.error.message}` }];
    this.#view = message.view;
    this.#index = message.index;
    this.#cib = parsed.value;
    this.#committedTerm = message.committedTerm;
    this.#keys = message.keys;
    const abandoned = this.abandonTokens().map((token) => ({ kind: "abandoned" as const, token }));
    this.#isResyncing = false;
    return [
      ...abandoned,
      { kind: "persist-cib", cib: this.#cib, term: message.committedTerm, keys: this.#keys },
      { kind: "changed", cib: this.#cib },
      { kind: "joined", view: message.view },
      { kind: "send", to: from, message: { type: "ack", term: message.view.term, index: message.index } },
    ];
  }

  #receiveUpdate(from: string, message: Extract<ReplicationMessage, { type: "update" }>): ReplicationEffect[] {
    const view = this.#view;
    if (!view || compareTerms(view.term, message.term) !== 0 || this.#isResyncing) return [];
    const next = this.#applied(message);
    if (!next) {
      this.#isResyncing = true;
      return [
        { kind: "log", text: `change ${message.index} of ${from} does not fit this node's document: asking for all of it` },
        { kind: "send", to: from, message: { type: "resync", term: message.term } },
      ];
    }
    this.#cib = next;
    this.#index = message.index;
    this.#noteKey(message.key);
    const out: ReplicationEffect[] = [];
    if (message.isDurable) {
      this.#committedTerm = message.term;
      out.push({ kind: "persist-cib", cib: next, term: message.term, keys: this.#keys });
    }
    out.push({ kind: "changed", cib: next });
    if (message.isDurable) out.push({ kind: "send", to: from, message: { type: "ack", term: message.term, index: message.index } });
    return out;
  }

  #applied(message: Extract<ReplicationMessage, { type: "update" }>): XmlElement | undefined {
    if (message.index !== this.#index + 1) return undefined;
    const patch = parseXml(message.patch);
    if (!patch.ok) return undefined;
    const next = patched(this.#cib, patch.value);
    return next.ok && (message.digest === undefined || treeDigest(next.value) === message.digest) ? next.value : undefined;
  }

  #receiveAck(from: string, message: Extract<ReplicationMessage, { type: "ack" }>): ReplicationEffect[] {
    const view = this.#view;
    if (!view || !this.isDc || compareTerms(view.term, message.term) !== 0) return [];
    // Changes reach a member in order, so an answer covers all earlier ones.
    for (const waiting of this.#waiting) if (waiting.index <= message.index) waiting.nodes.delete(from);
    const out: ReplicationEffect[] = [];
    this.#settle(out);
    return out;
  }
}
