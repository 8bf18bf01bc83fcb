import { type FoldedChildren, XmlElement } from "../../../xml/element.ts";
import type { NodeHistoryPart } from "../configuration/node-table.ts";
import { QUIET_PROBE } from "./quiet-probe.ts";

/** Histories of one node that stand one after the other, and their start tags have numbers one after the other. */
interface Segment {
  readonly part: XmlElement | FoldedChildren;
  /** Place of the first one in the part. */
  readonly start: number;
  readonly count: number;
  /** Number of the first one's start tag; UNNUMBERED for one of which it is not known how it is written. */
  readonly firstTag: number;
  readonly areQuiet: boolean;
}

/** Numbers of start tags begin with 1. */
const UNNUMBERED = 0;

/**
 * The histories of all nodes, each looked at once. Nearly all nodes list the same resources in the same order and in the
 * same words, and mostly have no more to tell than that a resource is not there. So start tags are numbered, what follows
 * from one is found out once, and quiet probes are told apart without being made.
 */
export class HistoryLists {
  readonly #segments = new Map<XmlElement, readonly Segment[]>();
  readonly #startTags: string[] = [""];
  /** The first history with each start tag. */
  readonly #examples: (XmlElement | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  #areAllNumbered = true;

  constructor(cib: XmlElement) {
    for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
      const list = state.descend("lrm", "lrm_resources");
      if (list) this.#segments.set(state, this.#segmentsOf(list));
    }
  }

  #segmentsOf(list: XmlElement): Segment[] {
    const segments: Segment[] = [];
    // Number of the start tag that is expected next.
    let next = 1;
    for (const part of list.parts) {
      if (part instanceof XmlElement) {
        const expected = this.#startTags[next];
        const isExpected = expected !== undefined && part.isBegunBy(expected);
        const firstTag = isExpected ? next : this.#numberOf(part.startTag, () => part);
        segments.push({ part, start: 0, count: 1, firstTag, areQuiet: firstTag !== UNNUMBERED && part.fits(QUIET_PROBE) });
        next = firstTag + 1;
      } else next = this.#addSegments(segments, part, next);
    }
    return segments;
  }

  /** Adds those of folded histories; gives the number that is expected after them. */
  #addSegments(segments: Segment[], run: FoldedChildren, expected: number): number {
    let next = expected;
    // Up to there start tags are as expected.
    let knownEnd = 0;
    for (let start = 0; start < run.count; ) {
      if (start >= knownEnd) knownEnd = start + run.countBegunBy(this.#startTags, next, start);
      const firstTag = knownEnd > start ? next : this.#numberOf(run.startTag(start), () => run.at(start));
      const end = firstTag === UNNUMBERED ? start : run.endOfKind(QUIET_PROBE, start, Math.max(knownEnd, start + 1));
      const count = Math.max(1, end - start);
      segments.push({ part: run, start, count, firstTag, areQuiet: end > start });
      next = firstTag + count;
      start += count;
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

  /**
   * Goes through the histories of a node in their order. `passOver` gets the numbers of the start tags of quiet probes, from one
   * up to another, and gives the first one that it does not take; `read` gets all that it does not take.
   */
  each(state: XmlElement, passOver: (firstTag: number, end: number) => number, read: (holder: XmlElement) => void): void {
    for (const { part, start, count, firstTag, areQuiet } of this.#segments.get(state) ?? []) {
      for (let index = 0; index < count; index += 1) {
        if (areQuiet) {
          index = passOver(firstTag + index, firstTag + count) - firstTag;
          if (index === count) break;
        }
        read(part instanceof XmlElement ? part : part.at(start + index));
      }
    }
  }

  /** The histories of which something is true that depends on their start tag alone, in document order. */
  where(isWanted: (holder: XmlElement) => boolean): NodeHistoryPart[] {
    const isWantedBegin = this.#examples.map((example) => example !== undefined && isWanted(example));
    const found: NodeHistoryPart[] = [];
    if (this.#areAllNumbered && !isWantedBegin.includes(true)) return found;
    for (const state of this.#segments.keys()) {
      const firstWanted = (firstTag: number, end: number): number => {
        const at = isWantedBegin.indexOf(true, firstTag);
        return at < 0 ? end : Math.min(at, end);
      };
      this.each(state, firstWanted, (holder) => {
        if (isWanted(holder)) found.push({ state, holder });
      });
    }
    return found;
  }
}
