import { md5Hex } from "../base/md5.ts";
import { escapeAttribute } from "../xml/write.ts";

const NOT_DIGESTED = new Set(["id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"]);

/** Digest of an operation's parameters as the history records it; a recurring operation's timeout is part of it. */
export function parameterDigest(parameters: ReadonlyMap<string, string>, recurringTimeoutMs: number | undefined): string {
  const all = new Map([...parameters].filter(([name]) => !NOT_DIGESTED.has(name) && !name.startsWith("CRM_meta")));
  if (recurringTimeoutMs !== undefined) all.set("CRM_meta_timeout", String(recurringTimeoutMs));
  const text = [...all.keys()].sort().map((name) => ` ${name}="${escapeAttribute(all.get(name) ?? "")}"`);
  return md5Hex(` <parameters${text.join("")}/>\n`);
}
