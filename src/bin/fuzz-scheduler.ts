import { fuzzScheduler, readFuzzArguments } from "../../test/fuzz/fuzz-scheduler.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const options = readFuzzArguments(process.argv.slice(2), say);
if (options === undefined) {
  say(
    "usage: fuzz-scheduler [--count N] [--seed S] [--keep DIR] [--inputs DIR] [--aspects decisions,actions,order,edges,attributes,reasons,blocked,scores,revised,status] [--focus all|guests|features|values] [--shrink TRIES] [--alone true] [--program CRM_SIMULATE]",
  );
  process.exitCode = 64;
} else process.exitCode = fuzzScheduler(options) > 0 ? 1 : 0;
