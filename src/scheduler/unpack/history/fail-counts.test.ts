import { expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { unpack } from "../unpack.ts";
import { failCount } from "./fail-counts.ts";

const NOW_EPOCH_SECONDS = 1_700_000_000;

/** The failures of a resource that forgets them after a minute, the last of them at some time. */
function failuresAt(lastFailure: string): ReturnType<typeof failCount> {
  const cib = parseXml(`<cib have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes>
    <resources><primitive id="db" class="ocf" provider="kodou" type="Dummy"><meta_attributes id="m"><nvpair id="m1" name="failure-timeout" value="60s"/></meta_attributes></primitive></resources>
    <constraints/></configuration>
    <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><transient_attributes id="1"><instance_attributes id="t">
      <nvpair id="t1" name="fail-count-db#monitor_10000" value="2"/><nvpair id="t2" name="last-failure-db#monitor_10000" value="${lastFailure}"/>
    </instance_attributes></transient_attributes></node_state></status></cib>`);
  if (!cib.ok) throw new Error(cib.error.message);
  const { top, nodes } = unpack(cib.value, NOW_EPOCH_SECONDS);
  const [resource, node] = [top[0], nodes[0]];
  if (!resource || !node) throw new Error("nothing was read");
  return failCount(resource, node, NOW_EPOCH_SECONDS);
}

it("forgets failures when the last one is long enough ago", () => {
  expect(failuresAt(String(NOW_EPOCH_SECONDS - 61))).toEqual({
    count: 2,
    lastFailureEpochSeconds: NOW_EPOCH_SECONDS - 61,
    isExpired: true,
  });
  expect(failuresAt(String(NOW_EPOCH_SECONDS - 60)).isExpired).toBe(false);
});

it("reads the number that a time begins with, and does not forget what has no time", () => {
  expect(failuresAt("10 s")).toEqual({ count: 2, lastFailureEpochSeconds: 10, isExpired: true });
  expect(failuresAt("yesterday").isExpired).toBe(false);
});
