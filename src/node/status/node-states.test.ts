import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { isProvenDown, nodeStateNamed, nodeStates, resourceHistories } from "./node-states.ts";

const TEXT = `<cib><status><tickets/>
<node_state id="1" uname="n1" expected="down" crmd="0"><lrm id="1"><lrm_resources>
  <lrm_resource id="web"/><lrm_resource id="web:1"/><lrm_resource id="web-2"/><lrm_resource id="db"/></lrm_resources></lrm></node_state>
<node_state id="2" uname="n2" expected="down" crmd="7"/><node_state id="3" uname="n3" expected="member" crmd="0"/><node_state id="4" uname="n4" expected="down"/>
</status></cib>`;

function cib() {
  const parsed = parseXml(TEXT);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

it("finds the states of nodes", () => {
  expect(nodeStates(cib()).map(({ id }) => id)).toEqual(["1", "2", "3", "4"]);
  expect([nodeStateNamed(cib(), "n2")?.id, nodeStateNamed(cib(), "n9")]).toEqual(["2", undefined]);
});

it("takes a node for down that was to be, and is", () => {
  expect(
    nodeStates(cib())
      .filter(isProvenDown)
      .map(({ id }) => id),
  ).toEqual(["1", "4"]);
});

it("finds histories of a resource, its instances among them, or of all", () => {
  const [state] = nodeStates(cib());
  if (!state) throw new Error("no state");
  const ids = (resource?: string) => resourceHistories(state, resource).map(({ id }) => id);
  expect([ids("web"), ids("web:1"), ids("x")]).toEqual([["web", "web:1"], ["web:1"], []]);
  expect(ids()).toEqual(["web", "web:1", "web-2", "db"]);
});
