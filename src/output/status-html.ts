import { element, textElement, type XmlElement } from "../xml/element.ts";
import { writePretty } from "../xml/write.ts";
import { statusParts } from "./status-lists.ts";
import type { ClusterStatus } from "./status-model.ts";
import type { StatusView } from "./status-view.ts";
import { listHtml } from "./text-list.ts";

/** Classes by which a page's look can be changed. Source: Pacemaker 3.0.2, HTML output. */
const STYLE = [
  ".bold { font-weight: bold }",
  ".online { color: green }",
  ".offline { color: red }",
  ".maint { color: blue }",
  ".standby { color: orange }",
  ".health_red { color: red }",
  ".health_yellow { color: GoldenRod }",
  ".rsc-failed { color: red }",
  ".rsc-failure-ignored { color: DarkGreen }",
  ".rsc-managed { color: blue }",
  ".rsc-multiple { color: orange }",
  ".rsc-ok { color: green }",
  ".warning { color: red; font-weight: bold }",
].join(" ");

/** How the page is to be made. */
export interface PageOptions {
  readonly title: string | undefined;
  readonly stylesheet: string | undefined;
  /** Headers of a CGI program come first. */
  readonly isCgi: boolean;
  /** Seconds after which a browser loads the page again; undefined for a page that stays. */
  readonly refreshSeconds: number | undefined;
}

/** The status as a page for browsers. */
export function statusAsHtml(status: ClusterStatus, view: StatusView, page: PageOptions): string {
  const parts = statusParts(status, view).flatMap((part): XmlElement[] => {
    if ("items" in part) return [element("div", {}, listHtml(part))];
    return [element("div", { class: "warning" }, [textElement("b", {}, part.map((line) => line.trim()).join(" "))])];
  });
  const head = [
    textElement("title", {}, page.title ?? "Cluster Status"),
    element("meta", { charset: "utf-8" }),
    ...(page.refreshSeconds === undefined ? [] : [element("meta", { "http-equiv": "refresh", content: page.refreshSeconds })]),
    ...(page.stylesheet === undefined ? [] : [element("link", { rel: "stylesheet", href: page.stylesheet })]),
    textElement("style", {}, STYLE),
  ];
  const html = element("html", { lang: "en" }, [element("head", {}, head), element("body", {}, parts)]);
  return `${page.isCgi ? "Content-Type: text/html\n\n" : ""}<!DOCTYPE html>\n${writePretty(html)}`;
}
