import { hashOrder } from "../../base/hash-order.ts";
import { parseBoolean } from "../../cib/document.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import { configurationLog } from "../../output/log/configuration-log.ts";
import { readTickets, type Ticket, ticketText, ticketXml } from "../../output/status/status-constraints.ts";
import { readClusterStatus } from "../../output/status/status-model.ts";
import { element, XmlElement } from "../../xml/element.ts";
import { writeCompact, writePretty } from "../../xml/write.ts";
import { askCib, readCib } from "../cib/cib-access.ts";
import { unvalidatedLog } from "../cib/schema-log.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import { readDocument } from "../frame/read-document.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { ticketDescription } from "./crm-ticket-options.ts";

const TOOL = "crm_ticket";
const NOT_FOUND = "No such device or address";
const COMMANDS = ["info", "details", "raw", "query-xml", "constraints", "cleanup", "get-attr"];
const STATES: Readonly<Record<string, readonly [string, string]>> = {
  grant: ["granted", "true"],
  revoke: ["granted", "false"],
  standby: ["standby", "true"],
  activate: ["standby", "false"],
};

/** A ticket, what is known of it, and what may be done. */
interface Scene {
  readonly parsed: ParsedOptions;
  readonly ports: ToolPorts;
  readonly cib: XmlElement;
  readonly tickets: readonly Ticket[];
  readonly id: string | undefined;
  readonly isForced: boolean;
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const read = await readCib(ports, TOOL);
  if ("error" in read) return refusal(TOOL, read.error.exitCode, `Could not connect to the CIB: ${read.error.message}`);
  for (const entry of unvalidatedLog(read.cib)) ports.log(entry);
  const file = optionValue(parsed, "xml-file");
  const known = file === undefined ? read.cib : readFile(ports, file);
  if (typeof known === "string") return refusal(TOOL, EXIT.configuration, known);
  ports.log(() => configurationLog(readClusterStatus(known, { nowEpochSeconds: ports.epochSeconds() }), ports.dateText));
  const id = optionValue(parsed, "ticket");
  const scene: Scene = { parsed, ports, cib: read.cib, tickets: readTickets(known), id, isForced: hasOption(parsed, "force") };
  const command = parsed.given.findLast((option) => COMMANDS.includes(option.name));
  switch (command?.name) {
    case "info":
    case "details":
    case "raw":
      return list(scene, command.name);
    case "query-xml":
      return state(scene);
    case "constraints":
      return constraints(scene);
    case "get-attr":
      return id === undefined
        ? refusal(TOOL, EXIT.noSuchObject, "Must supply ticket ID with -t")
        : attribute(scene, id, command.value ?? "");
    case "cleanup":
      return id === undefined ? refusal(TOOL, EXIT.usage, "Must supply ticket ID with -t") : cleanUp(scene, id);
    default:
      return change(scene);
  }
}

/** Another document to know tickets from; what is changed is the CIB. */
function readFile(ports: ToolPorts, file: string): XmlElement | string {
  const read = readDocument(ports, file);
  if (read.ok && read.value.name === "cib") return read.value;
  return `Could not update local CIB to latest schema version: ${read.ok ? `${file}: no CIB` : read.error.text}`;
}

function list({ tickets, id, ports }: Scene, style: "info" | "details" | "raw"): Answer {
  const shown = tickets.filter((ticket) => id === undefined || ticket.id === id);
  if (id !== undefined && shown.length === 0) return refusal(TOOL, EXIT.noSuchObject, `No such ticket '${id}'`);
  const line = (ticket: Ticket): string => (style === "raw" ? ticket.id : ticketText(ticket, ports.dateText, style === "details"));
  return {
    text: shown.map((ticket) => `${line(ticket)}\n`).join(""),
    parts:
      shown.length === 0
        ? []
        : [
            element(
              "tickets",
              {},
              shown.map((ticket) => ticketXml(ticket, ports.dateText)),
            ),
          ],
  };
}

