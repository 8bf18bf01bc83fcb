import { expect, it } from "vitest";
import { emptyCib } from "../cib/document.ts";
import { NO_TERM, type Term, type View } from "../model/view.ts";
import type { XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import { Replica, type ReplicationEffect, type ReplicationMessage } from "./replica.ts";

const TERM: Term = { round: 1, candidate: "a" };
const VIEW: View = { term: TERM, members: ["a", "b", "c"].map((node) => ({ node, incarnation: `${node}-1` })) };

const messages = (effects: readonly ReplicationEffect[]): { to: string | undefined; message: ReplicationMessage }[] =>
  effects.flatMap((effect) => (effect.kind === "send" ? [{ to: effect.to, message: effect.message }] : []));

/** A DC and a member that have the same first document. */
function pair(): { dc: Replica; member: Replica } {
  const dc = new Replica("a", emptyCib(1), NO_TERM, []);
  const member = new Replica("b", emptyCib(1), NO_TERM, []);
  for (const { message } of messages(dc.lead(VIEW, emptyCib(1), true, 0))) member.receive("a", message, TERM);
  return { dc, member };
}

function changed(cib: XmlElement, value: string): XmlElement {
  const next = cib.clone().set("epoch", value);
  next.child("configuration")?.set("x", value);
  return next;
}

it("sends a document and a change once for all members", () => {
  const { dc, member } = pair();
  const sent = messages(dc.change(changed(dc.cib, "2"), true, "token", 0));
  expect(sent.map(({ to, message }) => [to, message.type])).toEqual([[undefined, "update"]]);
  for (const { message } of sent) member.receive("a", message, TERM);
  expect(writeCompact(member.cib)).toBe(writeCompact(dc.cib));
  expect(messages(dc.sendAgain(undefined)).map(({ to }) => to)).toEqual([undefined]);
  expect(messages(dc.sendAgain("c")).map(({ to }) => to)).toEqual(["c"]);
  expect(dc.sendAgain("stranger")).toEqual([]);
});

it("passes over what is meant for a view it is no member of", () => {
  const dc = new Replica("a", emptyCib(1), NO_TERM, []);
  const outsider = new Replica("d", emptyCib(9), NO_TERM, []);
  const [first] = messages(dc.lead(VIEW, emptyCib(1), true, 0));
  const [second] = messages(dc.change(changed(dc.cib, "2"), true, undefined, 0));
  for (const sent of [first, second]) expect(sent && outsider.receive("a", sent.message, TERM)).toEqual([]);
  expect(outsider.view).toBeUndefined();
  expect(outsider.cib.get("epoch")).toBe("9");
});

it("asks for the whole document when a change does not fit, and takes nothing before that comes", () => {
  const { dc, member } = pair();
  const [lost] = messages(dc.change(changed(dc.cib, "2"), true, undefined, 0));
  const [next] = messages(dc.change(changed(dc.cib, "3"), true, undefined, 0));
  expect(lost?.message.type).toBe("update");
  const asked = messages(next ? member.receive("a", next.message, TERM) : []);
  expect(asked.map(({ to, message }) => [to, message.type])).toEqual([["a", "resync"]]);
  for (const { message } of messages(dc.receive("b", { type: "resync", term: TERM }, TERM))) member.receive("a", message, TERM);
  expect(writeCompact(member.cib)).toBe(writeCompact(dc.cib));
});

it("notices by the digest that its document is another one", () => {
  const { dc, member } = pair();
  const [sent] = messages(dc.change(changed(dc.cib, "2"), true, undefined, 0));
  if (sent?.message.type !== "update") throw new Error("no change");
  const forged = { ...sent.message, patch: sent.message.patch.replaceAll('x="2"', 'x="3"') };
  expect(messages(member.receive("a", forged, TERM)).map(({ message }) => message.type)).toEqual(["resync"]);
});

it("lets changes of the status go by without one, but not for long", () => {
  const { dc } = pair();
  const digests = Array.from({ length: 40 }, (_, i) => {
    const [sent] = messages(dc.change(dc.cib.clone().set("num_updates", String(i + 1)), false, undefined, 0));
    return sent?.message.type === "update" && sent.message.digest !== undefined;
  });
  expect(digests.filter((has) => has)).toHaveLength(2);
});
