import { expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { unpack } from "../unpack.ts";
import { readMetaSettings } from "./meta-settings.ts";

function settings(values: Readonly<Record<string, string>>) {
  return readMetaSettings(new Map(Object.entries(values)));
}

it.each([
  [
    {},
    { isManaged: true, priority: 0, migrationThreshold: 1_000_000, multipleActive: "stop_start", targetRole: undefined, isCritical: true },
  ],
  [{ "migration-threshold": "-1" }, { migrationThreshold: 1_000_000 }],
  [{ "migration-threshold": "3" }, { migrationThreshold: 3 }],
  [{ "is-managed": "default" }, { isManaged: true }],
  [{ "is-managed": "maybe" }, { isManaged: false }],
  [{ "multiple-active": "BLOCK" }, { multipleActive: "block" }],
  [{ "target-role": "Slave" }, { targetRole: "Unpromoted" }],
  [{ "allow-migrate": "maybe" }, { allowsMigration: undefined }],
  [{ critical: "maybe" }, { isCritical: false }],
])("reads %j", (values, expected) => {
  expect(settings(values)).toMatchObject(expected);
});

it("what a clone or bundle adds to its own is not in those of resources that have none", () => {
  const primitive = (id: string): string => `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy"/>`;
  const cib = parseXml(`<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes><resources>${primitive("a")}
    <clone id="c">${primitive("b")}</clone><group id="g">${primitive("d")}</group></resources><constraints/>
    <rsc_defaults><meta_attributes id="m"><nvpair id="m-p" name="priority" value="5"/></meta_attributes></rsc_defaults></configuration><status/></cib>`);
  if (!cib.ok) throw new Error(cib.error.message);
  const { byId } = unpack(cib.value, 1_700_000_000).resources;
  const metaOf = (id: string): unknown => Object.fromEntries(byId.get(id)?.meta ?? []);
  for (const id of ["a", "g", "d"]) expect(metaOf(id)).toEqual({ priority: "5" });
  expect(metaOf("c")).toMatchObject({ priority: "5", "resource-stickiness": "1", "globally-unique": "false" });
  expect(byId.get("a")?.priority).toBe(5);
});
