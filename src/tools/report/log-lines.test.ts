import { expect, it } from "vitest";
import { historyLog, isEvent } from "./history-words.ts";
import { linesBetween, lineTimeMs } from "./log-lines.ts";

const NOW = Date.UTC(2026, 10, 21, 12) / 1000;
const local = (text: string): number => Date.parse(text);

it.each([
  ['{"level":"info","time":"2026-11-21T10:00:00.500Z","msg":"x"}', Date.UTC(2026, 10, 21, 10, 0, 0, 500)],
  ["2026-11-21T10:00:00+0200 n1 kernel: x", Date.UTC(2026, 10, 21, 8)],
  ["Nov 21 10:00:00 n1 kernel: x", local("2026-11-21T10:00:00")],
  ["Dec 31 23:59:59 n1 kernel: last year's", local("2025-12-31T23:59:59")],
  ["heartbeat: [12]: 2026/11/21_10:00:00 info: x", local("2026-11-21T10:00:00")],
  ["no time here", undefined],
])("reads the time of %s", (line, expected) => {
  expect(lineTimeMs(line, NOW)).toBe(expected);
});

it("keeps the lines of a period, with those that have no time of their own", () => {
  const log = ["2026-11-21T09:59:59Z a", "trace of a", "2026-11-21T10:00:00Z b", "trace of b", "2026-11-21T10:00:02Z c"].join("\n");
  const at = Date.UTC(2026, 10, 21, 10) / 1000;
  expect(linesBetween(log, at, at + 1, NOW).map(({ line }) => line)).toEqual(["2026-11-21T10:00:00Z b", "trace of b"]);
});

it("says in crmsh's words what happened", () => {
  const log = (msg: string, level = "info"): { epochMs: number; line: string } => ({
    epochMs: 0,
    line: JSON.stringify({ level, time: "2026-11-21T10:00:00.000Z", msg }),
  });
  const text = historyLog(
    [
      log("transition 7 (new view): 3 actions"),
      log("* Move       web     ( n1 -> n2 )", "notice"),
      log("transition 7: input saved in /var/lib/pacemaker/pengine/pe-input-7.xml"),
      log("web start on n2: exit 1, status 0 broken", "warn"),
      log("transition 7 is over: 2 of 3 actions done"),
    ],
    "n1",
  );
  const at = "2026-11-21T10:00:00.000Z n1";
  expect(text.split("\n")).toEqual([
    `${at} crmd: info: transition 7 (new view): 3 actions`,
    `${at} pengine: notice: * Move       web     ( n1 -> n2 )`,
    `${at} crmd: notice: Initiating stop operation web_stop_0`,
    `${at} crmd: notice: Initiating start operation web_start_0`,
    `${at} crmd: info: Processing graph 7 (ref=kodou-7) derived from /var/lib/pacemaker/pengine/pe-input-7.bz2`,
    `${at} lrmd: warning: finished - rsc:web action:start exit-code:1: web start on n2: exit 1, status 0 broken`,
    `${at} crmd: info: Transition 7 (Complete=2, Pending=0, Fired=0, Skipped=0, Incomplete=1, Source=/var/lib/pacemaker/pengine/pe-input-7.bz2): Stopped`,
    "",
  ]);
  expect(text.split("\n").filter(isEvent)).toHaveLength(5);
});
