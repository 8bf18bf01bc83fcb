import { type FoldedChildren, XmlElement } from "../../../xml/element.ts";
import type { NodeHistoryPart } from "../configuration/node-table.ts";
import { QUIET_PROBE } from "./quiet-probe.ts";

interface HistoryList {
  readonly list: XmlElement;
  /** Of each history the number of its start tag, UNNUMBERED, or the complement of the number: then it is a quiet probe. */
  readonly tags: readonly number[];
}

/** Numbers of start tags begin with 1, so that each differs from its complement. */
const UNNUMBERED = 0;

/**
 * The histories of all nodes, each looked at once. Nearly all nodes list the same resources in the same order and in the
 * same words, and mostly have no more to tell than that a resource is not there. So start tags are numbered, what follows
 * from one is found out once, and quiet probes are told apart without being made.
 */
export class HistoryLists {
  readonly #lists = new Map<XmlElement, HistoryList>();
  readonly #startTags: string[] = [""];
  /** The first history with each start tag. */
  readonly #examples: (XmlElement | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  #areAllNumbered = true;

  constructor(cib: XmlElement) {
    for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
      const list = state.descend("lrm", "lrm_resources");
      if (list) this.#lists.set(state, { list, tags: this.#tagsOf(list) });
    }
  }

  #tagsOf(list: XmlElement): number[] {
    const tags: number[] = [];
    // Number of the start tag that is expected next.
    let next = 1;
    for (const part of list.parts) {
      if (part instanceof XmlElement) {
        const tag = part.isBegunBy(this.#startTags[next] ?? "") ? next : this.#numberOf(part.startTag, () => part);
        tags.push(tag !== UNNUMBERED && part.fits(QUIET_PROBE) ? ~tag : tag);
        next = tag + 1;
      } else next = this.#addTags(tags, part, next);
    }
    return tags;
  }

  /** Adds the tags of folded histories; gives the number that is expected after them. */
  #addTags(tags: number[], run: FoldedChildren, expected: number): number {
    const { count } = run;
    let next = expected;
    for (let index = 0; index < count; ) {
      const knownEnd = index + run.countBegunBy(this.#startTags, next, index);
      while (index < knownEnd) {
        const quietEnd = run.endOfKind(QUIET_PROBE, index, knownEnd);
        for (; index < quietEnd; index += 1) {
          tags.push(~next);
          next += 1;
        }
        if (index === knownEnd) break;
        tags.push(next);
        next += 1;
        index += 1;
      }
      if (index === count) break;
      const tag = this.#numberOf(run.startTag(index), () => run.at(index));
      tags.push(tag !== UNNUMBERED && run.fits(index, QUIET_PROBE) ? ~tag : tag);
      next = tag + 1;
      index += 1;
    }
    return next;
  }

  #numberOf(startTag: string | undefined, made: () => XmlElement): number {
    if (startTag === undefined) {
      this.#areAllNumbered = false;
      return UNNUMBERED;
    }
    let number = this.#numbers.get(startTag);
    if (number === undefined) {
      number = this.#startTags.push(startTag) - 1;
      this.#numbers.set(startTag, number);
      this.#examples.push(made());
    }
    return number;
  }

  /** A history with the start tag of a number. */
  example(tag: number): XmlElement | undefined {
    return this.#examples[tag];
  }

  /** Goes through the histories of a node in their order. `passOver` is asked of quiet probes, by their start tags; `read` gets all that it does not take. */
  each(state: XmlElement, passOver: (tag: number) => boolean, read: (holder: XmlElement) => void): void {
    const known = this.#lists.get(state);
    if (!known) return;
    const { list, tags } = known;
    let at = 0;
    for (const part of list.parts) {
      const end = at + (part instanceof XmlElement ? 1 : part.count);
      const first = at;
      for (; at < end; at += 1) {
        const tag = tags[at] as number;
        if (tag >= 0 || !passOver(~tag)) read(part instanceof XmlElement ? part : part.at(at - first));
      }
    }
  }

  /** The histories of which something is true that depends on their start tag alone, in document order. */
  where(isWanted: (holder: XmlElement) => boolean): NodeHistoryPart[] {
    const isWantedBegin = this.#examples.map((example) => example !== undefined && isWanted(example));
    const found: NodeHistoryPart[] = [];
    if (this.#areAllNumbered && !isWantedBegin.includes(true)) return found;
    for (const state of this.#lists.keys()) {
      const take = (holder: XmlElement): void => {
        if (isWanted(holder)) found.push({ state, holder });
      };
      this.each(state, (tag) => isWantedBegin[tag] !== true, take);
    }
    return found;
  }
}
