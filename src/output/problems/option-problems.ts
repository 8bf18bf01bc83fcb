import { parseBoolean } from "../../cib/document.ts";
import { OPTION_LISTS, type OptionDescription } from "../../model/options/option-lists.ts";
import { timeMs } from "../../scheduler/cluster/options.ts";
import { clusterOptionValues, type Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import { defaultProblems } from "./deprecation-problems.ts";
import { deprecation, failure, LATER, type Problem } from "./problem.ts";

/** Cluster options whose values cannot be, so that the defaults count. Source: Pacemaker 3.0.2, validation of cluster options. */
export function optionProblems(unpacked: Unpacked): Problem[] {
  const values = clusterOptionValues(unpacked.cib, { nowEpochSeconds: unpacked.nowEpochSeconds });
  const unreadable = OPTION_LISTS.cluster.options.flatMap((option): Problem[] => {
    const { name, alias } = option;
    const isByAlias = alias !== undefined && !values.has(name) && values.has(alias);
    const legacy = isByAlias
      ? [deprecation("cluster_option_value", `Support for legacy name '${alias}' for cluster option '${name}' ${LATER}`)]
      : [];
    const value = values.get(isByAlias ? alias : name);
    if (value === undefined || isValid(option, value)) return legacy;
    return [...legacy, failure("cluster_option_value", `Using default value for cluster option '${name}' because '${value}' is invalid`)];
  });
  const policy = values.get("no-quorum-policy")?.toLowerCase();
  const isFencedWithout = (policy === "fence" || policy === "suicide") && !unpacked.options.isFencingEnabled;
  if (isFencedWithout) unreadable.push(failure("unpack_config", "Resetting no-quorum-policy to 'stop' because fencing is disabled"));
  const section = unpacked.cib.descend("configuration", "crm_config");
  return [...(section ? defaultProblems([section], "cluster_property_set") : []), ...unreadable];
}

function isValid({ name, type, values }: OptionDescription, value: string): boolean {
  switch (type) {
    case "boolean":
      return parseBoolean(value) !== undefined;
    case "duration":
      return !Number.isNaN(timeMs(value, Number.NaN));
    case "timeout":
      return value === "-1" || !Number.isNaN(timeMs(value, Number.NaN));
    case "integer":
      return /^\s*([-+]?\d|[-+]?INFINITY$)/.test(value);
    case "nonnegative_integer":
      return /^\s*([-+]?\d|[-+]?INFINITY$)/.test(value) && !/^\s*-\d/.test(value);
    case "score":
      return name === "fencing-max-attempts" ? (parseScore(value) ?? 0) > 0 : parseScore(value) !== undefined;
    case "percentage":
      return /^\d+%?$/.test(value);
    case "select":
      return values.includes(value.toLowerCase());
    default:
      return true;
  }
}
