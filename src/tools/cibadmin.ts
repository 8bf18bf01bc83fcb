import { fileDigest, wireDigest } from "../cib/digest.ts";
import { emptyCib, isSectionName } from "../cib/document.ts";
import { EXIT } from "../model/exit-code.ts";
import type { ClientCibRequest, ClientReply } from "../node/client.ts";
import { parseXml } from "../xml/parse.ts";
import { writePretty } from "../xml/write.ts";
import { askCib } from "./cib-access.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const COMMANDS = [
  "query",
  "create",
  "modify",
  "replace",
  "delete",
  "delete-all",
  "patch",
  "erase",
  "bump",
  "upgrade",
  "empty",
  "md5-sum",
  "md5-sum-versioned",
];

const description: ToolDescription = {
  tool: "cibadmin",
  summary: "query and edit the cluster configuration (CIB)",
  options: [
    { name: "query", short: "Q", group: "Commands", help: "Query the contents of the CIB (default)" },
    { name: "create", short: "C", group: "Commands", help: "Create a new object" },
    { name: "modify", short: "M", group: "Commands", help: "Find an object and update it" },
    { name: "replace", short: "R", group: "Commands", help: "Replace an object (the whole CIB when the input is one)" },
    { name: "delete", short: "D", group: "Commands", help: "Delete the first object that matches the input" },
    { name: "delete-all", short: "d", group: "Commands", help: "With --xpath, delete all matching objects" },
    { name: "patch", short: "P", group: "Commands", help: "Apply a patch in format 2" },
    { name: "erase", short: "E", group: "Commands", help: "Erase the whole configuration (needs --force)" },
    { name: "bump", short: "B", group: "Commands", help: "Increase the epoch by 1" },
    { name: "upgrade", short: "u", group: "Commands", help: "Upgrade to the newest schema (needs --force)" },
    { name: "empty", short: "a", argument: "SCHEMA", isArgumentOptional: true, group: "Commands", help: "Print an empty CIB" },
    { name: "md5-sum", short: "5", group: "Commands", help: "Print the on-disk digest of the input" },
    { name: "md5-sum-versioned", short: "6", group: "Commands", help: "Print the wire digest of the input" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data", help: "Read XML from a file" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data", help: "Take XML from the command line" },
    { name: "xml-pipe", short: "p", group: "Data", help: "Read XML from stdin" },
    { name: "scope", short: "o", argument: "SECTION", group: "Additional", help: "Limit the operation to one section" },
    { name: "xpath", short: "A", argument: "PATH", group: "Additional", help: "Limit the operation to what this XPath selects" },
    { name: "allow-create", short: "c", group: "Additional", help: "With --modify, create what does not exist" },
    { name: "no-children", short: "n", group: "Additional", help: "With --query, leave out children" },
    { name: "score", group: "Additional", help: "Treat attr++ and attr+=N as sums (the default)" },
    { name: "force", short: "f", group: "Additional", help: "Allow what is considered dangerous" },
    { name: "timeout", short: "t", argument: "SECONDS", group: "Additional", help: "Time to wait for an answer" },
    { name: "user", short: "U", argument: "USER", group: "Additional", help: "Run with the rights of this user" },
    { name: "local", short: "l", help: "", isHidden: true },
    { name: "sync-call", short: "s", help: "", isHidden: true },
    { name: "node", short: "N", argument: "NODE", help: "", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const command = parsed.given.findLast((option) => COMMANDS.includes(option.name))?.name ?? "query";
  if (command === "empty") return done(writePretty(emptyCib(1)));
  const isDangerous = command === "erase" || command === "upgrade";
  if (isDangerous && !hasOption(parsed, "force")) {
    return failed(
      EXIT.unsafe,
      "cibadmin: The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.",
    );
  }
  const input = readInput(parsed, ports);
  if (input !== undefined && "problem" in input) return failed(input.exitCode, input.problem);
  const text = input?.text;
  if (command.startsWith("md5")) return digest(command, text);
  let scope = optionValue(parsed, "scope");
  let warning = "";
  if (scope !== undefined && !isSectionName(scope)) {
    warning = `cibadmin: Invalid value '${scope}' for '--scope'. Operation will apply to the entire CIB\n`;
    scope = undefined;
  }
  const xpath = optionValue(parsed, "xpath");
  const isInputNeeded = ["create", "modify", "replace", "patch"].includes(command) || (command === "delete" && xpath === undefined);
  if (isInputNeeded && text === undefined) {
    return failed(EXIT.usage, "cibadmin: The supplied command requires input via --xml-file, --xml-text, or --xml-pipe");
  }
  const request: ClientCibRequest = {
    operation: command === "delete-all" ? "delete" : (command as ClientCibRequest["operation"]),
    ...(scope === undefined ? {} : { scope }),
    ...(xpath === undefined ? {} : { xpath }),
    ...(text === undefined ? {} : { input: text }),
    isCreateAllowed: hasOption(parsed, "allow-create"),
    isMultiple: command === "delete-all",
    isWithoutChildren: hasOption(parsed, "no-children"),
  };
  const result = shown(await askCib(ports, "cibadmin", request));
  return { ...result, stderr: warning + result.stderr };
}

function shown(reply: ClientReply): ToolResult {
  const parsed = reply.output === undefined ? undefined : parseXml(reply.output);
  const stdout = parsed?.ok ? writePretty(parsed.value) : "";
  if (reply.exitCode === EXIT.ok) return done(stdout);
  return { stdout, stderr: `cibadmin: CIB API call failed: ${reply.message}\n`, exitCode: reply.exitCode };
}

type Input = { readonly text: string } | { readonly problem: string; readonly exitCode: number };

function readInput(parsed: ParsedOptions, ports: ToolPorts): Input | undefined {
  const file = optionValue(parsed, "xml-file");
  const literal = optionValue(parsed, "xml-text");
  let source: { text: string; name: string } | undefined;
  if (file !== undefined) {
    const read = ports.readFile(file);
    if ("problem" in read) return { problem: `cibadmin: Couldn't read input from ${file}: ${read.problem}`, exitCode: EXIT.noInput };
    source = { text: read.text, name: file };
  } else if (literal !== undefined) {
    source = { text: literal, name: "input string" };
  } else if (hasOption(parsed, "xml-pipe")) {
    source = { text: ports.readStdin(), name: "stdin" };
  }
  if (!source) return undefined;
  const checked = parseXml(source.text);
  if (checked.ok) return { text: source.text };
  const { line, column, message } = checked.error;
  return {
    problem: `cibadmin: Couldn't parse input from ${source.name}: line ${line}, column ${column}: ${message}`,
    exitCode: EXIT.dataError,
  };
}

function digest(command: string, text: string | undefined): ToolResult {
  const parsed = text === undefined ? undefined : parseXml(text);
  if (!parsed?.ok) return failed(EXIT.usage, "cibadmin: The supplied command requires input via --xml-file, --xml-text, or --xml-pipe");
  return done(`${command === "md5-sum" ? fileDigest(parsed.value) : wireDigest(parsed.value)}\n`);
}

/** `cibadmin`: query and edit the CIB. Source: cibadmin(8) of Pacemaker 3.0.2. */
export const cibadmin: Tool = { description, run };
