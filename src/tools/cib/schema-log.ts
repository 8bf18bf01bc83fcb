import { NO_SCHEMA, SCHEMAS } from "../../cib/schemas.ts";
import { type SchemaProblem, schemaCheck } from "../../cib/validate.ts";
import type { LogEntry } from "../../output/log-entry.ts";
import type { XmlElement } from "../../xml/element.ts";

const SOURCE = "pcmk__update_schema";
const SCHEMA_OFF =
  'Schema validation of configuration is disabled (support for validate-with set to "none" is deprecated and will be removed in a future release)';

/** How a document fared with the schemas from the one it names to the newest. */
export interface SchemaSearch {
  /** It fits at least one of them. */
  readonly isValid: boolean;
  readonly log: readonly LogEntry[];
}

/**
 * Looks for the newest schema a document fits, as Pacemaker does before it schedules: every schema from the named one
 * on is tried, and what does not fit is said each time.
 */
export function searchSchema(cib: XmlElement): SchemaSearch {
  const named = cib.get("validate-with") ?? "";
  if (named === NO_SCHEMA) return { isValid: true, log: [plain(SCHEMA_OFF)] };
  const newest = SCHEMAS.at(-1) ?? "";
  const log: LogEntry[] = [];
  let best: string | undefined;
  const check = schemaCheck(cib);
  for (const schema of SCHEMAS.slice(Math.max(0, SCHEMAS.indexOf(named)))) {
    const problems = check(schema);
    for (const problem of problems) log.push(...problemLines(problem).map(plain));
    log.push({ source: SOURCE, severity: "debug", text: `Schema ${schema} ${problems.length === 0 ? "validates" : "does not validate"}` });
    if (problems.length === 0) best = schema;
  }
  if (best === undefined) {
    const text = `Cannot upgrade configuration (claiming ${named} schema) to at least ${newest} because it does not validate with any schema from ${named} to the latest`;
    return { isValid: false, log: [...log, plain(text)] };
  }
  if (best !== named) log.push({ source: SOURCE, severity: "info", text: `Transformed the configuration schema to ${best}` });
  return { isValid: true, log };
}

function plain(text: string): LogEntry {
  return { source: "", severity: "error", text };
}

/** A problem as libxml2 says it, the innermost first. */
function problemLines({ path, message, attribute, isMisplaced }: SchemaProblem): string[] {
  const [parent = "cib", element = "cib"] = path
    .split("/")
    .slice(-2)
    .map((step) => step.replace(/\[.*$/, ""));
  const extra = `Element ${parent} has extra content: ${element}`;
  if (attribute !== undefined) return [`Invalid attribute ${attribute} for element ${element}`, extra];
  return isMisplaced ? [extra] : [`${path}: ${message}`];
}

/** What scheduling says of orders between actions that do not exist. */
export function orderLog(cib: XmlElement): LogEntry[] {
  const known = ["start", "stop", "promote", "demote", "promoted", "demoted", "started", "stopped"];
  const orders = cib.descend("configuration", "constraints")?.childrenNamed("rsc_order") ?? [];
  return orders.flatMap((order) => {
    const first = order.get("first-action") ?? "start";
    const then = order.get("then-action") ?? first;
    const isOneWay = order.get("symmetrical") === "false" || order.get("kind") === "Serialize";
    return [first, then]
      .filter((action) => !isOneWay && !known.includes(action))
      .map(
        (action): LogEntry => ({
          source: "invert_action",
          severity: "warning",
          text: `Unknown action '${action}' specified in order constraint`,
        }),
      );
  });
}
