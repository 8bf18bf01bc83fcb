import { describe, expect, it } from "vitest";
import { sampleCib } from "./sample-cib.ts";
import { statusAsLegacyText } from "./status-legacy.ts";
import { readClusterStatus } from "./status-model.ts";
import { statusAsText } from "./status-text.ts";
import type { Section, StatusView } from "./status-view.ts";
import { spanText } from "./status-words.ts";

const SHOWN: readonly Section[] = ["maint-mode", "nodes", "resources", "failures", "fencing-failed", "fencing-pending"];
const SUMMARY: readonly Section[] = ["stack", "dc", "times", "counts"];

const VIEW: StatusView = {
  sections: new Set(SHOWN),
  showsInactive: false,
  isByNode: false,
  isBrief: false,
  showsDetail: false,
  showsTechnicalFailures: false,
  showsDescription: false,
  showsTimes: false,
  showsPending: true,
  onlyNodes: undefined,
  onlyResources: undefined,
  banPrefix: "",
  localNode: undefined,
  nowEpochSeconds: 1000,
  dateText: (seconds) => `<${seconds}>`,
  fencing: undefined,
};

const sections = (...more: Section[]): Pick<StatusView, "sections"> => ({ sections: new Set([...SHOWN, ...more]) });

function show(view: Partial<StatusView>, edit?: (text: string) => string): string {
  return statusAsText(readClusterStatus(sampleCib(edit), { nowEpochSeconds: 1000 }), { ...VIEW, ...view });
}

describe("status as text", () => {
  it("shows the summary, the nodes and what is active", () => {
    expect(show({ ...sections(...SUMMARY), localNode: "n1" })).toBe(`Cluster Summary:
  * Stack: heartbeat (Pacemaker is running)
  * Current DC: n1 (version 0.1.0) - partition with quorum
  * Last updated: <1000> on n1
  * Last change:  Sat Nov 21 01:00:00 2026 by root via cibadmin on n1
  * 3 nodes configured
  * 3 resource instances configured (1 DISABLED)

Node List:
  * Node n2: standby
  * Online: [ n1 ]
  * OFFLINE: [ n3 ]

Active Resources:
  * ip\t(ocf:heartbeat:IPaddr2):\t Started n1
  * Resource Group: web (1 member inactive):
    * fs\t(ocf:heartbeat:Filesystem):\t Started n1

Failed Resource Actions:
  * ip 10s-interval monitor on n1 returned 'Not running' (address gone) at <500> after 12ms
`);
  });

  it("shows inactive resources, attributes and fail counts when asked", () => {
    const text = show({ ...sections("attributes", "failcounts"), showsInactive: true });
    expect(text).toContain("Full List of Resources:\n");
    expect(text).toContain("    * www\t(lsb:httpd):\t Stopped (disabled)\n");
    expect(text).toContain(`Node Attributes:\n  * Node: n1:\n    * ${"pingd".padEnd(32)}\t: 1000      \n`);
    expect(text).toContain("Migration Summary:\n  * Node: n1:\n    * ip: migration-threshold=1000000 fail-count=2 last-failure='<500>'\n");
  });

  it("shows a bundle by its replicas", () => {
    const bundle = `<bundle id="c"><podman image="i" replicas="2"/><network ip-range-start="192.0.2.9"/>
      <primitive id="in" class="ocf" provider="heartbeat" type="apache"/></bundle></resources>`;
    expect(show({ showsInactive: true }, (text) => text.replace("</resources>", bundle))).toContain(`
  * Container bundle set: c [i]:
    * c-0 (192.0.2.9)\t(ocf:heartbeat:apache):\t Stopped
    * c-1 (192.0.2.10)\t(ocf:heartbeat:apache):\t Stopped
`);
  });

  it("groups resources by node", () => {
    expect(show({ isByNode: true })).toContain("  * Node n1: online:\n    * Resources:\n      * ip\t(ocf:heartbeat:IPaddr2):\t Started\n");
  });

  it("shows operations with their fail counts", () => {
    const text = show(sections("operations"));
    expect(text).toContain('      * (12) monitor: interval="10000ms"\n      * (13) start\n');
    expect(text).toContain("    * fs: migration-threshold=1000000:\n      * (15) start\n");
  });

  it("shows a partition without DC and quorum, and a node that must be fenced", () => {
    const edit = (text: string): string =>
      text
        .replace(' dc-uuid="1"', "")
        .replace('name="stonith-enabled" value="false"', 'name="stonith-enabled" value="true"')
        .replace('in_ccm="true" crmd="online" join="member"', 'in_ccm="false" crmd="offline" join="member"');
    const text = show(sections(...SUMMARY), edit);
    expect(text).toContain("  * Current DC: NONE\n");
    expect(text).toContain("  * Node n1: UNCLEAN (offline)\n");
    expect(text).toContain("  * ip\t(ocf:heartbeat:IPaddr2):\t Started n1 (UNCLEAN)\n");
  });
});

describe("the node that a resource is shown on", () => {
  const lost = (text: string): string =>
    text
      .replace('name="stonith-enabled" value="false"', 'name="stonith-enabled" value="true"')
      .replace('in_ccm="true" crmd="online" join="member"', 'in_ccm="false" crmd="offline" join="member"');

  it("is unclean also when the resource is only kept for it", () => {
    const edit = (text: string): string =>
      lost(text)
        .replace('<nvpair id="', '<nvpair id="lock" name="shutdown-lock" value="true"/><nvpair id="')
        .replace(
          /<lrm_resource id="ip"[^>]*>[\s\S]*?<\/lrm_resource>/,
          '<lrm_resource id="ip" type="IPaddr2" class="ocf" provider="heartbeat" shutdown-lock="900"/>',
        );
    expect(show({ showsInactive: true }, edit)).toContain("  * ip\t(ocf:heartbeat:IPaddr2):\t Stopped n1 (UNCLEAN, LOCKED)\n");
  });
});

describe("status in the old layout", () => {
  it("is what crm_mon of Heartbeat 2 printed", () => {
    const edit = (text: string): string => text.replace(/<lrm_rsc_op id="ip_last_failure_0"[^>]*>/, "");
    const status = readClusterStatus(sampleCib(edit), { nowEpochSeconds: 1000 });
    const view = { isByNode: false, showsInactive: false, nowEpochSeconds: 1000, dateText: (seconds: number) => `<${seconds}>` };
    expect(statusAsLegacyText(status, view)).toBe(`

============
Last updated: <1000>
Current DC: n1 (1)
3 Nodes configured.
2 Resources configured.
============

Node: n1 (1): online
Node: n2 (2): standby
Node: n3 (3): OFFLINE

ip\t(heartbeat::ocf:IPaddr2):\tStarted n1
Resource Group: web
    fs\t(heartbeat::ocf:Filesystem):\tStarted n1
    www\t(lsb:httpd):\tStopped
`);
  });
});

describe("spans of time", () => {
  it.each([
    [12, "12ms"],
    [10_000, "10s"],
    [20_001, "20.001s"],
    [90_000, "1m30s"],
    [3_600_000, "1h"],
  ])("%i ms is %s", (ms, text) => expect(spanText(ms)).toBe(text));
});
