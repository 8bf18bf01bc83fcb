import { ok } from "../../base/result.ts";
import { EXIT } from "../../model/exit-code.ts";
import { parsePeriod, parseSpan } from "../../time/wall-span-parse.ts";
import { moved, wallTimeOf } from "../../time/wall-time.ts";
import { parseWallTime, type TimeProblem } from "../../time/wall-time-parse.ts";
import { spanText, type TimeStyle, wallTimeText } from "../../time/wall-time-text.ts";
import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";

const TOOL = "iso8601";
const COMMANDS = "Commands";
const MODIFIERS = "Output modifiers";

const description: ToolDescription = {
  tool: TOOL,
  outputRefusal: { exitCode: EXIT.noSuchObject },
  summary: "DEPRECATED: This tool will be removed in a future release",
  epilogue: "For more information on the ISO 8601 standard, see https://en.wikipedia.org/wiki/ISO_8601",
  groupHelp: { [MODIFIERS]: "Show output modifiers" },
  options: [
    { name: "now", short: "n", group: COMMANDS, help: "Display the current date/time" },
    { name: "date", short: "d", argument: "DATE", group: COMMANDS, help: "Parse a date/time (2019-09-24 00:30:00+01:00, 2019-040)" },
    { name: "period", short: "p", argument: "PERIOD", group: COMMANDS, help: "Parse a period with start time (2005-040/2005-043)" },
    { name: "duration", short: "D", argument: "DURATION", group: COMMANDS, help: "Parse a duration (P1M)" },
    {
      name: "expected",
      short: "E",
      argument: "TEXT",
      group: COMMANDS,
      help: "Fail if the result does not match this text (with -n or -d)",
    },
    { name: "seconds", short: "s", group: MODIFIERS, help: "Show result as seconds since 0000-001 00:00:00Z" },
    { name: "epoch", short: "S", group: MODIFIERS, help: "Show result as seconds since 1970-001 00:00:00Z" },
    { name: "local", short: "L", group: MODIFIERS, help: "Show result as a 'local' date/time" },
    { name: "ordinal", short: "O", group: MODIFIERS, help: "Show result as an 'ordinal' date/time" },
    { name: "week", short: "W", group: MODIFIERS, help: "Show result as a 'calendar week' date/time" },
  ],
};

function styleOf(parsed: ParsedOptions): TimeStyle {
  const form = (["seconds", "epoch", "week", "ordinal"] as const).find((name) => hasOption(parsed, name));
  return { ...(form === undefined ? {} : { form }), isLocal: hasOption(parsed, "local") };
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const now = ports.epochSeconds();
  const style = styleOf(parsed);
  const lines: string[] = [];
  const parts: XmlElement[] = [];
  const say = (title: string, text: string, part: XmlElement): void => {
    lines.push(`${title}: ${text}\n`);
    parts.push(part);
  };
  const done = (exitCode: number, errors?: readonly string[]): Answer => ({
    exitCode,
    text: lines.join(""),
    parts,
    ...(errors ? { errors } : {}),
  });
  const wrong = (text: string, problem: TimeProblem): Answer => {
    ports.log({ ...problem, severity: "error" });
    return done(EXIT.invalidParameter, refusal(TOOL, EXIT.invalidParameter, text).errors);
  };

  const asked = parsed.given.findLast((option) => option.name === "now" || option.name === "date");
  const isNow = asked?.name === "now" || asked?.value?.toLowerCase() === "now";
  const date = asked && (isNow ? ok(wallTimeOf(now)) : parseWallTime(asked.value ?? "", now));
  if (date && !date.ok) return wrong(`Invalid date/time specified: ${asked?.value ?? ""}`, date.error);
  if (date) {
    const text = wallTimeText(date.value, style);
    say(isNow ? "Current date/time" : "Date", text, textElement("date", {}, text));
  }

  const written = optionValue(parsed, "duration");
  const span = written === undefined ? undefined : parseSpan(written);
  if (span && !span.ok) return wrong(`Invalid duration specified: ${written}`, span.error);
  if (span) say("Duration", spanText(span.value), textElement("duration", {}, spanText(span.value)));

  const interval = optionValue(parsed, "period");
  const period = interval === undefined ? undefined : parsePeriod(interval, now);
  if (period && !period.ok) return wrong(`Invalid interval specified: ${interval}`, period.error);
  if (period) {
    const [start, end] = [wallTimeText(period.value.start, style), wallTimeText(period.value.end, style)];
    say("Period", `${start} to ${end}`, element("period", {}, [textElement("start", {}, start), textElement("end", {}, end)]));
  }

  const later = date && span ? moved(date.value, span.value, 1) : undefined;
  if (later) {
    const text = wallTimeText(later, { ...style, isLocal: true });
    say("Duration ends at", text, textElement("duration_ends", {}, text));
  }
  const expected = optionValue(parsed, "expected");
  const result = later ?? date?.value;
  const isUnlike = expected !== undefined && result && wallTimeText(result, style).toLowerCase() !== expected.toLowerCase();
  return done(isUnlike ? EXIT.error : EXIT.ok);
}

/** `iso8601`. Source: iso8601(8) of Pacemaker 3.0.2. */
export const iso8601: Tool = { description, run };
