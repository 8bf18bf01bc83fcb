import { escapeAttribute } from "../../xml/write.ts";

const TIMEOUT = "CRM_meta_timeout";

const NOT_DIGESTED = new Set(["id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"]);

/** What the digest of an operation's parameters in the history is of; a recurring operation's timeout is part of it. */
export function digestedText(parameters: ReadonlyMap<string, string>, recurringTimeoutMs: number | undefined): string {
  const names = recurringTimeoutMs === undefined ? [] : [TIMEOUT];
  for (const name of parameters.keys()) if (!NOT_DIGESTED.has(name) && !name.startsWith("CRM_meta")) names.push(name);
  let text = " <parameters";
  for (const name of names.sort()) {
    const value = name === TIMEOUT ? String(recurringTimeoutMs) : (parameters.get(name) ?? "");
    text += ` ${name}="${escapeAttribute(value)}"`;
  }
  return `${text}/>\n`;
}
