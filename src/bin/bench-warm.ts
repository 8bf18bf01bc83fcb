import { crmSimulate } from "../tools/simulate/crm-simulate.ts";
import { runOnSystem } from "./run-tool.ts";

/** Runs crm_simulate again and again in this one process, and prints the processor time of each run in seconds, a line each. */
async function main(count: number, argv: readonly string[]): Promise<number> {
  for (let run = 0; run < count; run += 1) {
    const before = process.cpuUsage();
    const exitCode = await runOnSystem(crmSimulate, argv);
    if (exitCode !== 0) return exitCode;
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(`${((user + system) / 1e6).toFixed(4)}\n`);
  }
  return 0;
}

const [count, ...argv] = process.argv.slice(2);
if (Number(count) >= 1)
  void main(Number(count), argv).then((exitCode) => {
    process.exitCode = exitCode;
  });
else {
  process.stderr.write("usage: bench-warm RUNS [OPTIONS OF crm_simulate]\n");
  process.exitCode = 64;
}
