import { LIMITS } from "../base/limits.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { PacketSigner } from "../ports/packet-signer.ts";
import { type AuthKeys, checkSignature, signBytes } from "./signature.ts";

/** Type digits of fields. */
export const FIELD_TEXT = 0;
export const FIELD_BINARY = 1;

/** One field. Values are byte strings: one character per byte, binary ones raw. */
export interface PacketField {
  readonly name: string;
  readonly type: number;
  readonly value: string;
}

/** The two forms on the wire: `>>>` lines, and `###` netstrings. */
export type PacketForm = "classic" | "netstring";

/** A packet as it was received: fields in order, and whether its signature holds. */
export interface DecodedPacket {
  readonly form: PacketForm;
  readonly fields: readonly PacketField[];
  /** Signature behind a netstring packet. */
  readonly outerSignature: string | undefined;
  /** The bytes that the signature covers, as they came. */
  readonly signedBytes: string;
}

const MAX_FIELDS = 200;

/** Value of the first field with this name. */
export function fieldValue(fields: readonly PacketField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** Value of a hexadecimal field of up to twelve digits; NaN when it is missing or something else. */
export function parseHexField(fields: readonly PacketField[], name: string): number {
  const text = fieldValue(fields, name);
  return text !== undefined && /^[0-9a-f]{1,12}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}

/** Text field. */
export const textField = (name: string, value: string): PacketField => ({ name, type: FIELD_TEXT, value });

/** Reads a packet of either form; `bytes` has one character per byte. Never throws. The signature is not looked at. */
export function decodePacket(bytes: string): Result<DecodedPacket, string> {
  if (bytes.length > LIMITS.packetBytes) return fail(`packet of ${bytes.length} bytes is too long`);
  if (bytes.startsWith("###\n")) return decodeNetstring(bytes);
  if (bytes.startsWith(">>>\n")) return decodeClassic(bytes);
  return fail("neither >>> nor ### at the start");
}

/** Checks the signature that counts for the packet's form. */
export function verifyPacket(packet: DecodedPacket, keys: AuthKeys, signer: PacketSigner): Result<undefined, string> {
  const signature = packet.form === "netstring" ? packet.outerSignature : fieldValue(packet.fields, "auth");
  return checkSignature(packet.signedBytes, signature ?? "", keys, signer);
}

/** Adds the inner signature field that `msgfmt classic` carries. */
export function withInnerSignature(fields: readonly PacketField[], keys: AuthKeys, signer: PacketSigner): PacketField[] {
  return [...fields, textField("auth", signBytes(classicLines(fields), keys, signer))];
}

/** Classic form; the fields must hold the `auth` field already. */
export function encodeClassic(fields: readonly PacketField[]): string {
  return `>>>\n${classicLines(fields)}<<<\n`;
}

/** Netstring form with its signature behind. */
export function encodeNetstring(fields: readonly PacketField[], keys: AuthKeys, signer: PacketSigner): string {
  const parts = fields.map((field) => netstring(`(${field.type})${field.name}=${field.value}`));
  const body = `###\n${parts.join("")}%%%\n`;
  return `${body}${netstring(signBytes(body, keys, signer))}`;
}

const netstring = (text: string): string => `${text.length}:${text},`;

function classicLines(fields: readonly PacketField[]): string {
  return fields.map((field) => `${field.type === FIELD_TEXT ? "" : `(${field.type})`}${field.name}=${classicValue(field)}\n`).join("");
}

function classicValue(field: PacketField): string {
  if (field.type === FIELD_BINARY) return btoa(field.value);
  // Other types are kept as they came: kodou sends none of them and looks into none.
  return field.type === FIELD_TEXT ? field.value.replaceAll("\n", "\x13") : field.value;
}

function decodeClassic(bytes: string): Result<DecodedPacket, string> {
  const end = bytes.indexOf("\n<<<\n");
  if (end < 0) return fail("no <<< at the end");
  const lines = bytes.slice(4, end).split("\n");
  if (lines.length > MAX_FIELDS) return fail(`more than ${MAX_FIELDS} fields`);
  const fields: PacketField[] = [];
  for (const line of lines) {
    const match = /^(?:\((\d)\))?([^=]{1,255})=([\s\S]*)$/.exec(line);
    if (!match) return fail("a line without name=value");
    const type = Number(match[1] ?? FIELD_TEXT);
    const raw = match[3] ?? "";
    const value = type === FIELD_BINARY ? decodeBase64(raw) : type === FIELD_TEXT ? raw.replaceAll("\x13", "\n") : raw;
    if (value === undefined) return fail(`field ${match[2]} is not base64`);
    fields.push({ name: match[2] ?? "", type, value });
  }
  const signedBytes = lines.flatMap((line) => (line.startsWith("auth=") ? [] : [`${line}\n`])).join("");
  return ok({ form: "classic", fields, outerSignature: undefined, signedBytes });
}

function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return atob(text);
}

function decodeNetstring(bytes: string): Result<DecodedPacket, string> {
  const fields: PacketField[] = [];
  let position = 4;
  while (!bytes.startsWith("%%%\n", position)) {
    const item = readNetstring(bytes, position);
    if (!item) return fail(`bad netstring at byte ${position}`);
    const match = /^\((\d)\)([^=]{1,255})=([\s\S]*)$/.exec(item.text);
    if (!match) return fail(`field without (type)name=value at byte ${position}`);
    fields.push({ name: match[2] ?? "", type: Number(match[1]), value: match[3] ?? "" });
    if (fields.length > MAX_FIELDS) return fail(`more than ${MAX_FIELDS} fields`);
    position = item.next;
  }
  const signature = readNetstring(bytes, position + 4);
  return ok({ form: "netstring", fields, outerSignature: signature?.text, signedBytes: bytes.slice(0, position + 4) });
}

function readNetstring(bytes: string, position: number): { text: string; next: number } | undefined {
  const match = /^(\d{1,6}):/.exec(bytes.slice(position, position + 7));
  if (!match) return undefined;
  const start = position + match[0].length;
  const end = start + Number(match[1]);
  return bytes[end] === "," ? { text: bytes.slice(start, end), next: end + 1 } : undefined;
}
