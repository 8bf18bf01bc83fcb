import { toolsBenchCommand } from "../lab/bench/tools-bench-command.ts";

toolsBenchCommand(process.argv.slice(2), __dirname).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`bench:tools: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
