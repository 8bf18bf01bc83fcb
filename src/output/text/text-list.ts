import { element, textElement, type XmlElement } from "../../xml/element.ts";

/** A list for people: a title and items, which may be lists themselves. */
export interface TextList {
  /** Without the colon; empty for a list that only goes one level deeper. */
  readonly title: string;
  readonly items: readonly TextItem[];
  /** Its title is shown also where there is nothing below it. */
  readonly isShownEmpty?: boolean;
}

export type TextItem = string | TextList;

/** The list as lines: headings without bullet at the top, bullets below, two blanks for each level. */
export function listLines(list: TextList, depth = 0): string[] {
  const heading = list.title === "" ? [] : [depth === 0 ? `${list.title}:` : `${"  ".repeat(depth)}* ${list.title}:`];
  return [...heading, ...list.items.flatMap((item) => itemLines(item, depth + 1))];
}

function itemLines(item: TextItem, depth: number): string[] {
  return typeof item === "string" ? [`${"  ".repeat(depth)}* ${item}`] : listLines(item, depth);
}

/** The list as HTML: a heading and bullets; `classOf` gives an item the class by which it is styled. */
export function listHtml(list: TextList, classOf: (text: string) => string | undefined): XmlElement[] {
  const heading = list.title === "" ? [] : [textElement("h2", {}, list.title)];
  return [...heading, bullets(list, classOf)];
}

function bullets(list: TextList, classOf: (text: string) => string | undefined): XmlElement {
  return element(
    "ul",
    {},
    list.items.map((item) => {
      if (typeof item === "string") return textElement("li", { class: classOf(item) }, item);
      const made = element("li", {}, item.title === "" ? [] : [textElement("span", { class: classOf(item.title) }, item.title)]);
      made.children.push(bullets(item, classOf));
      return made;
    }),
  );
}
