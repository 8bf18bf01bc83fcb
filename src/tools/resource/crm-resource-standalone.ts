import { parseDurationMs } from "../../time/duration.ts";
import type { Answer } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { callAgent, listAgents, listAlternatives, listProviders, listStandards, showMetadata } from "./crm-resource-agents.ts";
import { waitForCluster } from "./crm-resource-runtime.ts";

/** The time to wait that was given, in ms. */
export const timeoutOf = (parsed: ParsedOptions): number | undefined => parseDurationMs(optionValue(parsed, "timeout") ?? "");

/** Commands about agents, and waiting. */
export async function withoutCib(parsed: ParsedOptions, ports: ToolPorts, command: string): Promise<Answer> {
  const value = optionValue(parsed, command);
  switch (command) {
    case "list-standards":
      return listStandards(ports);
    case "list-ocf-providers":
      return listProviders(ports);
    case "list-agents":
      return listAgents(ports, value ?? "");
    case "list-ocf-alternatives":
      return listAlternatives(ports, value ?? "");
    case "show-metadata":
      return showMetadata(ports, value ?? "");
    case "wait":
      return waitForCluster(ports, timeoutOf(parsed));
    default:
      return {};
  }
}

/** Parameters from `--option` and the words. */
export function optionPairs(parsed: ParsedOptions): Record<string, string> {
  const pairs = parsed.given.flatMap((option) => (option.name === "option" && option.value !== undefined ? [option.value] : []));
  return Object.fromEntries([...pairs, ...parsed.words].map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]));
}

/** Calls an agent that is named by itself, with parameters from the environment and the command line. */
export function callNamedAgent(parsed: ParsedOptions, ports: ToolPorts, command: string): Promise<Answer> {
  const fromEnvironment = ports
    .environmentNames()
    .filter((name) => name.startsWith("OCF_RESKEY_") && !name.startsWith("OCF_RESKEY_CRM_meta"))
    .map((name) => [name.slice("OCF_RESKEY_".length), ports.environment(name) ?? ""]);
  const overrides = optionPairs(parsed);
  return callAgent(ports, {
    action: command,
    resource: undefined,
    standard: optionValue(parsed, "class") ?? "",
    provider: optionValue(parsed, "provider") ?? "",
    type: optionValue(parsed, "agent") ?? "",
    parameters: { ...Object.fromEntries(fromEnvironment), ...overrides },
    overrides,
    level: optionValue(parsed, command),
    timeoutMs: timeoutOf(parsed),
    isVerbose: hasOption(parsed, "verbose"),
  });
}
