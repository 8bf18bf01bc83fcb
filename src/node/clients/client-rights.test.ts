import { describe, expect, it } from "vitest";
import { type AclUser, ROOT_USER } from "../../cib/acl.ts";
import type { FencingRequest } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import { parseXml } from "../../xml/parse.ts";
import type { ClientRequest } from "../interface/client.ts";
import { refusalFor, visibleFencing } from "./client-rights.ts";

const cibWith = (isOn: boolean) => {
  const parsed = parseXml(`<cib><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-acl" name="enable-acl" value="${isOn}"/></cluster_property_set></crm_config>
<acls><acl_target id="ann"><role id="r"/></acl_target><acl_target id="bob"><role id="s"/></acl_target>
<acl_role id="r"><acl_permission id="p1" kind="write" xpath="//node_state[@uname='n1']"/></acl_role>
<acl_role id="s"><acl_permission id="p2" kind="read" xpath="//status"/></acl_role></acls>
</configuration><status>${["n1", "n2"].map((name, index) => `<node_state id="${index}" uname="${name}"><lrm id="${index}"><lrm_resources><lrm_resource id="web"/></lrm_resources></lrm></node_state>`).join("")}</status></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

const ann = { name: "ann", groups: [] };
const bob = { name: "bob", groups: [] };
const carl = { name: "carl", groups: ["haclient"] };

const exitCode = (request: ClientRequest, user: AclUser, isOn = true): number =>
  refusalFor(request, user, { cib: cibWith(isOn), defaultNode: "n1" })?.exitCode ?? EXIT.ok;

const DENIED = EXIT.insufficientPrivileges;

describe("rights of clients", () => {
  it("let nobody but root and hacluster fence or stop, ACLs or not", () => {
    const requests: ClientRequest[] = [
      { op: "fence", target: "n2", action: "reboot", client: "x" },
      { op: "fence-confirm", target: "n2", client: "x" },
      { op: "leave" },
    ];
    for (const request of requests) {
      for (const isOn of [true, false]) expect(exitCode(request, ann, isOn)).toBe(DENIED);
      expect(exitCode(request, ROOT_USER)).toBe(EXIT.ok);
      expect(exitCode(request, { name: "hacluster", groups: [] })).toBe(EXIT.ok);
    }
  });

  it("bind attributes to the rights on the node's state", () => {
    const set = (node: string | undefined): ClientRequest => ({
      op: "attribute-set",
      name: "a",
      value: "1",
      ...(node === undefined ? {} : { node }),
    });
    expect(exitCode(set("n1"), ann)).toBe(EXIT.ok);
    expect(exitCode(set(undefined), ann)).toBe(EXIT.ok);
    expect(exitCode(set("n2"), ann)).toBe(DENIED);
    expect(exitCode(set("n1"), bob)).toBe(DENIED);
    expect(exitCode(set("n2"), bob, false)).toBe(EXIT.ok);
  });

  it("bind cleaning up to the rights on the history", () => {
    expect(exitCode({ op: "cleanup", resource: "web", node: "n1" }, ann)).toBe(EXIT.ok);
    expect(exitCode({ op: "cleanup", resource: "web" }, ann)).toBe(DENIED);
    expect(exitCode({ op: "cleanup" }, bob)).toBe(DENIED);
    expect(exitCode({ op: "fail", resource: "web", node: "n2" }, ann)).toBe(DENIED);
  });

  it("tell a user whom no rule names nothing", () => {
    for (const op of ["status", "fence-history"] as const) {
      expect(exitCode({ op }, carl)).toBe(DENIED);
      expect(exitCode({ op }, carl, false)).toBe(EXIT.ok);
      expect(exitCode({ op }, bob)).toBe(EXIT.ok);
    }
  });

  it("show fencings of the nodes a user can read", () => {
    const history = ["n1", "n2"].map((target) => ({ target })) as FencingRequest[];
    const targets = (user: AclUser) => visibleFencing(history, cibWith(true), user).map(({ target }) => target);
    expect(targets(ann)).toEqual(["n1"]);
    expect(targets(bob)).toEqual(["n1", "n2"]);
    expect(targets(carl)).toEqual([]);
    expect(targets(ROOT_USER)).toEqual(["n1", "n2"]);
  });
});
