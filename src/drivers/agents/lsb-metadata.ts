const HEADER = /^### BEGIN INIT INFO\s*$([\s\S]*?)^### END INIT INFO\s*$/m;

/**
 * Meta-data XML of an init script, made from its `### BEGIN INIT INFO` header, which may be missing.
 * Source: LSB 5.0, "Comment Conventions for Init Scripts".
 */
export function lsbMetadata(type: string, script: string): string {
  const header = initHeader(script);
  const description = header.get("description") ?? header.get("short-description") ?? `Init script ${type}`;
  const summary = header.get("short-description") ?? type;
  const special = ["provides", "required-start", "required-stop", "should-start", "should-stop", "default-start", "default-stop"]
    .flatMap((key) => {
      const value = header.get(key);
      const tag = key.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
      return value === undefined ? [] : [`    <${tag}>${escapeXml(value)}</${tag}>\n`];
    })
    .join("");
  return scriptMetadata({ type, description, summary, parameters: "", special: `  <special tag="LSB">\n${special}  </special>\n` });
}

/** Meta-data XML of a script that has none of its own: start, stop, status and the texts given. */
export function scriptMetadata(of: { type: string; description: string; summary: string; parameters: string; special: string }): string {
  return `<?xml version="1.0"?>
<resource-agent name="${escapeXml(of.type)}" version="0.1">
  <version>1.0</version>
  <longdesc lang="en">${escapeXml(of.description)}</longdesc>
  <shortdesc lang="en">${escapeXml(of.summary)}</shortdesc>
  <parameters>
${of.parameters}  </parameters>
  <actions>
    <action name="start" timeout="15s"/>
    <action name="stop" timeout="15s"/>
    <action name="status" timeout="15s"/>
    <action name="monitor" timeout="15s" interval="15s"/>
    <action name="meta-data" timeout="5s"/>
  </actions>
${of.special}</resource-agent>
`;
}

/** Header keywords in lower case; continuation lines are joined. */
function initHeader(script: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let last = "";
  for (const line of (HEADER.exec(script)?.[1] ?? "").split("\n")) {
    const keyword = /^#\s*([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/.exec(line);
    if (keyword?.[1] !== undefined) {
      last = keyword[1].toLowerCase();
      values.set(last, (keyword[2] ?? "").trim());
      continue;
    }
    const more = /^#(?:\t| {2,})(.*)$/.exec(line)?.[1]?.trim();
    if (more !== undefined && more !== "" && last !== "") values.set(last, `${values.get(last) ?? ""} ${more}`.trim());
  }
  return values;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
