import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { SAMPLE_CIB } from "./sample-cib.ts";
import { statusAsHtml } from "./status-html.ts";
import { readClusterStatus } from "./status-model.ts";
import { simulatedView } from "./status-view.ts";

it("is a page whose lines carry the class of what they tell", () => {
  const cib = parseXml(SAMPLE_CIB);
  if (!cib.ok) throw new Error(cib.error.message);
  const view = simulatedView(1000, (seconds) => `<${seconds}>`);
  const page = { title: "A & B", stylesheet: "x.css", isCgi: true, refreshSeconds: 5 };
  const html = statusAsHtml(readClusterStatus(cib.value, { nowEpochSeconds: 1000 }), view, page);
  const [head = "", body = ""] = html.split("<!DOCTYPE html>\n");
  expect(head).toBe("Content-Type: text/html\n\n");
  expect(parseXml(body).ok).toBe(true);
  expect(body).toContain("<title>A &amp; B</title>");
  expect(body).toContain('<meta http-equiv="refresh" content="5"/>');
  expect(body).toMatch(/<li class="online">Online: \[/);
  expect(body).toMatch(/<li class="rsc-ok">[^<]*Started/);
});
