import type { XmlElement } from "../xml/element.ts";

/** True for an operation's record in the status whose result is not the one that was expected. */
export function hasFailed(record: XmlElement): boolean {
  const expected = record.get("transition-key")?.split(":")[2];
  return record.id?.endsWith("_last_failure_0") === true || (expected !== undefined && record.get("rc-code") !== expected);
}
