import { setTransientAttribute } from "../../attributes/transient.ts";
import { FEATURE_SET, sectionOrCreate, setClusterOption } from "../../cib/document.ts";
import { copyBut } from "../../cib/shared-copy.ts";
import { cibVersion, setCibVersion } from "../../cib/version.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import type { MemberReport } from "../interface/messages.ts";
import { StatusDraft } from "../status/status-draft.ts";

/** What the first document of a view is made from. */
export interface ViewDocumentInput {
  /** The newest configuration, with the status as it was. */
  readonly cib: XmlElement;
  readonly members: readonly string[];
  /** What the members reported with their acceptance. */
  readonly reports: ReadonlyMap<string, MemberReport>;
  /** Id of a member, undefined when it is not known. */
  readonly idOf: (node: string) => string | undefined;
  readonly hasLeftCleanly: (node: string) => boolean;
  readonly hasQuorum: boolean;
  readonly dcId: string;
  readonly epochSeconds: number;
}

/** The document a new view starts with: the newest configuration, and a status rebuilt from what the members report. */
export function viewDocument(input: ViewDocumentInput): XmlElement {
  const { epochSeconds, members } = input;
  const draft = new StatusDraft(input.cib);
  for (const state of draft.states()) {
    const name = state.get("uname") ?? "";
    if (members.includes(name)) continue;
    if (input.hasLeftCleanly(name)) draft.markLeft(state);
    else draft.markLost(state);
  }
  for (const node of members) {
    const id = input.idOf(node);
    const report = input.reports.get(node);
    if (id === undefined || !report) continue;
    for (const stale of draft.states().filter((state) => state.get("uname") === node && state.id !== id)) draft.removeState(stale);
    draft.markMember(id, node, epochSeconds);
    const state = draft.nodeState(id, node);
    draft.replaceHistory(state, report.lrm);
    const old = state.child("transient_attributes");
    if (old) state.remove(old);
    for (const [name, value] of Object.entries(report.attributes)) setTransientAttribute(state, name, value);
    setTransientAttribute(state, "#feature-set", FEATURE_SET);
    if (report.isLeaving) setTransientAttribute(state, "shutdown", String(epochSeconds));
  }
  draft.setRoot("have-quorum", input.hasQuorum ? "1" : "0");
  draft.setRoot("dc-uuid", input.dcId);
  return draft.cib;
}

/** What the cluster writes about itself into the configuration. */
export interface BootstrapFacts {
  readonly members: readonly string[];
  readonly idOf: (node: string) => string | undefined;
  readonly version: string;
  readonly origin: string;
  /** Present time as ctime(3) prints it. */
  readonly dateText: string;
}

/** Adds nodes and the options the cluster writes about itself; a configuration change only when something was missing. */
export function withBootstrapOptions(cib: XmlElement, facts: BootstrapFacts): XmlElement {
  const next = copyBut(cib, "status");
  const before = writeCompact(next.childOrCreate("configuration"));
  addBootstrapOptions(next, facts);
  if (writeCompact(next.childOrCreate("configuration")) !== before) {
    const version = cibVersion(next);
    setCibVersion(next, { ...version, epoch: version.epoch + 1, numUpdates: 0 });
    next.set("cib-last-written", facts.dateText);
    next.set("update-origin", facts.origin);
    next.set("update-client", "kodou-controller");
    next.set("update-user", "root");
  }
  return next;
}

/** Adds members' nodes and the options the cluster writes about itself where they are missing: a replaced configuration may lack them. */
export function addBootstrapOptions(next: XmlElement, facts: Omit<BootstrapFacts, "origin" | "dateText">): void {
  next.set("crm_feature_set", FEATURE_SET);
  // The document may share its sections with the one before, which must stay as it is.
  const nodes = ownSection(next, "nodes");
  ownSection(next, "crm_config");
  for (const node of facts.members) {
    const id = facts.idOf(node);
    if (id === undefined) continue;
    const known = nodes.children.find((child) => child.get("uname") === node);
    if (known) known.set("id", id);
    else nodes.children.push(element("node", { id, uname: node }));
  }
  setClusterOption(next, "dc-version", `3.0.2-kodou${facts.version}`);
  setClusterOption(next, "cluster-infrastructure", "heartbeat");
  setClusterOption(next, "have-watchdog", "false");
}

function ownSection(cib: XmlElement, name: string): XmlElement {
  const section = sectionOrCreate(cib, name);
  const { children } = cib.childOrCreate("configuration");
  const own = section.clone();
  children[children.indexOf(section)] = own;
  return own;
}
