import { describe, expect, it } from "vitest";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import { accessOf, aclFor } from "./acl.ts";
import { checkChange } from "./acl-check.ts";
import { accessText } from "./acl-render.ts";

const document = (resources: string) => {
  const parsed = parseXml(`<cib epoch="1"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<resources>${resources}</resources>
<acls><acl_target id="ann"><role id="r"/></acl_target><acl_group id="staff"><role id="s"/></acl_group>
<acl_role id="r"><acl_permission id="p1" kind="read" xpath="/cib"/><acl_permission id="p2" kind="deny" xpath="//acls"/><acl_permission id="p3" kind="write" xpath="//primitive[@id='mine']"/></acl_role>
<acl_role id="s"><acl_permission id="p4" kind="read" object-type="primitive" attribute="open"/></acl_role></acls>
</configuration></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

const ACTUAL = '<primitive id="mine" type="a"/><primitive id="other" type="b"/>';
const ann = { name: "ann", groups: [] };

describe("ACLs", () => {
  it("bind nobody when off, and never root", () => {
    expect(aclFor(document(ACTUAL), { name: "root", groups: [] })).toBeUndefined();
    const off = document(ACTUAL);
    off.descend("configuration", "crm_config", "cluster_property_set", "nvpair")?.set("value", "false");
    expect(aclFor(off, ann)).toBeUndefined();
  });

  it("show only what may be read", () => {
    const cib = document(ACTUAL);
    const shown = writeCompact(aclFor(cib, ann)?.readableCopy(cib) ?? cib);
    expect(shown).toContain('<primitive id="other" type="b"/>');
    expect(shown).not.toContain("acls");
    expect(aclFor(cib, { name: "nobody", groups: [] })?.readableCopy(cib)).toBeUndefined();
  });

  it("leave the way to what a group may read, without its attributes", () => {
    const cib = document('<primitive id="a" open="1" type="x"/><primitive id="b" type="y"/>');
    const shown = aclFor(cib, { name: "bob", groups: ["staff"] })?.readableCopy(cib);
    expect(shown && writeCompact(shown)).toBe(
      '<cib><configuration><resources><primitive id="a" open="1" type="x"/></resources></configuration></cib>',
    );
  });

  it("judge every single change", () => {
    const before = document(ACTUAL);
    const acl = aclFor(before, ann);
    const verdict = (resources: string) => (acl ? checkChange(before, document(resources), acl) : undefined);
    expect(verdict('<primitive id="mine" type="z"/><primitive id="other" type="b"/>')?.isDenied).toBe(false);
    expect(verdict('<primitive id="mine" type="a"/><primitive id="other" type="z"/>')?.notes.map((note) => note.text)).toEqual([
      "Default ACL denies user 'ann' read/write access to /cib/configuration/resources/primitive[@id='other'][@type]",
    ]);
    expect(verdict('<primitive id="mine" type="a"/>')?.isDenied).toBe(true);
    expect(verdict(`${ACTUAL}<primitive id="new" type="c"/>`)?.notes.at(-1)?.text).toBe(
      'ACLs disallow creation of <primitive> with id="new"',
    );
  });

  it("can be shown in the document", () => {
    const cib = document(ACTUAL);
    const acl = aclFor(cib, ann);
    if (!acl) throw new Error("no rules");
    const mine = cib.descend("configuration", "resources", "primitive");
    expect(mine && accessOf(cib, acl).get(mine)).toBe("write");
    expect(accessText(cib, acl, "text")).toContain('vvv---[ WRITABLE ]---vvv\n      <primitive id="mine"');
    expect(accessText(cib, acl, "namespace")).toContain("<pcmk-access-denied:acls>");
  });
});
