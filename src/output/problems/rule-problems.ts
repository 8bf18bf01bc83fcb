import { judgeDate } from "../../scheduler/unpack/configuration/date-rules.ts";
import { expressionFlaw } from "../../scheduler/unpack/configuration/expression-flaw.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseDurationMs } from "../../time/duration.ts";
import { wallTimeOf } from "../../time/wall-time.ts";
import type { XmlElement } from "../../xml/element.ts";
import { doubt, failure, type Problem } from "./problem.ts";

/** Conditions of rules below an element that cannot be judged. Source: Pacemaker 3.0.2, evaluation of rules. */
export function ruleProblems(holder: XmlElement, { nowEpochSeconds }: Unpacked): Problem[] {
  const now = wallTimeOf(nowEpochSeconds);
  return [...holder.walk()].flatMap((xml): Problem[] => {
    switch (xml.name) {
      case "date_expression": {
        const verdict = judgeDate(xml, now);
        return "notes" in verdict ? verdict.notes.map(({ source, text }) => failure(source, text)) : [];
      }
      case "expression":
        return attributeProblems(xml);
      case "op_expression":
        return operationProblems(xml);
      default:
        return [];
    }
  });
}

function attributeProblems(xml: XmlElement): Problem[] {
  const source = "pcmk__evaluate_attr_expression";
  if (xml.id === undefined) return [failure(source, "Treating expression without id as not passing")];
  const flaw = expressionFlaw(xml);
  return flaw === undefined ? [] : [failure(source, `Treating expression ${xml.id} as not passing because ${flaw}`)];
}

function operationProblems(xml: XmlElement): Problem[] {
  const interval = xml.get("interval");
  if (interval === undefined || parseDurationMs(interval) !== undefined) return [];
  const text = `Treating op_expression ${xml.id} as not passing because '${interval}' is not a valid interval`;
  return [doubt("pcmk__evaluate_op_expression", text)];
}
