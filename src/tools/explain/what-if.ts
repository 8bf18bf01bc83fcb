import { parseBoolean } from "../../cib/document.ts";
import { copyAlong } from "../../cib/shared-copy.ts";
import { EXIT } from "../../model/exit-code.ts";
import { ScoreSources } from "../../output/explanation/score-sources.ts";
import { oneOfSome, someOf } from "../../output/explanation/some-of.ts";
import { survivalText, survivalXml } from "../../output/explanation/survival-text.ts";
import { isBroken, type Survival, survivals } from "../../scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { SimulatedCib } from "../simulate/simulated-cib.ts";
import { noNode, readExplainedCib } from "./explained-cib.ts";

const TOOL = "kodou what-if";

/** Exit code when something would not survive. */
const NOT_ALL_SURVIVE = 1;

/** How many of those that go on as they are are told one by one. */
const KEPT_MAX = 10;

/** Most sets of nodes that `--any` looks at. */
const SETS_MAX = 500;

const description: ToolDescription = {
  tool: TOOL,
  summary: "say what happens when nodes die. Exit code 0: all survives, 1: something does not, more: an error",
  options: [
    { name: "node-down", short: "d", argument: "NODE", help: "This node dies (several: given again, or with commas)" },
    { name: "any", short: "a", argument: "N", help: "Any N nodes die: each set of N is looked at" },
    {
      name: "quorum",
      short: "q",
      argument: "BOOLEAN",
      help: "Whether those left have quorum; else the majority has it, and one of two",
    },
    { name: "xml-file", short: "x", argument: "FILE", help: "Look at this CIB instead of the cluster's" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const named = parsed.given.flatMap(({ name, value }) =>
    name === "node-down" && value !== undefined ? value.split(",").filter((one) => one !== "") : [],
  );
  const any = optionValue(parsed, "any");
  if (parsed.words.length > 0 || (named.length === 0) === (any === undefined))
    return refusal(TOOL, EXIT.usage, "give either --node-down NODE or --any N; a file is named with -x");
  const quorumText = optionValue(parsed, "quorum");
  const quorum = quorumText === undefined ? undefined : parseBoolean(quorumText);
  if (quorumText !== undefined && quorum === undefined) return refusal(TOOL, EXIT.usage, "--quorum is true or false");
  const input = await readExplainedCib(TOOL, ports, optionValue(parsed, "xml-file"));
  if ("answer" in input) return input.answer;
  const { cib, nowEpochSeconds } = input;
  const before = schedule(cib, { nowEpochSeconds });
  const members = before.cluster.nodes.filter((node) => node.connectionId === undefined && node.isOnline).map((node) => node.name);
  for (const name of named) {
    if (!before.cluster.nodes.some((node) => node.name === name)) return noNode(TOOL, before, name);
    if (!members.includes(name))
      return refusal(TOOL, EXIT.unsatisfied, `${name} is not an online cluster node: what a remote or guest node is to lose is its host`);
  }
  if (members.length === 0) return refusal(TOOL, EXIT.unsatisfied, "no cluster node is online");
  const size = Number(any ?? 0);
  if (any !== undefined && !(Number.isInteger(size) && size > 0 && size <= members.length))
    return refusal(TOOL, EXIT.usage, `--any takes a number from 1 to ${members.length}`);
  const sets = any === undefined ? [[...new Set(named)]] : subsets(members, size);
  if (sets.length > SETS_MAX)
    return refusal(TOOL, EXIT.usage, `--any ${size} of ${members.length} nodes are ${sets.length} sets; at most ${SETS_MAX} are looked at`);
  const isDetailed = any === undefined;
  const losses = sets.map((nodes) => lose(cib, before, nodes, { quorum, nowEpochSeconds, isDetailed }));
  return {
    exitCode: losses.some(({ isAnyBroken }) => isAnyBroken) ? NOT_ALL_SURVIVE : EXIT.ok,
    text: `${mergedLosses(losses).join("\n\n")}\n`,
    parts: losses.map(({ part }) => part),
  };
}

/** What is told of one loss. */
interface Loss {
  readonly isAnyBroken: boolean;
  /** Those that die, as they are named. */
  readonly who: string;
  readonly hasQuorum: boolean;
  readonly items: readonly string[];
  readonly part: XmlElement;
}

/** A loss with its plan. */
export interface PlannedLoss {
  /** The CIB as those left see it. */
  readonly cib: XmlElement;
  readonly hasQuorum: boolean;
  /** The plan, with its ledger. */
  readonly result: ScheduleResult;
  readonly survivals: readonly Survival[];
}

/** Lets nodes die without a word, as the others see it, and schedules; whether those left have quorum may be told. */
export function planLoss(
  cib: XmlElement,
  before: ScheduleResult,
  nodes: readonly string[],
  { quorum, nowEpochSeconds }: { readonly quorum: boolean | undefined; readonly nowEpochSeconds: number },
): PlannedLoss {
  const simulated = new SimulatedCib(copyForLoss(cib, nodes));
  for (const node of nodes) simulated.setLost(simulated.nodeState(node));
  const members = before.cluster.nodes.filter((node) => node.connectionId === undefined);
  const left = members.filter((node) => node.isOnline && node.uncleanReason === undefined && !nodes.includes(node.name)).length;
  const isMajority = left * 2 > members.length || (members.length === 2 && left === 1);
  const hasQuorum = quorum ?? (before.cluster.options.hasQuorum && isMajority);
  simulated.setRoot("have-quorum", hasQuorum ? "1" : "0");
  const result = schedule(simulated.cib, { nowEpochSeconds, isLedgerKept: true });
  return { cib: simulated.cib, hasQuorum, result, survivals: survivals(before, result, new Set(nodes)) };
}

/** What becomes of everything when nodes die, in words. */
function lose(
  cib: XmlElement,
  before: ScheduleResult,
  nodes: readonly string[],
  { quorum, nowEpochSeconds, isDetailed }: { quorum: boolean | undefined; nowEpochSeconds: number; isDetailed: boolean },
): Loss {
  const loss = planLoss(cib, before, nodes, { quorum, nowEpochSeconds });
  const { hasQuorum, result: after, survivals: all } = loss;
  const sources = new ScoreSources(loss.cib, nowEpochSeconds, after.cluster);
  const isAnyBroken = all.some(isBroken);
  // Said at once: of many losses not all plans can be kept.
  const attributes = { nodes: nodes.join(" "), quorum: String(hasQuorum), survives: String(!isAnyBroken) };
  const survivalParts = all.map((one) => survivalXml(one, sources));
  return {
    isAnyBroken,
    who: nodes.join(" and "),
    hasQuorum,
    items: lossItems(all, after, sources, isDetailed),
    part: element("loss", attributes, survivalParts),
  };
}

/** A copy in which the states of these nodes, and what is above them, may be changed. */
function copyForLoss(cib: XmlElement, nodes: readonly string[]): XmlElement {
  const states = (cib.child("status")?.childrenNamed("node_state") ?? []).filter((state) => nodes.includes(state.get("uname") ?? ""));
  return copyAlong(cib, ["/cib/status", ...states.map((state) => `/cib/status/node_state[@id='${state.id}']`)]) ?? cib.clone();
}

function lossItems(all: readonly Survival[], { summary }: ScheduleResult, sources: ScoreSources, isDetailed: boolean): string[] {
  const broken = all.filter(isBroken);
  const shown = isDetailed ? [...broken, ...all.filter((one) => !isBroken(one) && one.outcome !== "kept")] : broken;
  const kept = isDetailed ? keptItems(all, sources) : [];
  const nothing = all.length === 0 ? "nothing runs now" : "everything survives";
  const told = [...shown.map((one) => survivalText(one, sources)), ...kept];
  const items = told.length > 0 ? told : [nothing];
  const actions = isDetailed && summary.length > 0 ? ["  What the cluster does:", ...summary.map((line) => `    * ${line}`)] : [];
  return [...items.map((item) => `  * ${item}`), ...actions];
}

/** What goes on as it is: many of them in one line. */
function keptItems(all: readonly Survival[], sources: ScoreSources): string[] {
  const kept = all.filter(({ outcome }) => outcome === "kept");
  if (kept.length <= KEPT_MAX) return kept.map((one) => survivalText(one, sources));
  return [`${kept.length} go on running where they are: ${someOf(kept.map(({ resource }) => resource))}`];
}

/** A paragraph for each loss, or for several of which the same is told. */
function mergedLosses(losses: readonly Loss[]): string[] {
  const merged: { readonly who: string[]; readonly loss: Loss; readonly text: string }[] = [];
  for (const loss of losses) {
    const text = loss.items.join("\n");
    const known = merged.find((one) => one.text === text && one.loss.hasQuorum === loss.hasQuorum);
    if (known) known.who.push(loss.who);
    else merged.push({ who: [loss.who], loss, text });
  }
  return merged.map(({ who, loss, text }) => {
    const verb = loss.who.includes(" and ") ? "die" : "dies";
    // Which ones they are matters where something breaks.
    const named = loss.isAnyBroken ? who.join(", or ") : oneOfSome(who);
    return `${named} ${verb}${loss.hasQuorum ? "" : ", and those left have no quorum"}:\n${text}`;
  });
}

/** All sets of a size, in order; one more than is allowed is enough to tell that there are too many. */
function subsets(names: readonly string[], size: number): string[][] {
  const found: string[][] = [];
  const extend = (chosen: readonly string[], from: number): void => {
    if (found.length > SETS_MAX) return;
    if (chosen.length === size) {
      found.push([...chosen]);
      return;
    }
    for (let at = from; at < names.length; at += 1) extend([...chosen, names[at] ?? ""], at + 1);
  };
  extend([], 0);
  return found;
}

/** `kodou what-if`. */
export const whatIf: Tool = { description, run };
