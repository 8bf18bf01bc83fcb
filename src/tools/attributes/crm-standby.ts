import type { Answer } from "../frame/answer.ts";
import { hasOption, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { callAttribute, calledOptions, NODE_OPTIONS, nodeOrHere } from "./attribute-wrapper.ts";

const description: ToolDescription = {
  tool: "crm_standby",
  summary: "query, enable, or disable standby mode for a node",
  options: [
    { name: "query", short: "G", group: "Commands", help: "Query the current value of standby mode (on/off)" },
    { name: "update", short: "v", argument: "VALUE", group: "Commands", help: "Update the value of standby mode (on/off)" },
    { name: "delete", short: "D", group: "Commands", help: "Let standby mode use its default value" },
    ...NODE_OPTIONS,
  ],
};

/** Without a lifetime: a query looks at both, a change makes it last, a deletion deletes both. */
async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const call = ["-N", await nodeOrHere(parsed, ports), "-n", "standby", ...calledOptions(parsed)];
  const isUpdate = hasOption(parsed, "update") || hasOption(parsed, "attr-value");
  const isDeletion = hasOption(parsed, "delete") || hasOption(parsed, "delete-attr");
  if (!isUpdate && !isDeletion && !hasOption(parsed, "query")) call.push("-G");
  if (hasOption(parsed, "lifetime")) return callAttribute(call, ports);
  if (isUpdate) return callAttribute([...call, "-l", "forever"], ports);
  const permanent = await callAttribute([...call, "-l", "forever"], ports);
  if (!isDeletion) {
    return permanent.errors === undefined ? permanent : callAttribute([...call, "-l", "reboot", "-d", "off"], ports);
  }
  const transient = await callAttribute([...call, "-l", "reboot"], ports);
  return {
    text: `${permanent.text ?? ""}${transient.text ?? ""}`,
    errors: [...(permanent.errors ?? []), ...(transient.errors ?? [])],
  };
}

/** `crm_standby`: a node's standby attribute. Source: crm_standby(8) of Pacemaker 3.0.2. */
export const crmStandby: Tool = { description, run };
