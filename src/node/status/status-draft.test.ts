import { expect, it } from "vitest";
import type { ActionResource } from "../../model/transition-graph.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { StatusDraft } from "./status-draft.ts";

const NODES = ["n1", "n2", "n3"];
const agent = (id: string): ActionResource => ({ id, agentClass: "ocf", provider: "kodou", type: "Dummy" });
const entry = (id: string): XmlElement => element("lrm_rsc_op", { id, "rc-code": 0 });

function document(): XmlElement {
  const history = (node: string): XmlElement =>
    element("lrm", { id: node }, [
      element(
        "lrm_resources",
        {},
        ["a", "b"].map((id) => element("lrm_resource", { id }, [entry(`${id}_last_0`), entry(`${id}_last_failure_0`)])),
      ),
    ]);
  const states = NODES.map((node) => element("node_state", { id: node, uname: node, crmd: "1" }, [history(node)]));
  return element("cib", { admin_epoch: 0, epoch: 7, num_updates: 3 }, [element("configuration"), element("status", {}, states)]);
}

const holder = (cib: XmlElement, node: string, resource: string): XmlElement | undefined =>
  cib.child("status")?.child("node_state", node)?.descend("lrm", "lrm_resources")?.child("lrm_resource", resource);

it("shares what is not changed, and leaves the original as it is", () => {
  const before = document();
  const text = writeCompact(before);
  const draft = new StatusDraft(before);
  const state = draft.nodeStateNamed("n2");
  if (!state) throw new Error("no state");
  draft.record(state, agent("a"), [entry("a_monitor_10000")]);
  draft.record(state, agent("c"), [entry("c_last_0")]);
  draft.forget(state, "b", "b_last_failure_0");
  draft.changeableState("n2")?.childOrCreate("transient_attributes", "n2");
  draft.markLost(draft.nodeStateNamed("n3") ?? state);
  const after = draft.cib;
  expect(writeCompact(before)).toBe(text);
  expect(after.get("num_updates")).toBe("4");
  expect(after.child("configuration")).toBe(before.child("configuration"));
  expect(after.child("status")?.child("node_state", "n1")).toBe(before.child("status")?.child("node_state", "n1"));
  expect(holder(after, "n3", "a")).toBe(holder(before, "n3", "a"));
  expect(holder(after, "n2", "a")?.children.map(({ id }) => id)).toEqual(["a_last_0", "a_last_failure_0", "a_monitor_10000"]);
  expect(holder(after, "n2", "b")?.children.map(({ id }) => id)).toEqual(["b_last_0"]);
  expect(holder(after, "n2", "c")?.children.map(({ id }) => id)).toEqual(["c_last_0"]);
  expect(draft.nodeStateNamed("n2")?.child("transient_attributes")).toBeDefined();
  expect(draft.nodeStateNamed("n3")?.get("crmd")).toBe("0");
});

it("keeps a snapshot as it was then", () => {
  const draft = new StatusDraft(document());
  const state = draft.nodeStateNamed("n1");
  if (!state) throw new Error("no state");
  draft.record(state, agent("a"), [entry("first")]);
  const snapshot = draft.snapshot();
  const text = writeCompact(snapshot);
  draft.record(state, agent("a"), [entry("second")]);
  draft.setRoot("dc-uuid", "n1");
  draft.nodeState("n4", "n4");
  expect(writeCompact(snapshot)).toBe(text);
  expect(holder(draft.cib, "n1", "a")?.children.map(({ id }) => id)).toEqual(["a_last_0", "a_last_failure_0", "first", "second"]);
  expect(draft.states().map(({ id }) => id)).toEqual([...NODES, "n4"]);
  expect(draft.cib.get("num_updates")).toBe("4");
});

it("is the original while nothing is changed", () => {
  const before = document();
  const draft = new StatusDraft(before);
  draft.forget(before.child("status")?.children[0] ?? before, "nobody");
  expect(draft.isChanged).toBe(false);
  expect(draft.cib).toBe(before);
});
