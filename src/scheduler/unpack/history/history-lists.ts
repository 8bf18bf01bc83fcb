import type { ChildView, XmlElement } from "../../../xml/element.ts";
import type { NodeHistoryPart } from "../configuration/node-table.ts";
import { isQuietProbe } from "./quiet-probe.ts";

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
  /** Number of the start tag that is expected next. */
  #next = 1;

  constructor(cib: XmlElement) {
    for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
      const list = state.descend("lrm", "lrm_resources");
      if (!list) continue;
      const tags: number[] = [];
      this.#next = 1;
      list.eachChild((child) => {
        const tag = this.#tagOf(child);
        tags.push(tag !== UNNUMBERED && isQuietProbe(child) ? ~tag : tag);
      });
      this.#lists.set(state, { list, tags });
    }
  }

  #tagOf(child: ChildView): number {
    const expected = this.#startTags[this.#next];
    if (expected !== undefined && child.isBegunBy(expected)) {
      this.#next += 1;
      return this.#next - 1;
    }
    const { startTag } = child;
    if (startTag === undefined) return UNNUMBERED;
    let number = this.#numbers.get(startTag);
    if (number === undefined) {
      number = this.#startTags.push(startTag) - 1;
      this.#numbers.set(startTag, number);
      this.#examples.push(child.made());
    }
    this.#next = number + 1;
    return number;
  }

  /** A history with the start tag of a number. */
  example(tag: number): XmlElement | undefined {
    return this.#examples[tag];
  }

  /** Goes through the histories of a node in their order. `passOver` is asked of quiet probes, by their start tags; `read` gets all that it does not take. */
  each(state: XmlElement, passOver: (tag: number) => boolean, read: (holder: XmlElement) => void): void {
    const known = this.#lists.get(state);
    let index = 0;
    known?.list.eachChild((child) => {
      const tag = known.tags[index] ?? UNNUMBERED;
      index += 1;
      if (tag >= 0 || !passOver(~tag)) read(child.made());
    });
  }

  /** The histories of which something is true that depends on their start tag alone, in document order. */
  where(isWanted: (holder: XmlElement) => boolean): NodeHistoryPart[] {
    const isWantedBegin = this.#examples.map((example) => example !== undefined && isWanted(example));
    const found: NodeHistoryPart[] = [];
    for (const [state, { list, tags }] of this.#lists) {
      if (!tags.some((tag) => tag === UNNUMBERED || isWantedBegin[tag < 0 ? ~tag : tag])) continue;
      let index = 0;
      list.eachChild((child) => {
        const tag = tags[index] ?? UNNUMBERED;
        index += 1;
        if (tag === UNNUMBERED ? isWanted(child.made()) : isWantedBegin[tag < 0 ? ~tag : tag]) found.push({ state, holder: child.made() });
      });
    }
    return found;
  }
}
