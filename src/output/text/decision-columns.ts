import { type Decision, reasonText, summaryLines } from "../../scheduler/report/summary.ts";

/**
 * Widths of the columns of resources and details. Pacemaker 3.0.2 widens that of resources by two more than is needed when a
 * longer name comes. Lines about nodes stand as they are.
 */
class Columns {
  #subjectWidth = 5;
  #detailWidth = 5;

  widen({ places, subject, details }: Decision): void {
    if (!places) return;
    if (subject.length > this.#subjectWidth) this.#subjectWidth = subject.length + 2;
    this.#detailWidth = Math.max(this.#detailWidth, details.length);
  }

  line(decision: Decision): string {
    const { change, subject, details, places, ...why } = decision;
    if (!places) return summaryLines([decision])[0] ?? "";
    return `${change.padEnd(8)}   ${subject.padEnd(this.#subjectWidth)}   ( ${details.padStart(this.#detailWidth)} )${reasonText(why)}`;
  }
}

/** The transition summary as it is shown: it was logged before, so that its columns have their width from the first line on. */
export function shownDecisions(made: readonly Decision[]): string[] {
  const columns = new Columns();
  for (const decision of made) columns.widen(decision);
  return made.map((decision) => columns.line(decision));
}

/** The same as the log has it: columns get wider as names come. */
export function loggedDecisions(made: readonly Decision[]): string[] {
  const columns = new Columns();
  return made.map((decision) => {
    columns.widen(decision);
    return columns.line(decision);
  });
}
