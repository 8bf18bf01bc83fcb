import { parseBoolean } from "../../cib/document.ts";
import { OPTION_LISTS, type OptionDescription } from "../../model/options/option-lists.ts";
import { timeMs } from "../../scheduler/options.ts";
import { clusterOptionValues, type Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import { failure, type Problem } from "./problem.ts";

/** Cluster options whose values cannot be, so that the defaults count. Source: Pacemaker 3.0.2, validation of cluster options. */
export function optionProblems(unpacked: Unpacked): Problem[] {
  const values = clusterOptionValues(unpacked.cib, { nowEpochSeconds: unpacked.nowEpochSeconds });
  const unreadable = OPTION_LISTS.cluster.options.flatMap((option) => {
    const value = values.get(option.name) ?? (option.alias === undefined ? undefined : values.get(option.alias));
    if (value === undefined || isValid(option, value)) return [];
    return [failure("cluster_option_value", `Using default value for cluster option '${option.name}' because '${value}' is invalid`)];
  });
  const policy = values.get("no-quorum-policy")?.toLowerCase();
  const isFencedWithout = (policy === "fence" || policy === "suicide") && !unpacked.options.isFencingEnabled;
  if (isFencedWithout) unreadable.push(failure("unpack_config", "Resetting no-quorum-policy to 'stop' because fencing is disabled"));
  return unreadable;
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
      return /^\s*[-+]?\d/.test(value);
    case "nonnegative_integer":
      return /^\s*\+?\d/.test(value);
    case "score":
      return name === "fencing-max-attempts" ? (parseScore(value) ?? 0) > 0 : parseScore(value) !== undefined;
    case "percentage":
      return /^\d+%?$/.test(value);
    case "select":
      // The old word for off is still understood.
      return values.includes(value.toLowerCase()) || (name === "fencing-action" && value === "poweroff");
    default:
      return true;
  }
}
