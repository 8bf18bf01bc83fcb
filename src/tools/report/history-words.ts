import type { TimedLine } from "./log-lines.ts";

/** A line of kodoud's log. */
interface DaemonLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
}

/** How programs that read reports know the parts of a cluster manager: crmsh's history looks for these names. */
type Subsystem = "crmd" | "lrmd" | "pengine" | "stonith-ng" | "kodoud";

const LEVELS: Readonly<Record<string, string>> = { warn: "warning" };

/**
 * kodoud's log as a syslog-like text with the words by which crmsh's `history` finds transitions, operations and
 * fencing: `TIME NODE SUBSYSTEM: SEVERITY: TEXT`. Lines that are no JSON stay as they are.
 */
export function historyLog(lines: readonly TimedLine[], node: string): string {
  const inputs = new Map<string, string>();
  return lines
    .flatMap(({ line }) => {
      const read = daemonLine(line);
      if (!read) return [line];
      return worded(read.msg, inputs).map(({ from, text }) => `${read.time} ${node} ${from}: ${LEVELS[read.level] ?? read.level}: ${text}`);
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** `inputs` remembers the input file of each transition for the line that tells its end. */
function worded(text: string, inputs: Map<string, string>): { from: Subsystem; text: string }[] {
  const saved = /^transition (\d+): input saved in (\S+)\.xml$/.exec(text);
  if (saved) {
    const input = `${saved[2]}.bz2`;
    inputs.set(saved[1] ?? "", input);
    return [{ from: "crmd", text: `Processing graph ${saved[1]} (ref=kodou-${saved[1]}) derived from ${input}` }];
  }
  const over = /^transition (\d+) is over: (\d+) of (\d+) actions done$/.exec(text);
  if (over) {
    const [, number = "", done = "0", total = "0"] = over;
    const counts = `Complete=${done}, Pending=0, Fired=0, Skipped=0, Incomplete=${Number(total) - Number(done)}`;
    const state = done === total ? "Complete" : "Stopped";
    const input = inputs.get(number);
    return [{ from: "crmd", text: input === undefined ? text : `Transition ${number} (${counts}, Source=${input}): ${state}` }];
  }
  const action = /^\* (Start|Stop|Promote|Demote|Move|Recover|Restart|Migrate)\s+(\S+)/.exec(text);
  if (action) {
    const [, verb = "", resource] = action;
    const operations = { Move: ["stop", "start"], Recover: ["stop", "start"], Restart: ["stop", "start"] }[verb] ?? [verb.toLowerCase()];
    return [
      { from: "pengine", text },
      ...operations.map((name) => ({ from: "crmd" as const, text: `Initiating ${name} operation ${resource}_${name}_0` })),
    ];
  }
  const result = /^(\S+) (\S+) on (\S+): exit (\d+), status/.exec(text);
  if (result) return [{ from: "lrmd", text: `finished - rsc:${result[1]} action:${result[2]} exit-code:${result[4]}: ${text}` }];
  if (/^\S+ was fenced|could NOT be fenced|^fencing /.test(text)) return [{ from: "stonith-ng", text }];
  const fence = /^\* Fence \(\S+\) (\S+)/.exec(text);
  if (fence) return [{ from: "pengine", text: `Scheduling Node ${fence[1]} for STONITH: ${text}` }];
  const left = /^(\S+) is left out: /.exec(text);
  if (left) return [{ from: "crmd", text: `LOST: ${left[1]} ; ${text}` }];
  if (/^(transition|member of view|configuration)/.test(text)) return [{ from: "crmd", text }];
  return [{ from: "kodoud", text }];
}

/** Lines of a history log that tell what happened to nodes and resources. */
export function isEvent(line: string): boolean {
  return / (lrmd|stonith-ng): |Processing graph|: Transition \d+ \(|Initiating |LOST: |member of view|leaving the cluster|for STONITH| (error|crit): /.test(
    line,
  );
}

function daemonLine(line: string): DaemonLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { level, time, msg } = JSON.parse(line);
    return [level, time, msg].every((field) => typeof field === "string") ? { level, time, msg: msg.replaceAll("\n", " ") } : undefined;
  } catch {
    return undefined;
  }
}
