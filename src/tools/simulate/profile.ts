import { EXIT } from "../../model/exit-code.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import type { Answer } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { clockOf, valid } from "./crm-simulate-input.ts";
import { assignmentItems, assignmentParts } from "./transition-report.ts";

/** Schedules every XML file of a folder a number of times and tells how long each took, and the scores each time if they are wanted. */
export function profile(parsed: ParsedOptions, ports: ToolPorts, folder: string): Answer {
  const repeat = Number(optionValue(parsed, "repeat") ?? 1);
  const entry = ports.readFile(folder);
  if ("text" in entry) return { exitCode: EXIT.error };
  if (entry.problem.endsWith("No such file or directory") && ports.listFolder(folder).length === 0) return { exitCode: EXIT.noSuchObject };
  const names = ports.listFolder(folder).filter((name) => name.endsWith(".xml") && !name.startsWith("."));
  if (names.length === 0) return {};
  const view = { showsScores: hasOption(parsed, "show-scores"), showsUtilization: hasOption(parsed, "show-utilization") };
  const isWanted = view.showsScores || view.showsUtilization;
  const isQuiet = hasOption(parsed, "quiet");
  // Scores alone are for other programs to read.
  const isPlain = isQuiet && view.showsScores;
  const lines: string[] = isPlain ? [] : ["Timings:"];
  const parts: XmlElement[] = [];
  const say = (item: string): unknown => lines.push(isPlain ? item : `  * ${item}`);
  for (const name of names) {
    const file = `${folder}/${name}`;
    const read = ports.readFile(file);
    const document = "text" in read ? parseXml(read.text) : undefined;
    const clock = document?.ok ? clockOf(parsed, ports, document.value) : undefined;
    if (!document?.ok || !clock || "answer" in clock) continue;
    const start = ports.monotonicMs();
    const cib = valid(ports, document.value);
    if (!cib) continue;
    for (let round = 0; round < repeat; round += 1) {
      if (clock.notice !== undefined && !isQuiet && hasOption(parsed, "set-datetime")) lines.push(clock.notice);
      const result = schedule(cib, { nowEpochSeconds: clock.nowEpochSeconds, areScoresKept: isWanted });
      if (!isWanted) continue;
      for (const item of assignmentItems(result, view)) say(item);
      parts.push(...assignmentParts(result, view));
    }
    const seconds = ((ports.monotonicMs() - start) / 1000).toFixed(2);
    say(`Testing ${file} ... ${seconds} secs`);
    parts.push(element("timing", { file, duration: seconds }));
  }
  return { text: lines.map((line) => `${line}\n`).join(""), parts: [element("timings", {}, parts)] };
}
