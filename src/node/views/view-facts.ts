import { transientAttributes } from "../../attributes/transient.ts";
import { LIMITS } from "../../base/limits.ts";
import { clusterOption, parseBoolean } from "../../cib/document.ts";
import type { Executor } from "../../executor/executor.ts";
import type { Fencer } from "../../fencing/fencer.ts";
import { type CommitRight, commitRight, hasQuorum, type QuorumFacts } from "../../membership/quorum.ts";
import { compareTerms, memberNames, type Term, type View } from "../../model/view.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import type { MemberReport } from "../interface/messages.ts";
import type { NodeContext } from "../interface/node-context.ts";
import { isProvenDown, nodeStateNamed, nodeStates } from "../status/node-states.ts";
import type { PeerTable } from "./peer-table.ts";
import { addBootstrapOptions, type BootstrapFacts, viewDocument, withBootstrapOptions } from "./view-document.ts";

/** The parts of a node that know what a view begins with. */
export interface ViewFactSources {
  readonly peers: PeerTable;
  readonly executor: Executor;
  readonly fencer: Fencer;
  isLeaving(): boolean;
}

/** What this node knows about views: who has been seen, what members report, whether a view may commit, what it begins with. */
export class ViewFacts {
  readonly #context: NodeContext;
  readonly #sources: ViewFactSources;
  readonly #reports = new Map<string, MemberReport>();
  #hasSeenAll = false;
  #wasMember = false;

  constructor(context: NodeContext, sources: ViewFactSources) {
    this.#context = context;
    this.#sources = sources;
  }

  /** Whether this node has been a member of a view since its start. */
  get wasMember(): boolean {
    return this.#wasMember;
  }

  /** This node is a member of a view with these nodes. */
  joined(members: readonly string[]): void {
    this.#wasMember = true;
    this.#seen(members);
  }

  /** What this node tells the candidate of a term that it accepts. */
  ownReport(term: Term): MemberReport {
    const { configuration, cib } = this.#context;
    const { executor, fencer, isLeaving } = this.#sources;
    const state = nodeStateNamed(cib(), configuration.name);
    return {
      type: "report",
      term,
      lrm: writeCompact(executor.history()),
      attributes: state && this.#wasMember ? Object.fromEntries(transientAttributes(state)) : {},
      hasSeenAll: this.#hasSeenAll,
      isLeaving: isLeaving(),
      fencing: fencer.record(LIMITS.fencingsTold),
    };
  }

  /** A member's report came. */
  reported(from: string, report: MemberReport): void {
    this.#reports.set(from, report);
  }

  /** The document a new view of this node starts with, and whether that view may commit. Takes over what the members' reports say besides. */
  firstDocument(view: View): { readonly cib: XmlElement; readonly isPrimary: boolean } {
    const rebuilt = this.#rebuilt(view);
    if (!this.commitRight(view, rebuilt).isAllowed) return { cib: rebuilt, isPrimary: false };
    const { configuration, time } = this.#context;
    const facts = { ...this.#bootstrapFacts(view), origin: configuration.name, dateText: time().dateText };
    return { cib: withBootstrapOptions(rebuilt, facts), isPrimary: true };
  }

  /** Adds what the cluster writes about itself to a new configuration that may lack it. */
  completeConfiguration(cib: XmlElement): void {
    const view = this.#context.view();
    if (view) addBootstrapOptions(cib, this.#bootstrapFacts(view));
  }

  hasQuorum(view: View): boolean {
    return hasQuorum(this.#quorumFacts(view));
  }

  /** Whether a view may change the document, and why. */
  commitRight(view: View | undefined, cib: XmlElement): CommitRight {
    if (!view) return { isAllowed: false, reason: "this node is not a member of a view" };
    const isFencingOff = parseBoolean(clusterOption(cib, "fencing-enabled", "stonith-enabled")) === false;
    const down = new Set(
      nodeStates(cib)
        .filter(isProvenDown)
        .map((state) => state.get("uname") ?? ""),
    );
    if (isFencingOff) for (const name of this.#context.configuration.configuredNodes) down.add(name);
    return commitRight(this.#quorumFacts(view), down);
  }

  /** Id of a node in the CIB, as far as it is known. */
  idOf(node: string): string | undefined {
    const { configuration, cib } = this.#context;
    if (node === configuration.name) return configuration.nodeId;
    const fromPeer = this.#sources.peers.nodeIdOf(node);
    if (fromPeer !== undefined) return fromPeer;
    return cib()
      .descend("configuration", "nodes")
      ?.children.find((child) => child.get("uname") === node)?.id;
  }

  #bootstrapFacts(view: View): Omit<BootstrapFacts, "dateText" | "origin"> {
    return { members: memberNames(view), idOf: (node) => this.idOf(node), version: this.#context.configuration.version };
  }

  #rebuilt(view: View): XmlElement {
    const { configuration, cib, time } = this.#context;
    const { fencer, peers } = this.#sources;
    const members = memberNames(view);
    const reports = new Map([...this.#reports].filter(([, report]) => compareTerms(report.term, view.term) === 0));
    reports.set(configuration.name, this.ownReport(view.term));
    this.#reports.clear();
    for (const report of reports.values()) {
      this.#hasSeenAll ||= report.hasSeenAll;
      fencer.adopt(report.fencing);
    }
    this.#seen(members);
    return viewDocument({
      cib: cib(),
      members,
      reports,
      idOf: (node) => this.idOf(node),
      hasLeftCleanly: (node) => peers.hasLeftCleanly(node),
      hasQuorum: this.hasQuorum(view),
      dcId: configuration.nodeId,
      epochSeconds: time().epochSeconds,
    });
  }

  #seen(members: readonly string[]): void {
    if (this.#context.configuration.configuredNodes.every((name) => members.includes(name))) this.#hasSeenAll = true;
  }

  #quorumFacts(view: View): QuorumFacts {
    const { configuredNodes, quorum } = this.#context.configuration;
    return { configured: configuredNodes, members: memberNames(view), hasSeenAll: this.#hasSeenAll, options: quorum };
  }
}
