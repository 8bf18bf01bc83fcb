import { fail, ok, type Result } from "../base/result.ts";
import type { PacketSigner, SignatureMethod } from "../ports/packet-signer.ts";
import { heartbeatCrc } from "./crc32.ts";

/** One line of `authkeys`. */
export interface AuthKey {
  readonly method: SignatureMethod;
  readonly secret: string;
}

/** All keys: any of them is accepted from others, the active one signs. */
export interface AuthKeys {
  readonly active: number;
  readonly keys: ReadonlyMap<number, AuthKey>;
}

/** Signature text `N HEX` of some bytes with the active key. */
export function signBytes(bytes: string, keys: AuthKeys, signer: PacketSigner): string {
  return `${keys.active} ${digestOf(bytes, keys.keys.get(keys.active), signer)}`;
}

/** Checks a signature text; the error says why it is refused. */
export function checkSignature(bytes: string, signature: string, keys: AuthKeys, signer: PacketSigner): Result<undefined, string> {
  const match = /^(\d{1,2}) ([0-9a-f]{1,64})$/.exec(signature);
  if (!match) return fail("bad or missing signature");
  const key = keys.keys.get(Number(match[1]));
  if (!key) return fail(`key ${match[1]} is not in authkeys`);
  const expected = digestOf(bytes, key, signer);
  return isSame(expected, match[2] ?? "") ? ok(undefined) : fail("failed authentication");
}

function digestOf(bytes: string, key: AuthKey | undefined, signer: PacketSigner): string {
  if (!key) return "";
  return key.method === "crc" ? heartbeatCrc(bytes) : signer.hmac(key.method, key.secret, bytes);
}

/** Compares without telling by its duration where the difference is. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
