import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";

/** How somebody wants a page to be. */
export interface HtmlPageOptions {
  readonly title: string | undefined;
  readonly stylesheet: string | undefined;
  /** It begins with the headers of a CGI program. */
  readonly isCgi: boolean;
}

/** What is on a page. */
interface HtmlPageContent {
  /** What the page is called unless another title is wanted. */
  readonly title: string;
  readonly body: XmlElement[];
  /** More elements of its head. */
  readonly metas?: readonly XmlElement[];
  readonly styles?: readonly XmlElement[];
}

/** A page for browsers. */
export function htmlPage({ title, stylesheet, isCgi }: HtmlPageOptions, content: HtmlPageContent): string {
  const { body, metas = [], styles = [] } = content;
  const head = [
    textElement("title", {}, title ?? content.title),
    element("meta", { charset: "utf-8" }),
    ...metas,
    ...(stylesheet === undefined ? [] : [element("link", { rel: "stylesheet", href: stylesheet })]),
    ...styles,
  ];
  const html = element("html", { lang: "en" }, [element("head", {}, head), element("body", {}, body)]);
  return `${isCgi ? "Content-Type: text/html\n\n" : ""}<!DOCTYPE html>\n${writePretty(html)}`;
}

/** A text as a page. */
export function textPage(text: string, title: string, options: HtmlPageOptions): string {
  return htmlPage(options, { title, body: [textElement("pre", {}, text)] });
}
