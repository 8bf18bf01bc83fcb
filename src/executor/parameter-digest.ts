import { md5Hex } from "../base/md5.ts";
import { escapeAttribute } from "../xml/write.ts";

const NOT_DIGESTED = new Set(["id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"]);

/**
 * Digest of an operation's parameters (`op-digest`): MD5 of one line with a `<parameters>` element, attributes in byte
 * order, a recurring operation's timeout included. Source: runtime behaviour of Pacemaker 3.0.2, resource history.
 */
export function parameterDigest(parameters: Readonly<Record<string, string>>, intervalMs: number, timeoutMs: number): string {
  const all = new Map(Object.entries(parameters).filter(([name]) => !NOT_DIGESTED.has(name) && !name.startsWith("CRM_meta")));
  if (intervalMs > 0) all.set("CRM_meta_timeout", String(timeoutMs));
  const text = [...all.keys()]
    .sort()
    .map((name) => ` ${name}="${escapeAttribute(all.get(name) ?? "")}"`)
    .join("");
  return md5Hex(` <parameters${text}/>\n`);
}
