import { describe, expect, it } from "vitest";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import type { AclUser } from "./acl.ts";
import { changeCib } from "./operation.ts";

const read = (text: string) => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};
const CIB = read(
  '<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="5" num_updates="3"><configuration><crm_config><cluster_property_set id="o"><nvpair id="acl" name="enable-acl" value="true"/></cluster_property_set></crm_config><nodes/><resources/><constraints/><acls><acl_target id="ann"><role id="all"/></acl_target><acl_role id="all"><acl_permission id="w" kind="write" xpath="/cib"/></acl_role></acls></configuration><status/></cib>',
);
const command = (op: string, input = "", attributes = ""): string =>
  `<cib_command cib_op="${op}" ${attributes}>${input === "" ? "" : `<cib_calldata>${input}</cib_calldata>`}</cib_command>`;
const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;

function commit(steps: string, rights?: AclUser) {
  const origin = { node: "n1", client: "test", user: "root", lastWritten: "now", rights };
  return changeCib(CIB, { operation: "commit-transaction", input: read(steps) }, origin);
}
const transaction = (...steps: string[]): string => `<cib_transaction>${steps.join("")}</cib_transaction>`;

describe("a transaction", () => {
  it("makes all its changes, each seeing the ones before, as one change that counts once more", () => {
    const made = commit(
      transaction(
        command("cib_create", dummy("a"), 'cib_section="resources"'),
        command("cib_modify", dummy("b"), 'cib_section="resources" cib_callopt="8"'),
        command("cib_create", '<rsc_order id="ab" first="a" then="b"/>', 'cib_section="constraints"'),
        command("cib_delete", '<rsc_order id="ab"/>', 'cib_section="constraints"'),
        command("cib_delete", "", `cib_section="//primitive[@id='b']" cib_callopt="2"`),
      ),
    );
    if (!made.ok) throw new Error(made.error.message);
    expect(made.value).toMatchObject({ isChanged: true, isConfigurationChanged: true });
    expect(writeCompact(made.value.cib.descend("configuration", "resources") ?? CIB)).toBe(`<resources>${dummy("a")}</resources>`);
    expect([made.value.cib.get("epoch"), made.value.cib.get("num_updates")]).toEqual(["11", "0"]);
    expect(writeCompact(CIB)).not.toContain("Dummy");
  });

  it("makes none when a step is refused, and says which", () => {
    const first = command("cib_create", dummy("a"), 'cib_section="resources"');
    const before = writeCompact(CIB);
    for (const [step, exitCode] of [
      [first, 108],
      [command("cib_modify", dummy("z"), 'cib_section="resources"'), 105],
      [command("cib_create", "<nonsense/>", 'cib_section="resources"'), 78],
    ] as const) {
      expect(commit(transaction(first, step))).toMatchObject({
        ok: false,
        error: { exitCode, detail: expect.stringContaining("step 2 of the transaction") },
      });
      expect(writeCompact(CIB)).toBe(before);
    }
  });

  it("is refused when it holds what cannot be part of one", () => {
    for (const [steps, exitCode, text] of [
      [transaction(command("cib_query")), 3, '"cib_query" cannot be part of one'],
      [transaction(command("__proto__")), 3, '"__proto__" cannot be part of one'],
      [transaction(command("cib_bump", "", 'cib_host="n2"')), 3, "a request to a host"],
      [transaction("<x/>"), 65, "<cib_command> is needed, not <x>"],
      [transaction(command("cib_create", `${dummy("a")}${dummy("b")}`)), 65, "more than one element"],
      [transaction(command("cib_bump", "", 'cib_callopt="-1"')), 65, 'cib_callopt="-1" is no number'],
      ["<cib/>", 65, "a transaction is a <cib_transaction>"],
    ] as const) {
      expect(commit(steps)).toMatchObject({ ok: false, error: { exitCode, message: expect.stringContaining(text) } });
    }
  });

  it("with nothing in it changes nothing", () => {
    expect(commit(transaction())).toMatchObject({ ok: true, value: { cib: CIB, isChanged: false } });
  });

  it("is refused to users whom ACLs bind, whatever these allow", () => {
    const step = transaction(command("cib_bump"));
    expect(commit(step, { name: "ann", groups: [] })).toMatchObject({ ok: false, error: { exitCode: 4 } });
    expect(commit(step, { name: "hacluster", groups: [] })).toMatchObject({ ok: true });
  });
});
