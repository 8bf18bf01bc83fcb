import { describe, expect, it } from "vitest";
import { EXIT } from "../model/exit-code.ts";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import { aclFor } from "./acl.ts";
import { changeCib } from "./operation.ts";
import type { CibRequest } from "./request.ts";
import { visibleRequest } from "./visible-request.ts";

const xml = (text: string) => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

const cib = xml(`<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config><nodes/>
<resources>
<primitive id="hidden" class="ocf" provider="kodou" type="x"><instance_attributes id="hidden-a"><nvpair id="hidden-p" name="password" value="tiger"/></instance_attributes></primitive>
<primitive id="mine" class="ocf" provider="kodou" type="x"><meta_attributes id="mine-m"><nvpair id="mine-r" name="target-role" value="Started"/></meta_attributes><instance_attributes id="mine-a"><nvpair id="mine-p" name="password" value="lion"/></instance_attributes></primitive>
</resources><constraints/>
<acls><acl_target id="ann"><role id="r"/></acl_target><acl_role id="r"><acl_permission id="p1" kind="write" xpath="//primitive[@id='mine']"/><acl_permission id="p2" kind="deny" xpath="//nvpair[@name='password']"/></acl_role></acls>
</configuration><status/></cib>`);

const ann = { name: "ann", groups: [] };
const origin = { node: "n1", client: "test", user: "ann", lastWritten: "", rights: ann };

/** Exit code of a request of ann's, and the configuration it would leave. */
function outcome(request: CibRequest): { exitCode: number; after: string } {
  const acl = aclFor(cib, ann);
  const visible = acl && visibleRequest(cib, request, acl);
  if (!visible?.ok) return { exitCode: visible?.error.exitCode ?? -1, after: "" };
  if (visible.value === "nothing") return { exitCode: EXIT.ok, after: writeCompact(cib) };
  const changed = changeCib(cib, visible.value, origin);
  return changed.ok
    ? { exitCode: EXIT.ok, after: writeCompact(changed.value.cib) }
    : { exitCode: changed.error.exitCode, after: writeCompact(cib) };
}

describe("a request of a user who sees a part", () => {
  it("changes what may be written, by id and by path", () => {
    const byPath = {
      operation: "modify",
      xpath: "//nvpair[@name='target-role']",
      input: xml('<nvpair id="mine-r" value="Stopped"/>'),
    } as const;
    expect(outcome(byPath).exitCode).toBe(EXIT.ok);
    expect(outcome(byPath).after).toContain('<nvpair id="mine-r" name="target-role" value="Stopped"/>');
    const byId = { operation: "modify", scope: "resources", input: xml('<nvpair id="mine-r" value="Stopped"/>') } as const;
    expect(outcome(byId).after).toContain('value="Stopped"');
  });

  it.each(["tiger", "wrong", "lion"])("gets the same answer whether or not a guess (%s) at something hidden is right", (guess) => {
    const paths = [
      `//nvpair[@value='${guess}']`,
      `//primitive[instance_attributes]//nvpair[@value='${guess}']`,
      `//primitive[@id='hidden']/instance_attributes/nvpair[@value='${guess}']`,
    ];
    for (const xpath of paths) {
      expect(outcome({ operation: "delete", xpath })).toEqual({ exitCode: EXIT.ok, after: writeCompact(cib) });
      expect(outcome({ operation: "modify", xpath, input: xml('<nvpair id="mine-p" name="x"/>') }).exitCode).toBe(EXIT.noSuchObject);
    }
    const byExample = outcome({ operation: "delete", scope: "resources", input: xml(`<nvpair id="mine-p" value="${guess}"/>`) });
    expect(byExample).toEqual({ exitCode: EXIT.ok, after: writeCompact(cib) });
  });

  it.each(["lion", "wrong"])("is not told by a negation either (%s)", (guess) => {
    const xpath = `//primitive[@id='mine']/meta_attributes/nvpair[not(@value='${guess}')]`;
    expect(outcome({ operation: "modify", xpath, input: xml('<nvpair id="mine-r" value="Stopped"/>') }).after).toContain('value="Stopped"');
  });

  it("fits the element seen although a hidden one before it would fit too", () => {
    const request = { operation: "modify", xpath: "//primitive", input: xml('<primitive id="mine" description="seen"/>') } as const;
    expect(outcome(request).after).toContain('<primitive id="mine" class="ocf" provider="kodou" type="x" description="seen"');
  });

  it("is refused where the user may read but not write, and when no rule names the user", () => {
    const readable = xml(writeCompact(cib).replace('kind="write"', 'kind="read"'));
    const acl = aclFor(readable, ann);
    const visible = acl && visibleRequest(readable, { operation: "delete", xpath: "//primitive[@id='mine']" }, acl);
    if (!visible?.ok || visible.value === "nothing") throw new Error("the element was not found");
    const changed = changeCib(readable, visible.value, origin);
    expect(changed.ok ? 0 : changed.error.exitCode).toBe(EXIT.insufficientPrivileges);
    const other = aclFor(cib, { name: "nobody", groups: [] });
    const refused = other && visibleRequest(cib, { operation: "delete", xpath: "//primitive" }, other);
    expect(refused?.ok === false && refused.error.exitCode).toBe(EXIT.insufficientPrivileges);
  });
});
