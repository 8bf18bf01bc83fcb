import { parseBoolean } from "../../cib/document.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import { BAD_INPUT, doubt, failure, type Problem } from "./problem.ts";

/** Most levels a fencing topology may have. */
const MAX_LEVEL = 9;

const DISCOVERY = "resource-discovery-enabled";

/** What is odd about nodes, and about the levels by which they are fenced. Source: Pacemaker 3.0.2, reading of nodes. */
export function nodeProblems({ cib }: Unpacked): Problem[] {
  const seen = new Set<string>();
  return (cib.descend("configuration", "nodes")?.childrenNamed("node") ?? []).flatMap((node): Problem[] => {
    const name = node.get("uname");
    if (node.id === undefined) return [failure("unpack_nodes", "Ignoring <node> entry in configuration without id")];
    const problems: Problem[] = [];
    const score = node.get("score");
    if (score !== undefined && parseScore(score) === undefined) {
      const because = `because '${score}' is not a valid score: ${BAD_INPUT}`;
      problems.push(doubt("unpack_nodes", `Using 0 as score for node ${name ?? "without name"} ${because}`));
    }
    if (name === undefined) return problems;
    if (seen.has(name.toLowerCase())) problems.push(doubt("pe_create_node", `More than one node entry has name '${name}'`));
    seen.add(name.toLowerCase());
    return problems;
  });
}

/** Levels of the fencing topology that cannot be. */
export function topologyProblems({ cib }: Unpacked): Problem[] {
  const source = "pcmk__validate_fencing_topology";
  return (cib.descend("configuration", "fencing-topology")?.childrenNamed("fencing-level") ?? []).flatMap((level): Problem[] => {
    if (level.id === undefined) return [failure(source, "Ignoring fencing level without ID")];
    const text = level.get("index") ?? "";
    if (!/^\s*[-+]?\d+/.test(text)) return [failure(source, `Ignoring fencing level ${level.id} with invalid index`)];
    const index = Number.parseInt(text, 10);
    if (index >= 1 && index <= MAX_LEVEL) return [];
    return [failure(source, `Ignoring fencing level ${level.id} with out-of-range index ${index}`)];
  });
}

/** Nodes on which nothing is to be looked for although that cannot be. */
export function discoveryProblems({ nodes, options }: Unpacked): Problem[] {
  return nodes.flatMap((node): Problem[] => {
    const value = node.attributes.get(DISCOVERY);
    if (value === undefined || parseBoolean(value) === true || node.isGuest) return [];
    if (node.connectionId === undefined) {
      const because = "because disabling resource discovery is not allowed for cluster nodes";
      return node.isSeen ? [doubt("unpack_transient_attributes", `Ignoring ${DISCOVERY} attribute for ${node.name} ${because}`)] : [];
    }
    if (options.isFencingEnabled) return [];
    const text = `Ignoring ${DISCOVERY} attribute on Pacemaker Remote node ${node.name} because fencing is disabled`;
    return [doubt("unpack_handle_remote_attrs", text)];
  });
}
