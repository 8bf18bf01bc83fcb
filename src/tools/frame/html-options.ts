import type { HtmlPageOptions } from "../../output/status/html-page.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolOption } from "./option-table.ts";

/** Options of tools that can make pages. */
export const HTML_OPTIONS: readonly ToolOption[] = [
  { name: "html-cgi", group: "Output Options", help: "Add the headers of a CGI program (with --output-as=html)" },
  { name: "html-stylesheet", argument: "URI", group: "Output Options", help: "Link to an external stylesheet (with --output-as=html)" },
  { name: "html-title", argument: "TITLE", group: "Output Options", help: "Specify the title of the page (with --output-as=html)" },
];

/** How the user wants a page to be. */
export function htmlPageOptions(parsed: ParsedOptions): HtmlPageOptions {
  return {
    title: optionValue(parsed, "html-title"),
    stylesheet: optionValue(parsed, "html-stylesheet"),
    isCgi: hasOption(parsed, "html-cgi"),
  };
}
