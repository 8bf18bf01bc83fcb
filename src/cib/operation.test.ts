import { describe, expect, it } from "vitest";
import { EXIT } from "../model/exit-code.ts";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import { changeCib } from "./operation.ts";
import type { CibRequest } from "./request.ts";

const read = (text: string) => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

const dummy = (id: string, more = ""): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"${more}/>`;
const CIB = read(
  `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="5" num_updates="3" have-quorum="1"><configuration><crm_config/><nodes/><resources><group id="g">${dummy("a")}${dummy("b")}</group><group id="h">${dummy("c")}</group></resources><constraints/></configuration><status/></cib>`,
);

/** Exit code of a change, and the document it leaves. */
function change(request: CibRequest): { exitCode: number; after: string } {
  const changed = changeCib(CIB, request, {});
  return changed.ok ? { exitCode: EXIT.ok, after: writeCompact(changed.value.cib) } : { exitCode: changed.error.exitCode, after: "" };
}

describe("a change of what is around configuration and status", () => {
  it.each([
    ['<cib colour="red"/>', EXIT.configuration],
    ['<cib have-quorum="maybe"/>', EXIT.configuration],
    ["<cib><primitive id='x'/></cib>", EXIT.configuration],
    ['<cib have-quorum="0"/>', EXIT.ok],
  ])("is held to the schema: %s", (text, exitCode) => {
    expect(change({ operation: "modify", input: read(text) }).exitCode).toBe(exitCode);
  });

  it("is not made by what has no section to go to", () => {
    for (const text of [dummy("x"), "<nonsense/>"])
      for (const operation of ["create", "modify"] as const)
        expect(change({ operation, input: read(text), isCreateAllowed: true }).exitCode).toBe(EXIT.noSuchObject);
    expect(change({ operation: "create", input: read(`<resources>${dummy("x")}</resources>`) }).after).toContain('id="x"');
  });
});

describe("a modification by path", () => {
  const request = { operation: "modify", xpath: "//group", input: read(dummy("b", ' description="seen"')) } as const;

  it("updates what is like the input, at whatever depth below what the path selects", () => {
    expect(change(request).after).toContain(dummy("b", ' description="seen"'));
    expect(change({ ...request, xpath: "//primitive[@id='b']" }).after).toContain(dummy("b", ' description="seen"'));
  });

  it("adds nothing where nothing is like it", () => {
    expect(change({ ...request, xpath: "//group[@id='h']" }).exitCode).toBe(EXIT.noSuchObject);
    expect(change({ ...request, xpath: "//primitive[@id='a']" }).exitCode).toBe(EXIT.noSuchObject);
    expect(change({ ...request, xpath: "//clone" }).exitCode).toBe(EXIT.noSuchObject);
  });

  it("is one of all that the path selects, or none, where all are meant", () => {
    expect(change({ ...request, isMultiple: true }).exitCode).toBe(EXIT.noSuchObject);
    expect(change({ ...request, xpath: "//group[@id='g'] | //primitive[@id='b']", isMultiple: true }).exitCode).toBe(EXIT.ok);
  });
});
