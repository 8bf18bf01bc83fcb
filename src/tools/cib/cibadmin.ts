import { aclFor } from "../../cib/acl.ts";
import { ACCESS_STYLES, type AccessStyle, accessText } from "../../cib/acl-render.ts";
import { fileDigest, wireDigest } from "../../cib/digest.ts";
import { emptyCib, isSectionName, NEWEST_SCHEMA } from "../../cib/document.ts";
import { updateSchema } from "../../cib/upgrade/schema-update.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { ClientCibRequest } from "../../node/interface/client.ts";
import { cdataElement, element, type XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { compilePath, pathOf, selectElements } from "../../xml/path.ts";
import { writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { usageText } from "../frame/help-text.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription, UsageError } from "../frame/option-table.ts";
import { parseDocument } from "../frame/parse-document.ts";
import { misshapen } from "../frame/read-document.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { aclUser, askDocument, type DocumentReply, readCib } from "./cib-access.ts";
import { schemaLog } from "./schema-log.ts";

const TOOL = "cibadmin";
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
  "commit-transaction",
  "empty",
  "md5-sum",
  "md5-sum-versioned",
];

const UNSAFE = ["erase", "upgrade", "delete-all"];
const NEEDING_INPUT = [
  "commit-transaction",
  "create",
  "modify",
  "replace",
  "patch",
  "delete",
  "delete-all",
  "md5-sum",
  "md5-sum-versioned",
];
const DANGEROUS =
  "The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.";

const description: ToolDescription = {
  tool: TOOL,
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
    {
      name: "commit-transaction",
      group: "Commands",
      help: "Make all changes of a <cib_transaction>, or none when one of them is refused",
    },
    { name: "empty", short: "a", argument: "SCHEMA", isArgumentOptional: true, group: "Commands", help: "Print an empty CIB" },
    { name: "md5-sum", short: "5", group: "Commands", help: "Print the on-disk digest of the input" },
    { name: "md5-sum-versioned", short: "6", group: "Commands", help: "Print the wire digest of the input" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data", help: "Read XML from a file" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data", help: "Take XML from the command line" },
    { name: "xml-pipe", short: "p", group: "Data", help: "Read XML from stdin" },
    { name: "scope", short: "o", argument: "SECTION", group: "Additional Options", help: "Limit the operation to one section" },
    { name: "xpath", short: "A", argument: "PATH", group: "Additional Options", help: "Limit the operation to what this XPath selects" },
    { name: "allow-create", short: "c", group: "Additional Options", help: "With --modify, create what does not exist" },
    { name: "no-children", short: "n", group: "Additional Options", help: "With --query, leave out children" },
    { name: "score", group: "Additional Options", help: "Treat attr++ and attr+=N as sums (the default)" },
    { name: "force", short: "f", group: "Additional Options", help: "Allow what is considered dangerous" },
    { name: "timeout", short: "t", argument: "SECONDS", group: "Additional Options", help: "Time to wait for an answer" },
    { name: "user", short: "U", argument: "USER", group: "Additional Options", help: "Run with the rights of this user" },
    {
      name: "show-access",
      short: "S",
      argument: "STYLE",
      isArgumentOptional: true,
      group: "Additional Options",
      help: "With --query and --user, show what the user may do: color, text, namespace, or auto",
    },
    {
      name: "update-status",
      group: "Additional Options",
      help: "(Advanced) Accepted as Pacemaker's does; the cluster plans anew all the same",
    },
    { name: "node-path", short: "e", help: "", isHidden: true },
    { name: "local", short: "l", help: "", isHidden: true },
    { name: "sync-call", short: "s", help: "", isHidden: true },
    { name: "node", short: "N", argument: "NODE", help: "", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  if (parsed.words.length > 0)
    return refusal(TOOL, EXIT.usage, `non-option ARGV-elements: ${parsed.words.join(" ")}\n\n${usageText(description)}`);
  const chosen = parsed.given.findLast((option) => COMMANDS.includes(option.name));
  const command = chosen?.name ?? "query";
  if (UNSAFE.includes(command) && !hasOption(parsed, "force")) return refusal(TOOL, EXIT.unsafe, DANGEROUS);
  if (command === "empty") {
    const cib = emptyCib(1);
    return documentAnswer(chosen?.value === undefined ? cib : cib.set("validate-with", chosen.value));
  }
  const style = command === "query" ? accessStyle(parsed) : undefined;
  if (style !== undefined && optionValue(parsed, "user") === undefined)
    return refusal(TOOL, EXIT.usage, "-U/--user is required with -S/--show-access");
  const place = parsed.given.findLast((option) => option.name === "scope" || option.name === "xpath");
  const xpath = place?.name === "xpath" ? place.value : undefined;
  const canBePath = command === "delete" || command === "delete-all";
  const isInputNeeded = NEEDING_INPUT.includes(command) && !(canBePath && xpath !== undefined);
  const input = isInputNeeded ? readInput(parsed, ports) : { text: undefined };
  if (!input)
    return refusal(
      TOOL,
      EXIT.usage,
      `The supplied command requires ${canBePath ? "either --xpath or " : ""}input via --xml-file, --xml-text, or --xml-pipe`,
    );
  if ("problem" in input) return refusal(TOOL, input.exitCode, input.problem);
  if (command.startsWith("md5")) return digest(command, input.text ?? "");
  let scope = place?.name === "scope" ? place.value : undefined;
  const warnings: string[] = [];
  if (scope !== undefined && (scope === "cib" || scope === "all" || !isSectionName(scope))) {
    warnings.push(`Invalid value '${scope}' for '--scope'. Operation will apply to the entire CIB`);
    scope = undefined;
  }
  const request: ClientCibRequest = {
    operation: command === "delete-all" ? "delete" : (command as ClientCibRequest["operation"]),
    ...(scope === undefined ? {} : { scope }),
    ...(xpath === undefined ? {} : { xpath }),
    ...(input.text === undefined ? {} : { input: input.text }),
    isCreateAllowed: hasOption(parsed, "allow-create"),
    isMultiple: command === "delete-all",
    isWithoutChildren: hasOption(parsed, "no-children"),
  };
  const answer = style === undefined ? await plainCall(parsed, ports, request) : await accessCall(parsed, ports, request, style);
  return { ...answer, errors: [...warnings, ...(answer.errors ?? [])] };
}

async function plainCall(parsed: ParsedOptions, ports: ToolPorts, request: ClientCibRequest): Promise<Answer> {
  if (request.operation === "upgrade") {
    const read = await readCib(ports, TOOL);
    if ("cib" in read && read.cib.get("validate-with") === NEWEST_SCHEMA)
      return { text: "Upgrade unnecessary: Schema is already the latest available\n", parts: [] };
    if ("cib" in read) for (const entry of schemaLog(read.cib, updateSchema(read.cib))) ports.log(entry);
  }
  if (request.operation === "query" && request.xpath !== undefined && hasOption(parsed, "node-path"))
    return nodePaths(ports, request.xpath);
  const reply = await askDocument(ports, TOOL, request, optionValue(parsed, "user"));
  const shown = reply.document && reply.exitCode !== EXIT.configuration ? documentAnswer(reply.document) : {};
  return reply.exitCode === EXIT.ok ? shown : { ...shown, ...refused(reply) };
}

function refused({ exitCode, message, isUnconnected }: DocumentReply): Answer {
  return refusal(TOOL, exitCode, `${isUnconnected ? "Could not connect to the CIB API" : "CIB API call failed"}: ${message}`);
}

/** Where the elements are that a path selects. */
async function nodePaths(ports: ToolPorts, xpath: string): Promise<Answer> {
  const read = await readCib(ports, TOOL);
  const compiled = compilePath(xpath);
  if ("error" in read) return refused(read.error);
  const hits = compiled.ok ? selectElements(read.cib, compiled.value) : [];
  if (hits.length === 0) return refusal(TOOL, EXIT.noSuchObject, "CIB API call failed: No such device or address");
  const paths = hits.flatMap((hit) => pathOf(read.cib, hit) ?? []);
  const listed = element(
    "xpath-query",
    {},
    paths.map((id) => element("xpath-query-path", { id })),
  );
  return { text: paths.map((path) => `${path}\n`).join(""), parts: [cdataElement("output", writePretty(listed))] };
}

/** The CIB with what the user may do with each part of it. */
async function accessCall(parsed: ParsedOptions, ports: ToolPorts, request: ClientCibRequest, style: AccessStyle): Promise<Answer> {
  const user = optionValue(parsed, "user") ?? "";
  const { document, ...reply } = await askDocument(ports, TOOL, request);
  if (!document) return refused(reply);
  if (document.name !== "cib") return documentAnswer(document);
  const acl = aclFor(document, aclUser(ports, user));
  if (!acl) return refusal(TOOL, EXIT.configuration, `Could not evaluate ACLs for ${user}: Already in requested state`);
  const text = accessText(document, acl, style);
  return { text, parts: [cdataElement("output", text)] };
}

function accessStyle(parsed: ParsedOptions): AccessStyle | undefined {
  if (!hasOption(parsed, "show-access")) return undefined;
  const value = optionValue(parsed, "show-access") ?? "auto";
  if (value === "auto") return "text";
  const style = ACCESS_STYLES.find((known) => known === value);
  if (style === undefined) throw new UsageError(`${TOOL}: Invalid value '${value}' for option '--show-access'`);
  return style;
}

function documentAnswer(node: XmlElement): Answer {
  const text = writePretty(node);
  return { text, parts: [cdataElement("output", text)] };
}

type Input = { readonly text: string } | { readonly problem: string; readonly exitCode: number };

function readInput(parsed: ParsedOptions, ports: ToolPorts): Input | undefined {
  const file = optionValue(parsed, "xml-file");
  const literal = optionValue(parsed, "xml-text");
  let source: { text: string; name: string } | undefined;
  if (file !== undefined) {
    const read = ports.readFile(file);
    if ("problem" in read) return { problem: `Couldn't parse input from ${file}: ${read.problem}`, exitCode: EXIT.dataError };
    source = { text: read.text, name: file };
  } else if (literal !== undefined) {
    source = { text: literal, name: "input string" };
  } else if (hasOption(parsed, "xml-pipe")) {
    source = { text: ports.readStdin(), name: "stdin" };
  }
  if (!source) return undefined;
  const checked = parseDocument(ports, source.text, file);
  if (checked.ok) return { text: source.text };
  return { problem: `Couldn't parse input from ${misshapen(source.name, checked.error)}`, exitCode: EXIT.dataError };
}

function digest(command: string, text: string): Answer {
  const parsed = parseXml(text);
  const value = parsed.ok ? (command === "md5-sum" ? fileDigest(parsed.value) : wireDigest(parsed.value)) : "";
  return { text: `${value}\n`, parts: [element("md5-sum", { digest: value })] };
}

/** `cibadmin`: query and edit the CIB. Source: cibadmin(8) of Pacemaker 3.0.2. */
export const cibadmin: Tool = { description, run };
