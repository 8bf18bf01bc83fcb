import { EXIT } from "../../model/exit-code.ts";
import { placementLines, placementXml } from "../../output/explanation-text.ts";
import { ScoreSources } from "../../output/score-sources.ts";
import { placementAccounts } from "../../scheduler/explain/placement-account.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { type Answer, refusal } from "../answer.ts";
import { optionValue, type ParsedOptions, type ToolDescription } from "../option-table.ts";
import type { Tool, ToolPorts } from "../tool.ts";
import { findResource, readExplainedCib } from "./explained-cib.ts";

const TOOL = "kodou explain";

const description: ToolDescription = {
  tool: TOOL,
  summary: "say where a resource runs and why, node by node: kodou explain RESOURCE",
  options: [
    { name: "node", short: "N", argument: "NODE", help: "Only this node's score" },
    { name: "xml-file", short: "x", argument: "FILE", help: "Look at this CIB instead of the cluster's" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const [id, ...others] = parsed.words;
  if (id === undefined || others.length > 0) return refusal(TOOL, EXIT.usage, "name one resource");
  const input = await readExplainedCib(TOOL, ports, optionValue(parsed, "xml-file"));
  if ("answer" in input) return input.answer;
  const { cib, nowEpochSeconds } = input;
  const result = schedule(cib, { nowEpochSeconds, isLedgerKept: true });
  const resource = findResource(result, id);
  if (!resource) return refusal(TOOL, EXIT.noSuchObject, `there is no resource ${id}`);
  const node = optionValue(parsed, "node");
  if (node !== undefined && !result.cluster.nodes.some(({ name }) => name === node))
    return refusal(TOOL, EXIT.noHost, `there is no node ${node}`);
  const sources = new ScoreSources(cib, nowEpochSeconds);
  const accounts = placementAccounts(result, resource);
  return {
    text: `${accounts.map((one) => placementLines(one, sources, node).join("\n")).join("\n\n")}\n`,
    parts: accounts.map((one) => placementXml(one, sources, node)),
  };
}

/** `kodou explain`. */
export const explain: Tool = { description, run };
