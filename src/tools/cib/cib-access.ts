import type { AclUser } from "../../cib/acl.ts";
import { changeCib, queryCib } from "../../cib/operation.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { EXIT } from "../../model/exit-code.ts";
import { type ClientCibRequest, type ClientReply, failReply, okReply } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact, writePretty } from "../../xml/write.ts";
import { readDocument } from "../frame/read-document.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { cibFile } from "./cib-place.ts";
import { checkSchema } from "./schema-log.ts";

const UNFIT = "Update does not conform to the configured schema";

/** Longest wait for a DC, in ms. */
const DC_WAIT_MS = 30_000;

/** True when the tool works on a file instead of the cluster. */
export function usesFile(ports: ToolPorts): boolean {
  return cibFile(ports) !== undefined;
}

/**
 * Sends a request about the CIB to where the environment says: the file in CIB_file, else the daemon. The rights of `user`
 * count, or of the one in CIB_user; the daemon lets only root and hacluster act for another.
 */
export async function askCib(ports: ToolPorts, client: string, request: ClientCibRequest, user?: string): Promise<ClientReply> {
  const file = cibFile(ports);
  if (file !== undefined) {
    const { document, ...reply } = askFile(ports, file, request, user);
    return document ? { ...reply, output: writeCompact(document) } : reply;
  }
  const acting = user ?? (ports.environment("CIB_user") || undefined);
  return ports.ask({ op: "cib", client, request, ...(acting === undefined ? {} : { user: acting }) }, DC_WAIT_MS);
}

/** A reply whose document, if it has one, was read already. */
export interface DocumentReply extends Omit<ClientReply, "output"> {
  readonly document?: XmlElement;
  /** The CIB could not be had at all: nothing was asked of it. */
  readonly isUnconnected?: boolean;
}

/** The same for those who look at the answer: what comes from a file is not written and read once more. */
export async function askDocument(ports: ToolPorts, client: string, request: ClientCibRequest, user?: string): Promise<DocumentReply> {
  const file = cibFile(ports);
  if (file !== undefined) return askFile(ports, file, request, user);
  const { output, ...reply } = await askCib(ports, client, request, user);
  if (output === undefined) return reply;
  const parsed = parseXml(output);
  if (parsed.ok) return { ...reply, document: parsed.value };
  return reply.exitCode === EXIT.ok ? failReply(EXIT.dataError, parsed.error.message) : reply;
}

/** The whole CIB; an error reply when it cannot be had. */
export async function readCib(ports: ToolPorts, client: string): Promise<{ cib: XmlElement } | { error: DocumentReply }> {
  const { document, ...reply } = await askDocument(ports, client, { operation: "query" });
  return reply.exitCode === EXIT.ok && document ? { cib: document } : { error: reply };
}

/**
 * A document with nothing but these sections of the CIB, as far as they are there: of a running cluster the whole may be
 * many megabytes. A file is read as a whole. An error reply when it cannot be had.
 */
export async function readSections(
  ports: ToolPorts,
  client: string,
  sections: readonly string[],
): Promise<{ cib: XmlElement } | { error: ClientReply }> {
  if (usesFile(ports)) return readCib(ports, client);
  const found: XmlElement[] = [];
  for (const scope of sections) {
    const { document, ...reply } = await askDocument(ports, client, { operation: "query", scope });
    if (document) found.push(document);
    else if (reply.exitCode !== EXIT.noSuchObject) return { error: reply };
  }
  return { cib: element("cib", {}, [element("configuration", {}, found), element("status")]) };
}

/** The user whose rights count, with the groups that list them. */
export function aclUser(ports: ToolPorts, given: string | undefined): AclUser | undefined {
  const name = given ?? ports.environment("CIB_user");
  if (name === undefined) return undefined;
  const read = ports.readFile("/etc/group");
  const lines = "text" in read ? read.text.split("\n").map((line) => line.split(":")) : [];
  return { name, groups: lines.filter((fields) => fields[3]?.split(",").includes(name)).flatMap((fields) => fields[0] ?? []) };
}

function askFile(ports: ToolPorts, file: string, request: ClientCibRequest, user: string | undefined): DocumentReply {
  const loaded = loadFile(ports, file);
  if ("error" in loaded) return loaded.error;
  const input = request.input === undefined ? undefined : parseXml(request.input);
  if (input && !input.ok) return failReply(EXIT.dataError, `line ${input.error.line}: ${input.error.message}`);
  const rights = aclUser(ports, user);
  const local = { ...request, isStatusReplaced: true, input: input?.value };
  if (request.operation === "query") {
    const result = queryCib(loaded.cib, local, rights);
    return result.ok ? { ...okReply(), document: result.value } : failReply(result.error.exitCode, result.error.message);
  }
  const changed = changeCib(loaded.cib, local, { rights });
  const notes = (changed.ok ? changed.value.notes : changed.error.notes) ?? [];
  for (const note of notes) ports.log({ ...note, severity: "trace" });
  if (!changed.ok) {
    const { exitCode, message, output, detail } = changed.error;
    const isStepNamed = request.operation === "commit-transaction" && detail !== undefined;
    return { exitCode, message: isStepNamed ? `${message}: ${detail}` : message, ...(output ? { document: output } : {}) };
  }
  if (changed.value.isChanged) {
    const problem = ports.writeFile(file, writePretty(changed.value.cib));
    if (problem !== undefined) return failReply(EXIT.ioError, problem);
  }
  return okReply();
}

/** A file has to fit the schema it names. What Pacemaker's tools say of one that does not, and why. */
function loadFile(ports: ToolPorts, file: string): { cib: XmlElement } | { error: DocumentReply } {
  const unusable = (exitCode: number, message: string): { error: DocumentReply } => ({ error: { exitCode, message, isUnconnected: true } });
  const read = readDocument(ports, file);
  if (!read.ok) {
    const { text, isUnreadable } = read.error;
    return isUnreadable
      ? unusable(EXIT.noSuchObject, `No such device or address (${text})`)
      : unusable(EXIT.configuration, `${UNFIT} (${text})`);
  }
  const cib = upgradeHeartbeat2(read.value);
  const { problem, log } = checkSchema(cib);
  for (const entry of log) ports.log(entry);
  if (problem !== undefined) return unusable(EXIT.configuration, `${UNFIT} (${file}: ${problem})`);
  cib.childOrCreate("configuration");
  cib.childOrCreate("status");
  return { cib };
}
