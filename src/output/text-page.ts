import { element, textElement } from "../xml/element.ts";
import { writePretty } from "../xml/write.ts";

/** How a page of text is made. */
export interface TextPageOptions {
  readonly title: string;
  readonly stylesheet: string | undefined;
  /** It begins with the headers of a CGI program. */
  readonly isCgi: boolean;
}

/** A text as a page for browsers. */
export function textPage(text: string, { title, stylesheet, isCgi }: TextPageOptions): string {
  const head = [
    textElement("title", {}, title),
    element("meta", { charset: "utf-8" }),
    ...(stylesheet === undefined ? [] : [element("link", { rel: "stylesheet", href: stylesheet })]),
  ];
  const html = element("html", { lang: "en" }, [element("head", {}, head), element("body", {}, [textElement("pre", {}, text)])]);
  return `${isCgi ? "Content-Type: text/html\n\n" : ""}<!DOCTYPE html>\n${writePretty(html)}`;
}
