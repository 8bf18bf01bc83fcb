import { schedulerPlanner } from "../node/dc/scheduler-planner.ts";
import { simulate } from "../sim/simulation.ts";

const TRACE_LINES = 120;

/** `kodou sim`: runs seeds, prints the first violation of each with the end of its trace. Returns 0 when all hold. */
export function simCommand(argv: readonly string[], say: (text: string) => void): number {
  const value = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const range = /^(\d+)-(\d+)$/.exec(value("--seeds") ?? "");
  const first = Number(range?.[1] ?? value("--seed") ?? 1);
  const last = Number(range?.[2] ?? first);
  const nodes = Number(value("--nodes") ?? 3);
  const minutes = Number(value("--minutes") ?? 10);
  if (![first, last, nodes].every(Number.isInteger) || !(minutes > 0) || nodes < 1 || nodes > 16) {
    say("usage: kodou sim [--seed S | --seeds A-B] [--nodes 1..16] [--minutes T]");
    return 64;
  }
  let bad = 0;
  let faults = 0;
  let changes = 0;
  for (let seed = first; seed <= last; seed += 1) {
    const result = simulate({ seed, nodes, minutes, planner: schedulerPlanner });
    faults += result.faults;
    changes += result.acknowledgedChanges;
    if (!result.violation) continue;
    bad += 1;
    say(`seed ${seed}: ${result.violation.invariant}: ${result.violation.text}`);
    say(result.trace.slice(-TRACE_LINES).join("\n"));
    say(`again: kodou sim --seed ${seed} --nodes ${nodes} --minutes ${minutes}`);
  }
  say(
    `${last - first + 1} seeds of ${minutes} simulated minutes with ${nodes} nodes: ${faults} faults, ${changes} acknowledged changes, ${bad} violations`,
  );
  return bad === 0 ? 0 : 1;
}
