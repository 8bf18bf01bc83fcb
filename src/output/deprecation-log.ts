import { parseBoolean } from "../cib/document.ts";
import { clusterOptionValues, type Unpacked } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
import type { LogEntry } from "./log-entry.ts";

const LATER = "is deprecated and will be removed in a future release";
const AS_TRUE = "is deprecated and will be removed (and behave as true) in a future release";

/** Options that are on their way out, where they are not at the value that stays. */
const OPTIONS: readonly (readonly [string, readonly string[], string])[] = [
  [
    "enable-startup-probes",
    [],
    `${AS_TRUE}. Use a location constraint with resource-discovery=never instead to disable probes where desired.`,
  ],
  ["concurrent-fencing", [], `${AS_TRUE}.`],
  ["stop-removed-resources", ["stop-orphan-resources"], `${AS_TRUE}.`],
  ["cancel-removed-actions", ["stop-orphan-actions"], `${AS_TRUE}.`],
];

/** What is used that Pacemaker 3.0.2 announces to drop; each is said once. */
export function deprecationLog({ cib, nowEpochSeconds }: Unpacked): LogEntry[] {
  const values = clusterOptionValues(cib, { nowEpochSeconds });
  const options = OPTIONS.flatMap(([name, aliases, fate]): LogEntry[] => {
    const value = [name, ...aliases].map((one) => values.get(one)).find((one) => one !== undefined);
    if (parseBoolean(value) !== false) return [];
    return [warning("unpack_config", `Support for the ${name} cluster property ${fate}`)];
  });
  return [...options, ...groupEntries(cib.descend("configuration", "resources"))];
}

function groupEntries(section: XmlElement | undefined): LogEntry[] {
  const groups = [...(section?.walk() ?? [])].filter(({ name }) => name === "group");
  const pairs = groups.flatMap((group) => group.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair")));
  return ["ordered", "collocated"].flatMap((name): LogEntry[] => {
    if (!pairs.some((pair) => pair.get("name") === name)) return [];
    return [warning("set_group_flag", `Support for the '${name}' group meta-attribute ${LATER} (use a resource set instead)`)];
  });
}

function warning(source: string, text: string): LogEntry {
  return { source, severity: "warning", text };
}
