import { expect, it } from "vitest";
import { initialCib } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import { StatusUpdate } from "./status-update.ts";

function updateOf(isLeading: boolean) {
  const sent: XmlElement[] = [];
  const views = {
    cib: initialCib(),
    isLeading,
    change(cib: XmlElement): void {
      sent.push(cib);
      views.cib = cib;
    },
  };
  return { update: new StatusUpdate(views), sent, views };
}

it("gathers the changes of a step into one, and begins the next from there", () => {
  const { update, sent, views } = updateOf(true);
  update.flush();
  update.draft().markMember("1", "n1", 7);
  update.draft().markMember("2", "n2", 7);
  expect(update.cib).not.toBe(views.cib);
  update.flush();
  update.flush();
  expect(sent.length).toBe(1);
  expect(sent[0]?.child("status")?.children.map((state) => state.get("uname"))).toEqual(["n1", "n2"]);
  expect(update.cib).toBe(sent[0]);
  expect(update.draft().nodeStateNamed("n2")).toBeDefined();
});

it("sends nothing of what was dropped, or of a node that does not lead its view", () => {
  const leading = updateOf(true);
  leading.update.draft().markMember("1", "n1", 7);
  leading.update.drop();
  leading.update.flush();
  const other = updateOf(false);
  other.update.draft().markMember("1", "n1", 7);
  other.update.flush();
  expect([leading.sent, other.sent]).toEqual([[], []]);
  expect(other.update.draft().nodeStateNamed("n1")).toBeUndefined();
});
