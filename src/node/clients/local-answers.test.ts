import { expect, it } from "vitest";
import { type AclUser, ROOT_USER } from "../../cib/acl.ts";
import { EXIT } from "../../model/exit-code.ts";
import { recordedContext } from "../../sim/recorded-context.ts";
import { parseXml } from "../../xml/parse.ts";
import type { ClientRequest, NodeStatus } from "../interface/client.ts";
import { LocalAnswers } from "./local-answers.ts";

const state = (name: string, value: string): string =>
  `<node_state id="${name}" uname="${name}"><transient_attributes id="${name}"><instance_attributes id="${name}-a"><nvpair id="${name}-x" name="x" value="${value}"/></instance_attributes></transient_attributes></node_state>`;
const CIB = `<cib><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<acls><acl_target id="ann"><role id="r"/></acl_target><acl_role id="r"><acl_permission id="p" kind="read" xpath="//node_state[@uname='n1']"/></acl_role></acls>
</configuration><status>${state("n1", "1")}${state("n2", "2")}</status></cib>`;
const ANN: AclUser = { name: "ann", groups: [] };

function answers() {
  const parsed = parseXml(CIB);
  if (!parsed.ok) throw new Error(parsed.error.message);
  let left = 0;
  const made = new LocalAnswers(recordedContext({ cib: () => parsed.value }), {
    fencer: { history: [{ target: "n2" }] as never },
    status: () => ({ node: "n1" }) as NodeStatus,
    leave: () => {
      left += 1;
    },
  });
  const ask = (request: ClientRequest, user = ROOT_USER) => made.answer(request, user);
  return { ask, timesLeft: () => left };
}

it("answers what the node itself knows, and leaves the rest to the DC", () => {
  const { ask, timesLeft } = answers();
  expect(ask({ op: "status" })?.data).toEqual({ node: "n1" });
  expect(ask({ op: "fence-history" })?.data).toEqual([{ target: "n2" }]);
  expect(ask({ op: "leave" })?.exitCode).toBe(EXIT.ok);
  expect(timesLeft()).toBe(1);
  const ofDc: ClientRequest[] = [
    { op: "fence-history", isFromDc: true },
    { op: "cleanup" },
    { op: "cib", client: "test", request: { operation: "bump" } },
  ];
  for (const request of ofDc) expect(ask(request)).toBeUndefined();
});

it("tells values of attributes, of all nodes or one, as far as the user may see them", () => {
  const { ask } = answers();
  const values = (node?: string, user?: AclUser) =>
    ask({ op: "attribute-query", name: "x", ...(node === undefined ? {} : { node }) }, user)?.data;
  expect(values()).toEqual([
    { node: "n1", value: "1" },
    { node: "n2", value: "2" },
  ]);
  expect(values("n2")).toEqual([{ node: "n2", value: "2" }]);
  expect(values(undefined, ANN)).toEqual([{ node: "n1", value: "1" }]);
  expect(ask({ op: "fence-history" }, ANN)?.data).toEqual([]);
});

it("queries the document for the user", () => {
  const { ask } = answers();
  const query = (xpath: string, user?: AclUser) => ask({ op: "cib", client: "test", request: { operation: "query", xpath } }, user);
  expect(query("//node_state[@uname='n2']")?.output).toContain('uname="n2"');
  expect(query("//node_state[@uname='n2']", ANN)?.exitCode).toBe(EXIT.noSuchObject);
});
