import { fail, ok, type Result } from "../../base/result.ts";
import type { AuthKey, AuthKeys } from "../../wire/signature.ts";

/**
 * Reads `authkeys`: `auth N`, then `N method [secret]`. `mode` is the file's permission bits: anything readable or
 * writable by group or others is refused. Source: authkeys(5), heartbeat 3.0.6.
 */
export function parseAuthKeys(text: string, mode: number): Result<AuthKeys, string> {
  if ((mode & 0o066) !== 0) return fail(`bad permissions ${(mode & 0o777).toString(8)}: others could read the key; run chmod 600 on it`);
  let active: number | undefined;
  const keys = new Map<number, AuthKey>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    const refuse = (reason: string): Result<AuthKeys, string> => fail(`line ${index + 1}: ${reason}`);
    if (line === "" || line.startsWith("#")) continue;
    const [first = "", method = "", secret] = line.split(/\s+/);
    if (first.startsWith("a")) {
      if (!/^\d{1,2}$/.test(method) || Number(method) > 15) return refuse("auth needs a key number from 0 to 15");
      active = Number(method);
      if (keys.has(active)) return refuse(`auth must stand before the line of key ${method}: heartbeat would not find it`);
      continue;
    }
    if (!/^\d{1,2}$/.test(first) || Number(first) > 15) return refuse(`${first} is neither 'auth' nor a key number from 0 to 15`);
    if (method !== "crc" && method !== "md5" && method !== "sha1" && method !== "sha256")
      return refuse(`unknown method '${method}': use sha256, sha1, md5 or crc`);
    if (method === "crc" && secret !== undefined) return refuse("crc takes no key");
    if (method !== "crc" && secret === undefined) return refuse(`${method} needs a key`);
    keys.set(Number(first), { method, secret: secret ?? "" });
  }
  if (active === undefined) return fail("no auth line: add 'auth N' naming the key to sign with");
  if (!keys.has(active)) return fail(`auth names key ${active}, which is not there`);
  return ok({ active, keys });
}
