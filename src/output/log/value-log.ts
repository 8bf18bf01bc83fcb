import { parseBoolean } from "../../cib/document.ts";
import { healthScores } from "../../scheduler/constrain/health-scores.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { isHistoryRead } from "../problems/history-problems.ts";
import { BAD_INPUT } from "../problems/problem.ts";
import { type LogEntry, warning } from "../text/log-entry.ts";

/** What is said of states, attributes and results of nodes with values that mean nothing. Source: Pacemaker 3.0.3's log. */
export function valueLog(unpacked: Unpacked): LogEntry[] {
  const states = unpacked.cib.child("status")?.childrenNamed("node_state") ?? [];
  return [
    ...states.flatMap((state) => (state.get("remote_node") === "true" ? [] : stateEntries(state))),
    ...attributeEntries(unpacked),
    ...states.filter((state) => isHistoryRead(state, unpacked)).flatMap(orderEntries),
  ];
}

/** True for the time of an event, or none. */
function isTime(text: string): boolean {
  return /^\s*\+?\d/.test(text);
}

function stateEntries(state: XmlElement): LogEntry[] {
  const [member, online] = [state.get("in_ccm"), state.get("crmd")];
  const entries: LogEntry[] = [];
  if (member !== undefined && parseBoolean(member) === undefined && !isTime(member))
    entries.push(warning("unpack_node_member", `Unrecognized value '${member}' for in_ccm in node_state entry`));
  if (online !== undefined && !["online", "offline"].includes(online.toLowerCase()) && !isTime(online))
    entries.push(warning("unpack_node_online", `Unrecognized value '${online}' for crmd in node_state entry, assuming offline`));
  return entries;
}

/** Characters of the UUID of who had an operation carried out. */
const UUID_LENGTH = 36;

/** `ACTION:TRANSITION:EXPECTED:UUID`, as C's sscanf(3) reads it. */
const TRANSITION_KEY = /^\s*[-+]?\d+:\s*[-+]?\d+:\s*[-+]?\d+:\s*(\S{1,36})/;

/** Results of operations that do not say by which plan they were ordered, or whose plan that was. */
function orderEntries(state: XmlElement): LogEntry[] {
  const holders = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  const keys = holders.flatMap((holder) => holder.childrenNamed("lrm_rsc_op").flatMap((record) => record.get("transition-key") ?? []));
  return keys.flatMap((key): LogEntry[] => {
    const uuid = TRANSITION_KEY.exec(key)?.[1];
    const source = "decode_transition_key";
    if (uuid === undefined) return [{ source, severity: "error", text: `Invalid transition key '${key}'` }];
    return uuid.length === UUID_LENGTH ? [] : [warning(source, `Invalid UUID '${uuid}' in transition key '${key}'`)];
  });
}

function attributeEntries({ nodes, options }: Unpacked): LogEntry[] {
  const words = healthScores(options);
  const isHealthUsed = options.health.strategy !== "none";
  return nodes.flatMap(({ name: node, attributes }) =>
    [...attributes].flatMap(([name, value]): LogEntry[] => {
      const isScore = words.has(value.toLowerCase()) || parseScore(value) !== undefined;
      const ignored = `Ignoring ${name} for ${node} because '${value}' is not a valid`;
      if (isHealthUsed && name.startsWith("#health") && !isScore)
        return [warning("add_node_health_value", `${ignored} value: ${BAD_INPUT}`)];
      if (name.startsWith("fail-count-") && !isScore) return [warning("update_failcount", `${ignored} fail count: ${BAD_INPUT}`)];
      return [];
    }),
  );
}
