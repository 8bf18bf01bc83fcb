import { applyPatchset } from "../../cib/patchset.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { validateCib } from "../../cib/validate.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import { interruptionCause } from "../../output/explanation/interruption-cause.ts";
import { interruptionText, interruptionXml } from "../../output/explanation/interruption-text.ts";
import { NOTHING, type Phrase } from "../../output/explanation/phrase.ts";
import { ScoreSources } from "../../output/explanation/score-sources.ts";
import { circleLine } from "../../output/log/plan-log.ts";
import { addedOutages, type Interruption, interruptions } from "../../scheduler/explain/interruptions.ts";
import { placementAccountsOf } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { shadowFile } from "../cib/cib-place.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { readExplainedCib, readXml } from "./explained-cib.ts";

const TOOL = "kodou plan";

/** Exit code when a running resource would be stopped, if only for a time, that would not be without the change. */
const WOULD_STOP = 1;

const description: ToolDescription = {
  tool: TOOL,
  summary: "say what a new configuration would do. Exit code 0: it stops nothing that runs, 1: it stops something, more: an error",
  options: [
    { name: "xml-file", short: "x", argument: "FILE", help: "The new configuration: a CIB, or its configuration section" },
    { name: "patch", short: "p", argument: "FILE", help: "A patch as crm_diff makes it" },
    { name: "shadow", short: "s", argument: "NAME", help: "A shadow configuration as crm_shadow makes it" },
    { name: "current", short: "c", argument: "FILE", help: "The present CIB, instead of the cluster's" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const current = optionValue(parsed, "current");
  const changes = ["xml-file", "patch", "shadow"].filter((name) => optionValue(parsed, name) !== undefined);
  if (changes.length > 1 || parsed.words.length > 0)
    return refusal(TOOL, EXIT.usage, "name one change: --xml-file FILE, --patch FILE or --shadow NAME");
  const shadow = optionValue(parsed, "shadow") ?? (changes.length === 0 ? ports.environment("CIB_shadow") : undefined);
  const file = optionValue(parsed, "patch") ?? (shadow === undefined ? optionValue(parsed, "xml-file") : shadowFile(ports, shadow));
  if (file === undefined) return refusal(TOOL, EXIT.usage, "name the change: --xml-file FILE, --patch FILE or --shadow NAME");
  const unshadowed: ToolPorts = { ...ports, environment: (name) => (name === "CIB_shadow" ? undefined : ports.environment(name)) };
  const before = await readExplainedCib(TOOL, unshadowed, current);
  if ("answer" in before) return before.answer;
  const change = readXml(TOOL, ports, file);
  if ("answer" in change) return change.answer;
  const after = changed(before.cib, change.xml);
  if ("problem" in after) return refusal(TOOL, EXIT.dataError, `${file}: ${after.problem}`);
  const wasThere = new Set(validateCib(before.cib).map(({ path, message }) => `${path} ${message}`));
  const invalid = validateCib(after.cib).filter(({ path, message }) => !wasThere.has(`${path} ${message}`));
  if (invalid.length > 0)
    return {
      exitCode: EXIT.configuration,
      errors: invalid.map(({ path, message }) => `${TOOL}: the new configuration is not valid: ${path}: ${message}`),
    };
  return report(before.cib, after.cib, before.nowEpochSeconds);
}

/** The present CIB with the new configuration, its status kept. */
export function changed(current: XmlElement, change: XmlElement): { readonly cib: XmlElement } | { readonly problem: string } {
  const cib = current.clone();
  if (change.name === "diff") {
    const applied = applyPatchset(cib, change, { isVersionIgnored: true });
    return applied.ok ? { cib } : { problem: applied.error.message };
  }
  const whole = change.name === "cib" ? upgradeHeartbeat2(change) : undefined;
  const configuration = change.name === "configuration" ? change : whole?.child("configuration");
  if (!configuration) return { problem: `neither a CIB nor a configuration nor a patch: ${change.name}` };
  cib.children.splice(0, cib.children.length, configuration.clone(), ...cib.children.filter((child) => child.name !== "configuration"));
  return { cib };
}

/** True for a value as reports write it in the place of a secret. */
const isMasked = (xml: XmlElement): boolean => xml.name === "nvpair" && /^\*+$/.test(xml.get("value") ?? "");

const keyOf = ({ key, node }: GraphAction): string => `${key} ${node ?? ""}`;

/** What the new configuration does that the present one does not. */
export interface PlanDifference {
  readonly base: ScheduleResult;
  readonly result: ScheduleResult;
  readonly caused: readonly GraphAction[];
  /** What becomes of resources that run. */
  readonly hit: readonly Interruption[];
  /** Those of them that are not due anyway. */
  readonly outages: readonly Interruption[];
  /** Decisions, as the transition summary words them. */
  readonly summary: readonly string[];
  /** Decisions that are due, and are not made any more. */
  readonly prevented: readonly string[];
  /** Actions that are due, and are not planned any more, of resources that the decisions do not tell of. */
  readonly dropped: readonly GraphAction[];
}

/** Compares the plans for two CIBs with the same status. */
export function planDifference(before: XmlElement, after: XmlElement, nowEpochSeconds: number): PlanDifference {
  const isLive = ![...before.walk(), ...after.walk()].some(isMasked);
  const base = schedule(before, { nowEpochSeconds, isLive });
  const result = schedule(after, { nowEpochSeconds, isLive, isLedgerKept: true });
  const pending = new Set(base.graph.actions.map(keyOf));
  const due = interruptions(base);
  const known = new Set(due.map(interruptionText));
  const hit = interruptions(result).filter((one) => !known.has(interruptionText(one)));
  const shown = new Set(base.summary);
  const still = new Set(result.summary);
  const planned = new Set(result.graph.actions.map(keyOf));
  const told = new Set([
    ...base.decisions.filter((_, at) => !still.has(base.summary[at] ?? "")).map(({ subject }) => subject),
    ...result.decisions.filter((_, at) => !shown.has(result.summary[at] ?? "")).map(({ subject }) => subject),
  ]);
  return {
    base,
    result,
    caused: result.graph.actions.filter((action) => action.kind !== "pseudo_event" && !pending.has(keyOf(action))),
    hit,
    outages: addedOutages(due, hit),
    summary: result.summary.filter((line) => !shown.has(line)),
    prevented: base.summary.filter((line) => !still.has(line)),
    dropped: base.graph.actions.filter((action) => isTelling(action, told) && !planned.has(keyOf(action))),
  };
}

/** Actions by which a resource changes its state, where no decision about it tells of them. */
function isTelling({ kind, key, operation }: GraphAction, told: ReadonlySet<string>): boolean {
  if (kind === "pseudo_event" || !CHANGING.has(operation) || !key.endsWith(`_${operation}_0`)) return false;
  return !told.has(key.slice(0, -`_${operation}_0`.length));
}

const CHANGING: ReadonlySet<string> = new Set(["start", "stop", "promote", "demote", "migrate_to", "migrate_from"]);

function report(before: XmlElement, after: XmlElement, nowEpochSeconds: number): Answer {
  const difference = planDifference(before, after, nowEpochSeconds);
  const { base, result, caused, hit, outages, summary, prevented, dropped } = difference;
  const isIdle = caused.length === 0 && summary.length === 0 && prevented.length === 0 && dropped.length === 0;
  const sources = new ScoreSources(after, nowEpochSeconds, result.cluster);
  const touched = new Set(hit.map(({ resource }) => resource));
  const parts = result.cluster.top.flatMap((top) => top.primitives()).filter(({ id }) => touched.has(id));
  const accounts = new Map(placementAccountsOf(result, parts).map((account) => [account.resource.id, account]));
  const causeOf = (one: Interruption): Phrase => {
    const account = accounts.get(one.resource);
    return account ? interruptionCause(one, account, sources) : NOTHING;
  };
  const lines = isIdle ? ["The change causes no action."] : planLines(difference, causeOf);
  if (base.graph.actions.some(({ kind }) => kind !== "pseudo_event"))
    lines.push("", "Actions that are due without the change are not shown.");
  return {
    exitCode: outages.length > 0 ? WOULD_STOP : EXIT.ok,
    errors: result.unkeptOrders.filter((one) => !base.unkeptOrders.includes(one)).map(circleLine),
    text: `${lines.join("\n")}\n`,
    parts: [
      element("plan", { stops: String(outages.length > 0) }, [
        ...caused.map(({ key, operation, node }) => element("action", { key, operation, node })),
        ...dropped.map(({ key, operation, node }) => element("dropped_action", { key, operation, node })),
        ...hit.map((one) => interruptionXml(one, causeOf(one))),
        ...prevented.map((text) => element("prevented", { text })),
      ]),
    ],
  };
}

function planLines({ caused, hit, summary, prevented, dropped }: PlanDifference, causeOf: (one: Interruption) => Phrase): string[] {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  * ${item}`)];
  const actions = (all: readonly GraphAction[]): string[] => all.map(({ key, node }) => `${key}${node === undefined ? "" : ` on ${node}`}`);
  const interrupted = hit.map((one) => {
    const { text } = causeOf(one);
    return `${interruptionText(one)}${text === "" ? "" : `\n      ${text}`}`;
  });
  const blocks = [
    list("The change decides", summary),
    list("Due without the change, and not with it", prevented),
    list("Actions it causes", actions(caused)),
    list("Actions that are due without the change, and not with it", actions(dropped)),
    hit.length === 0 ? ["It stops nothing that runs."] : list("Resources that run now", interrupted),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ["", ...block]));
}

/** `kodou plan`. */
export const plan: Tool = { description, run };
