import { EXIT } from "../../model/exit-code.ts";
import type { Answer } from "../frame/answer.ts";
import { helpText } from "../frame/help-text.ts";
import { optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { callAttribute, calledOptions, NODE_OPTIONS } from "./attribute-wrapper.ts";

const description: ToolDescription = {
  tool: "crm_master",
  summary: "query, update, or delete a resource's promotion score (deprecated: use crm_attribute --promotion)",
  options: [
    { name: "query", short: "G", group: "Commands", help: "Query the current value of the promotion score" },
    { name: "update", short: "v", argument: "VALUE", group: "Commands", help: "Update the value of the promotion score" },
    { name: "delete", short: "D", group: "Commands", help: "Delete the promotion score" },
    { name: "resource", short: "r", argument: "ID", group: "Additional Options", help: "Resource (default: OCF_RESOURCE_INSTANCE)" },
    ...NODE_OPTIONS,
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const resource = optionValue(parsed, "resource") ?? ports.environment("OCF_RESOURCE_INSTANCE");
  if (!resource) return { exitCode: EXIT.usage, errors: ["error: No resource specified"], text: `\n${helpText(description)}` };
  const node = optionValue(parsed, "node") ?? optionValue(parsed, "uname");
  const call = ["-n", `master-${resource}`, "--lifetime=forever", ...calledOptions(parsed)];
  return callAttribute(node === undefined ? call : [...call, "-N", node], ports);
}

/** `crm_master`: a resource's promotion score. Source: crm_master(8) of Pacemaker 3.0.2. */
export const crmMaster: Tool = { description, run };
