import { expect, it } from "vitest";
import { writePretty } from "../../xml/write.ts";
import { sampleCib } from "./sample-cib.ts";
import { readClusterStatus } from "./status-model.ts";
import { type Section, simulatedView } from "./status-view.ts";
import { statusAsXml } from "./status-xml.ts";

function show(edit: (text: string) => string, ...more: Section[]): string {
  const view = simulatedView(1000, (seconds) => `<${seconds}>`);
  const status = readClusterStatus(sampleCib(edit), { nowEpochSeconds: 1000 });
  return statusAsXml(status, { ...view, sections: new Set([...view.sections, ...more]) })
    .map((part) => writePretty(part))
    .join("");
}

it("tells fail counts as numbers, however many", () => {
  const edit = (text: string): string =>
    text.replace('name="fail-count-ip#monitor_10000" value="2"', 'name="fail-count-ip#monitor_10000" value="INFINITY"');
  expect(show(edit, "failcounts")).toContain(
    '<resource_history id="ip" orphan="false" removed="false" migration-threshold="1000000" fail-count="1000000"',
  );
});

it("says that the failure of a resource is ignored", () => {
  const ignoring = '<operations><op id="ip-m" name="monitor" interval="10s" on-fail="ignore"/></operations>';
  const after = (text: string): string =>
    text
      .replace('<instance_attributes id="ip-p">', `${ignoring}$&`)
      .replace('id="ip_last_0"', 'id="ip_start_0"')
      .replace('call-id="12"', 'call-id="14"');
  expect(show(after)).toMatch(/<resource id="ip" .*failed="false" failure_ignored="true"/);
  expect(show((text) => text)).toMatch(/<resource id="ip" .*failure_ignored="false"/);
});

it("names a failure by the id of its entry where no key was recorded", () => {
  expect(show((text) => text, "failures")).toContain('<failure op_key="ip_monitor_10000" node="n1"');
  const unnamed = (text: string): string => text.replace('operation_key="ip_monitor_10000" ', "");
  expect(show(unnamed, "failures")).toContain('<failure id="ip_last_failure_0" node="n1"');
});

it("takes a node that is about to join for one in standby", () => {
  const joining = (text: string): string =>
    text
      .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
      .replace('crmd="online" join="member" expected="member"/>', 'crmd="online" join="down" expected="member"/>')
      .replace(/<instance_attributes id="a2">.*?<\/instance_attributes>/, "");
  expect(show(joining)).toMatch(/<node name="n2" .*online="true" standby="true" standby_onfail="false" .*pending="true"/);
});