function statesOf(cib: XmlElement, id: string): XmlElement[] {
  const states = cib.descend("status", "tickets")?.childrenNamed("ticket_state") ?? [];
  return states.filter((node) => node.id === id);
}

function several(id: string): string {
  return `Multiple ticket_states match ticket=${id}\n`;
}

function state({ cib, id }: Scene): Answer {
  const all = cib.descend("status", "tickets");
  const found = id === undefined ? (all?.children ?? []) : statesOf(cib, id);
  const shown = id === undefined ? all : found.length > 1 ? element("xpath-query", {}, found) : found[0];
  if (!shown) return refusal(TOOL, EXIT.noSuchObject, `Could not query ticket XML: ${NOT_FOUND}`);
  const parts = (found.length > 0 ? found : [shown]).map((node) => new XmlElement("ticket", node.attributes));
  const notice = id !== undefined && found.length > 1 ? several(id) : "";
  return { text: `${notice}State XML:\n\n${writePretty(shown)}`, parts: [element("tickets", {}, parts)] };
}

function constraints({ cib, id }: Scene): Answer {
  const all = cib.descend("configuration", "constraints")?.childrenNamed("rsc_ticket") ?? [];
  const found = all.filter((constraint) => id === undefined || constraint.get("ticket") === id);
  if (found.length === 0) return refusal(TOOL, EXIT.noSuchObject, `Could not show ticket constraints: ${NOT_FOUND}`);
  const tickets = found.map((one) => element("ticket", { id: one.get("ticket") }, [element("constraints", {}, [one])]));
  const resources = found.map((one) => element("resource", { id: one.get("rsc") }));
  return {
    text: `Constraints XML:\n\n${found.map((one) => writePretty(one)).join("")}`,
    parts: [element("tickets", {}, tickets), element("resources", {}, resources)],
  };
}

function attribute({ tickets, parsed }: Scene, id: string, name: string): Answer {
  const value = tickets.find((ticket) => ticket.id === id)?.state.get(name) ?? optionValue(parsed, "default");
  if (value === undefined) return { exitCode: EXIT.noSuchObject };
  const shown = element("ticket", { id }, [element("attribute", { name, value })]);
  return { text: `${value}\n`, parts: [element("tickets", {}, [shown])] };
}

async function cleanUp({ cib, tickets, ports, isForced }: Scene, id: string): Promise<Answer> {
  const ticket = tickets.find((one) => one.id === id);
  if (!isForced && !ticket) return refusal(TOOL, EXIT.noSuchObject, `No such ticket '${id}'`);
  if (!isForced && ticket?.isGranted) return { exitCode: EXIT.insufficientPrivileges, errors: [revokeWarning(id)] };
  const found = statesOf(cib, id);
  for (const one of found) {
    const reply = await askCib(ports, TOOL, { operation: "delete", scope: "status", input: writeCompact(one) });
    if (reply.exitCode !== EXIT.ok) return refusal(TOOL, reply.exitCode, `Could not clean up ticket: ${reply.message}`);
  }
  return { text: found.length === 0 ? "" : `${found.length > 1 ? several(id) : ""}Cleaned up ${id}\n` };
}

/** The attributes to be set, in the order of Pacemaker's hash tables; a name without value, or a value without name, is left over. */
function settings(parsed: ParsedOptions): {
  readonly set: Map<string, string>;
  readonly name: string | undefined;
  readonly value: string | undefined;
} {
  const set = new Map<string, string>();
  let name: string | undefined;
  let value: string | undefined;
  for (const option of parsed.given) {
    const fixed = STATES[option.name];
    if (fixed && Object.hasOwn(STATES, option.name)) set.set(...fixed);
    if (option.name === "set-attr") name = option.value;
    if (option.name === "attr-value") value = option.value;
    if (name === undefined || value === undefined) continue;
    set.set(name, value);
    name = undefined;
    value = undefined;
  }
  return { set: new Map(hashOrder(set.keys()).map((key) => [key, set.get(key) ?? ""])), name, value };
}

