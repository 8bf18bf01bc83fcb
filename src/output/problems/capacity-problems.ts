import type { FixedAmounts } from "../../scheduler/cluster/amounts.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { doubt, type Problem } from "./problem.ts";

/** How an integer may be written, as C's strtol(3) reads it. */
const INTEGER = /^\s*[-+]?\d+$/;

/**
 * Amounts of capacity that count as something else than what is written: no numbers, numbers with something behind them, and numbers
 * beyond 32 bits, as memory in bytes is. Pacemaker 3.0.2 clips numbers, too, and says so of the number alone (pcmk__scan_min_int).
 */
export function capacityProblems({ nodes, top, options }: Unpacked): Problem[] {
  if (options.placementStrategy === "default") return [];
  const primitives = top.flatMap((one) => one.primitives()).filter(({ isRemoved }) => !isRemoved);
  // Instances of a clone are of one definition.
  const definitions = new Map(primitives.map((one) => [one.xml.id ?? one.id, one.utilization]));
  return [
    ...nodes.flatMap(({ name, capacity }) => odd(`node ${name}`, capacity)),
    ...[...definitions].flatMap(([id, utilization]) => odd(id, utilization)),
  ];
}

function odd(owner: string, amounts: FixedAmounts): Problem[] {
  return [...amounts.texts()].flatMap(([name, text]) => {
    const amount = amounts.get(name) ?? 0;
    if (INTEGER.test(text) && Number(text) === amount) return [];
    return [doubt("utilization_value", `Using ${amount} as utilization ${name} of ${owner} instead of '${text}'`)];
  });
}
