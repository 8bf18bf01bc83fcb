import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action, type ChangeCounter, type Relation, taskOf } from "../plan/action.ts";
import type { ActionBook } from "../plan/action-book.ts";

const QUIET = ACTION.optional | ACTION.runnable;

/** What was found out about a group, by how many changes of its actions there had been then; once it is not quiet that is left at that. */
interface Verdict {
  readonly isQuiet: boolean;
  readonly changes: number;
}

/**
 * Groups to which nothing happens: none of their own actions and those of their members is needed, and nothing hinders any.
 * What relates two actions of such a group changes neither.
 */
export class QuietGroups {
  readonly #book: ActionBook;
  readonly #verdicts = new Map<ChangeCounter, Verdict>();

  constructor(book: ActionBook) {
    this.#book = book;
  }

  /** True for a relation between actions of a quiet group that is part of nothing, one of them at least its own. */
  holdTogether({ first, then }: Relation): boolean {
    const own = first.isCollective ? first : then;
    const other = own === first ? then : first;
    const group = own.resource;
    if (group?.kind !== "group" || group.parent !== undefined) return false;
    if (other.resource !== group && other.resource?.parent !== group) return false;
    const known = this.#verdicts.get(own.scope);
    if (known && (!known.isQuiet || known.changes === own.scope.changes)) return known.isQuiet;
    const isQuiet = this.#isQuiet(group);
    this.#verdicts.set(own.scope, { isQuiet, changes: own.scope.changes });
    return isQuiet;
  }

  #isQuiet(group: Resource): boolean {
    const own = this.#book.of(group);
    if (!own.every(isQuietAction)) return false;
    for (const member of group.children) if (!this.#book.of(member).every(isQuietAction)) return false;
    // What a member cannot do the group cannot either.
    return own.every(({ task }) => isDown(task) || group.children.every((member) => this.#book.newest(member, taskOf(task)) !== undefined));
  }
}

function isQuietAction(action: Action): boolean {
  return (action.flags & QUIET) === QUIET;
}

function isDown(task: string): boolean {
  const done = taskOf(task);
  return done === "stop" || done === "demote";
}
