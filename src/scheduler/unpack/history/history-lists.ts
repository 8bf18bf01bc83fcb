import { type FoldedChildren, XmlElement } from "../../../xml/element.ts";
import type { NodeHistoryPart } from "../configuration/node-table.ts";
import { QUIET_PROBE } from "./quiet-probe.ts";

/** Histories of one node that stand one after the other, and their start tags have numbers one after the other. */
interface Segment {
  readonly list: FoldedChildren | readonly XmlElement[];
  /** Place of the first one in the list. */
  readonly start: number;
  count: number;
  /** Number of the first one's start tag; UNNUMBERED where it is not known how they are written. */
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
    const { parts } = list;
    // Number of the start tag that is expected next.
    let next = 1;
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at] as XmlElement | FoldedChildren;
      if (part instanceof XmlElement) next = this.#addSegment(segments, parts as readonly XmlElement[], at, next);
      else next = this.#addSegments(segments, part, next);
    }
    return segments;
  }

  /** Adds that of a history that was made; gives the number that is expected after it. */
  #addSegment(segments: Segment[], list: readonly XmlElement[], at: number, expected: number): number {
    const holder = list[at] as XmlElement;
    const startTag = this.#startTags[expected];
    const isExpected = startTag !== undefined && holder.isBegunBy(startTag);
    const firstTag = isExpected ? expected : this.#numberOf(holder.startTag, () => holder);
    const last = segments.at(-1);
    if (firstTag === UNNUMBERED && last?.firstTag === UNNUMBERED && last.list === list && last.start + last.count === at) last.count += 1;
    else segments.push({ list, start: at, count: 1, firstTag, areQuiet: firstTag !== UNNUMBERED && holder.fits(QUIET_PROBE) });
    return firstTag + 1;
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
      segments.push({ list: run, start, count, firstTag, areQuiet: end > start });
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
    for (const { list, start, count, firstTag, areQuiet } of this.#segments.get(state) ?? []) {
      for (let index = 0; index < count; index += 1) {
        if (areQuiet) {
          index = passOver(firstTag + index, firstTag + count) - firstTag;
          if (index === count) break;
        }
        read(list.at(start + index) as XmlElement);
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
