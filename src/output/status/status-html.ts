import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { listHtml } from "../text/text-list.ts";
import { type HtmlPageOptions, htmlPage } from "./html-page.ts";
import { statusParts } from "./status-lists.ts";
import type { ClusterStatus } from "./status-model.ts";
import type { StatusView } from "./status-view.ts";

/** The page's look, for light and dark surroundings; classes are named as Pacemaker's pages name them. */
const STYLE = [
  ":root { color-scheme: light dark }",
  "body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere }",
  "h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; border-bottom: 1px solid #8886 }",
  "ul { margin: 0; padding-left: 1.3rem }",
  ".online, .rsc-ok { color: light-dark(#176b1f, #7ad383) }",
  ".offline, .rsc-failed, .warning { color: light-dark(#b3141c, #ff8a85); font-weight: bold }",
  ".standby, .rsc-multiple { color: light-dark(#8a5200, #f0b35a) }",
  ".maint { color: light-dark(#1d4fa8, #8fb6ff) }",
  ".stopped { opacity: .7 }",
].join(" ");

/** What a line of the display is about, by the words in it; the first that fits. */
const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/\b(FAILED|BLOCKED|WITHOUT quorum)\b|could not be|last failed at/, "rsc-failed"],
  [/\b(OFFLINE|UNCLEAN|Offline)\b/, "offline"],
  [/\b(maintenance|Maintenance|unmanaged)\b/, "maint"],
  [/\b(standby|Standby)\b|\[ .* .* \].*\(multiple\)/, "standby"],
  [/:\s*(Stopped|\(disabled\))|^Stopped/, "stopped"],
  [/\b(Started|Promoted|Unpromoted)\b/, "rsc-ok"],
  [/: online\b|^(Guest|Remote)?Online/, "online"],
];

const classOf = (text: string): string | undefined => CLASSES.find(([pattern]) => pattern.test(text))?.[1];

/** How the page is to be made. */
export interface StatusPageOptions extends HtmlPageOptions {
  /** Seconds after which a browser loads the page again; undefined for a page that stays. */
  readonly refreshSeconds: number | undefined;
}

/** The status as a page for browsers. */
export function statusAsHtml(status: ClusterStatus, view: StatusView, page: StatusPageOptions): string {
  const parts = statusParts(status, view).flatMap((part): XmlElement[] => {
    if ("items" in part) return [element("div", {}, listHtml(part, classOf))];
    return [element("div", { class: "warning" }, [textElement("b", {}, part.map((line) => line.trim()).join(" "))])];
  });
  const refresh = page.refreshSeconds === undefined ? [] : [element("meta", { "http-equiv": "refresh", content: page.refreshSeconds })];
  const viewport = element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" });
  const styles = [textElement("style", {}, STYLE)];
  return htmlPage(page, { title: "Cluster Status", metas: [viewport, ...refresh], styles, body: parts });
}