async function change(scene: Scene): Promise<Answer> {
  const { parsed, id } = scene;
  const { set, name, value } = settings(parsed);
  const wrong = (text: string): Answer => refusal(TOOL, EXIT.usage, text);
  const doomed = parsed.given.flatMap((option) => (option.name === "delete-attr" && option.value !== undefined ? [option.value] : []));
  const isModified = set.size > 0 || doomed.length > 0;
  if (!isModified && !name) return wrong("Must supply a command");
  if (id === undefined) return wrong("Must supply ticket ID with -t");
  if (!isModified) return wrong(`Must supply value with -v for -S ${name}`);
  if (value !== undefined && !name) return wrong(`Must supply attribute name with -S for -v ${value}`);
  if (name !== undefined && !value) return wrong("Must supply attribute value with -v for -S (null)");
  return doomed.length > 0 ? remove(scene, id, doomed) : assign(scene, id, set);
}

function outcome(reply: ClientReply, text: string): Answer {
  return reply.exitCode === EXIT.ok ? { text } : { ...refusal(TOOL, reply.exitCode, `Could not modify ticket: ${reply.message}`), text };
}

function ambiguous(id: string): Answer {
  return { ...refusal(TOOL, EXIT.noSuchObject, `Could not modify ticket: ${NOT_FOUND}`), text: several(id) };
}

function unforced(warning: string, text: string): Answer {
  return { exitCode: EXIT.unsafe, text, errors: [warning, `${TOOL}: Ticket modification not allowed without --force`] };
}

async function remove({ cib, ports, isForced }: Scene, id: string, doomed: readonly string[]): Promise<Answer> {
  const found = statesOf(cib, id);
  const notice = found.length > 1 ? several(id) : "";
  if (!isForced && doomed.includes("granted")) return unforced(revokeWarning(id), notice);
  if (found.length > 1) return ambiguous(id);
  const made = found[0]?.clone() ?? element("ticket_state", { id });
  for (const name of doomed) made.attributes.delete(name);
  return outcome(await askCib(ports, TOOL, { operation: "replace", scope: "status", input: writeCompact(made) }), notice);
}

async function assign({ cib, tickets, ports, isForced }: Scene, id: string, set: ReadonlyMap<string, string>): Promise<Answer> {
  const found = statesOf(cib, id);
  const granted = set.get("granted");
  const isGrant = granted !== undefined && parseBoolean(granted) === true;
  const notice = found.length > 1 ? several(id) : "";
  if (!isForced && granted !== undefined) return unforced(isGrant ? grantWarning(id) : revokeWarning(id), notice);
  if (found.length > 1) return ambiguous(id);
  const made = found[0]?.clone() ?? element("ticket_state", { id });
  for (const [name, value] of set) made.set(name, value);
  if (isGrant && !tickets.some((ticket) => ticket.id === id && ticket.isGranted)) made.set("last-granted", `${ports.epochSeconds()}`);
  const input = found[0] ? made : element("status", {}, [element("tickets", {}, [made])]);
  return outcome(await askCib(ports, TOOL, { operation: "modify", scope: "status", input: writeCompact(input) }), "");
}

function grantWarning(id: string): string {
  return (
    `This command cannot help you verify whether '${id}' has been already granted elsewhere.\n` +
    `If you really want to grant '${id}' to this site now, and you know what you are doing,\nplease specify --force.`
  );
}

function revokeWarning(id: string): string {
  return [
    `Revoking '${id}' can trigger the specified 'loss-policy'(s) relating to '${id}'.`,
    `You can check that with:\ncrm_ticket --ticket ${id} --constraints`,
    `Otherwise before revoking '${id}', you may want to make '${id}'standby with:\ncrm_ticket --ticket ${id} --standby`,
    `If you really want to revoke '${id}' from this site now, and you know what you are doing,\nplease specify --force.`,
  ].join("\n\n");
}

/** `crm_ticket`. Source: crm_ticket(8) of Pacemaker 3.0.2. */
export const crmTicket: Tool = { description: ticketDescription, run };
