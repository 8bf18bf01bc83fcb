import type { ExecutorCommand } from "../executor/command.ts";
import type { GraphAction } from "../model/transition-graph.ts";
import type { DcContext } from "../node/dc/dc-context.ts";
import type { PendingOperation } from "../node/status/pending-operations.ts";
import { StatusDraft } from "../node/status/status-draft.ts";
import { parseXml } from "../xml/parse.ts";

/** The surroundings of one part of the DC n1, for looking at that part alone: what it wants done is written down. */
export interface RecordedDcContext extends DcContext {
  readonly executed: { readonly node: string; readonly command: ExecutorCommand }[];
  readonly inquired: PendingOperation[];
  /** Reasons for which plans were asked for. */
  readonly plans: string[];
  /** `LEVEL: TEXT`. */
  readonly logged: string[];
}

/** The agent of what `resourceAction` is about. */
const AGENT = { agentClass: "ocf", provider: "kodou", type: "Dummy" };

/**
 * Surroundings of the DC n1 of n1 and n2, whose daemon's run is `run`; n3 is known and no member. Members' histories of the
 * resource `web` consist of the `<lrm_rsc_op>` elements given by node.
 */
export function recordedDcContext(histories: Readonly<Record<string, string>> = {}): RecordedDcContext {
  const states = ["n1", "n2", "n3"].map((node) => {
    const history = histories[node];
    const resource =
      history === undefined ? "" : `<lrm_resource id="web" class="ocf" provider="kodou" type="Dummy">${history}</lrm_resource>`;
    return `<node_state id="id-${node}" uname="${node}"><lrm id="id-${node}"><lrm_resources>${resource}</lrm_resources></lrm></node_state>`;
  });
  const parsed = parseXml(`<cib epoch="1" num_updates="0" admin_epoch="0"><configuration/><status>${states.join("")}</status></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const draft = new StatusDraft(parsed.value);
  const executed: { readonly node: string; readonly command: ExecutorCommand }[] = [];
  const inquired: PendingOperation[] = [];
  const plans: string[] = [];
  const logged: string[] = [];
  return {
    executed,
    inquired,
    plans,
    logged,
    members: ["n1", "n2"],
    self: "n1",
    uuid: "run",
    draft: () => draft,
    execute: (node, command) => void executed.push({ node, command }),
    inquire: (operation) => void inquired.push(operation),
    requestPlan: (reason) => void plans.push(reason),
    log: (level, text) => void logged.push(`${level}: ${text}`),
  };
}

/** An action of a plan that has the resource `web` do something on n2, but for what is given. */
export function resourceAction(id: number, operation: string, given: Partial<GraphAction> = {}): GraphAction {
  return {
    id,
    kind: "rsc_op",
    operation,
    key: `web_${operation}_0`,
    node: "n2",
    resource: { id: "web", ...AGENT },
    attributes: new Map(),
    priority: 0,
    inputs: [],
    ...given,
  };
}

/** Ids and states of the entries that the draft has of `web` on a node: `ID RC STATUS`. */
export function recordedEntries(context: DcContext, node: string): string[] {
  const holder = context.draft().nodeStateNamed(node)?.descend("lrm", "lrm_resources")?.child("lrm_resource", "web");
  return (holder?.children ?? []).map((entry) => `${entry.id} ${entry.get("rc-code")} ${entry.get("op-status")}`);
}
