import { upgradeHeartbeat2 } from "../cib/upgrade-heartbeat2.ts";
import { type SchemaProblem, validateCib } from "../cib/validate.ts";
import { EXIT } from "../model/exit-code.ts";
import { framedXml, requestText } from "../output/xml-frame.ts";
import { parseXml } from "../xml/parse.ts";
import { writePretty } from "../xml/write.ts";
import { askCib } from "./cib-access.ts";
import { findMeaningProblems } from "./cib-meaning.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "./option-table.ts";
import { failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const description: ToolDescription = {
  tool: "crm_verify",
  summary: "check a cluster configuration for errors",
  options: [
    { name: "live-check", short: "L", group: "Data", help: "Check the configuration of the running cluster" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data", help: "Check the configuration in this file" },
    { name: "xml-pipe", short: "p", group: "Data", help: "Check the configuration on the standard input" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data", help: "Check the configuration in this text" },
    { name: "save-xml", short: "S", argument: "FILE", group: "Additional", help: "Save the configuration that was checked to this file" },
    { name: "quiet", short: "q", group: "Additional", help: "Print nothing, only return the exit code" },
  ],
};

type Input = { readonly text: string; readonly name: string } | { readonly exitCode: number; readonly problem: string };

async function readInput(parsed: ParsedOptions, ports: ToolPorts): Promise<Input> {
  const file = optionValue(parsed, "xml-file");
  if (file !== undefined) {
    const read = ports.readFile(file);
    return "text" in read ? { text: read.text, name: file } : { exitCode: EXIT.noInput, problem: `Couldn't read ${file}: ${read.problem}` };
  }
  const text = optionValue(parsed, "xml-text");
  if (text !== undefined) return { text, name: "xml-text" };
  if (hasOption(parsed, "xml-pipe")) return { text: ports.readStdin(), name: "stdin" };
  if (!hasOption(parsed, "live-check")) return { exitCode: EXIT.error, problem: "No input specified" };
  const reply = await askCib(ports, "crm_verify", { operation: "query" });
  if (reply.exitCode !== EXIT.ok || reply.output === undefined)
    return { exitCode: reply.exitCode, problem: `CIB query failed: ${reply.message}` };
  return { text: reply.output, name: "live" };
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const input = await readInput(parsed, ports);
  if ("problem" in input) return failed(input.exitCode, `crm_verify: ${input.problem}`);
  const document = parseXml(input.text);
  if (!document.ok) {
    const { line, column, message } = document.error;
    return verdict(parsed, [`error: ${input.name}:${line}:${column}: parser error : ${message}`], true);
  }
  const cib = upgradeHeartbeat2(document.value);
  const target = optionValue(parsed, "save-xml");
  const refusal = target === undefined ? undefined : ports.writeFile(target, writePretty(cib));
  if (refusal !== undefined) return failed(EXIT.cannotCreate, `crm_verify: ${refusal}`);
  const schema = validateCib(cib);
  const meaning = schema.length > 0 ? [] : findMeaningProblems(cib);
  const lines = [
    ...schema.map((problem) => schemaLine(input.name, problem)),
    ...meaning.map(({ isError, path, message }) => `${isError ? "error" : "warning"}: ${path}: ${message}`),
  ];
  const hasErrors = schema.length > 0 || meaning.some((problem) => problem.isError);
  return verdict(parsed, lines, hasErrors);
}

/** A schema problem as libxml2 words it, so that programs find the element; the path says which one. */
function schemaLine(name: string, problem: SchemaProblem): string {
  const last = /([^/[]+)(?:\[[^\]]*\])?$/.exec(problem.path)?.[1] ?? "cib";
  return `${name}: element ${last}: Relax-NG validity error : ${problem.path}: ${problem.message}`;
}

function verdict(parsed: ParsedOptions, lines: readonly string[], hasErrors: boolean): ToolResult {
  const exitCode = lines.length > 0 ? EXIT.configuration : EXIT.ok;
  if (optionValue(parsed, "output-as") === "xml") {
    const given = parsed.given.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`));
    return {
      stdout: framedXml({ request: requestText(["crm_verify", ...given]), parts: [], exitCode, errors: lines }),
      stderr: "",
      exitCode,
    };
  }
  if (optionValue(parsed, "output-as") === "json") {
    return { stdout: `${JSON.stringify({ isValid: exitCode === EXIT.ok, problems: lines }, undefined, 2)}\n`, stderr: "", exitCode };
  }
  if (exitCode === EXIT.ok || hasOption(parsed, "quiet")) return { stdout: "", stderr: "", exitCode };
  const summary = hasErrors ? "Configuration invalid" : "Configuration may need attention";
  if (!hasOption(parsed, "verbose")) return failed(exitCode, `crm_verify: ${summary} (-V may provide more detail)`);
  return failed(exitCode, [...lines, `crm_verify: ${summary}`].join("\n"));
}

/** `crm_verify`. Source: crm_verify(8) of Pacemaker 3.0.2. */
export const crmVerify: Tool = { description, run };
