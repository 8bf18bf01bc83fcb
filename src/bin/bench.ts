import { benchCommand } from "../lab/bench/bench-command.ts";

benchCommand(process.argv.slice(2), __dirname).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
