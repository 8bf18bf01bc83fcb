import { expect, it } from "vitest";
import { element } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";
import { isUpToDate, obsoleteIn } from "./obsolete.ts";

it.each([
  [
    "default-resource-stickiness",
    "100",
    "default-resource-stickiness is not known to pacemaker-3.9: use resource-stickiness in rsc_defaults",
  ],
  ["stonith_enabled", "true", "stonith_enabled is not known to pacemaker-3.9: use stonith-enabled"],
  [
    "default-resource-failure-stickiness",
    "-INFINITY",
    'default-resource-failure-stickiness is not known to pacemaker-3.9: use migration-threshold="1" in rsc_defaults',
  ],
  [
    "expected-quorum-votes",
    "2",
    "expected-quorum-votes is not known to pacemaker-3.9: corosync (2+) infrastructure tracks quorum on its own",
  ],
])("says what to write instead of %s=%s", (name, value, message) => {
  const pair = element("nvpair", { id: "p", name, value });
  const configuration = element("configuration", {}, [element("crm_config", {}, [element("cluster_property_set", { id: "s" }, [pair])])]);
  expect(obsoleteIn(configuration, "pacemaker-3.9")).toEqual([{ holder: pair, message }]);
  expect(obsoleteIn(configuration, "pacemaker-2.10")).toEqual([]);
});

it("names each operation with an attribute that is not known any more, however many are written alike", () => {
  const op = (id: string, more: string): string => `<op id="${id}" name="monitor" interval="10s"${more}/>`;
  const old = ' requires="nothing"';
  const read = parseXml(`<configuration><resources><primitive id="p"><operations>
    ${op("a", "")}${op("b", old)}${op("c", "")}${op("d", old)}</operations></primitive></resources></configuration>`);
  if (!read.ok) throw new Error(read.error.message);
  expect(obsoleteIn(read.value, "pacemaker-3.9").map(({ holder }) => holder.id)).toEqual(["b", "d"]);
});

it("leaves names of old options and meta-attributes to other uses where the newest schema does", () => {
  const read = parseXml(`<configuration><crm_config><cluster_property_set id="s"><nvpair id="n" name="is-managed-default" value="true"/>
    </cluster_property_set></crm_config><resources><primitive id="p"><meta_attributes id="m">
    <nvpair id="i" name="isolation" value="docker"/></meta_attributes></primitive></resources></configuration>`);
  if (!read.ok) throw new Error(read.error.message);
  const found = (schema: string): (string | undefined)[] => obsoleteIn(read.value, schema).map(({ holder }) => holder.id);
  expect(found("pacemaker-3.10")).toEqual(["n", "i"]);
  expect(found("pacemaker-4.0")).toEqual([]);
  expect([isUpToDate(read.value), isUpToDate(element("configuration", {}))]).toEqual([false, true]);
});
