import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { briefItems, WHOLE_LIST } from "./resource-lists.ts";
import { sampleCib } from "./sample-cib.ts";
import { statusAsLegacyText } from "./status-legacy.ts";
import { readClusterStatus } from "./status-model.ts";
import { statusAsText } from "./status-text.ts";
import type { Section, StatusView } from "./status-view.ts";

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
  it("counts the members of a group that is asked for, by node", () => {
    const brief = (id: string): string => show({ isByNode: true, isBrief: true, onlyResources: new Set([id]) });
    expect(brief("web")).toContain("  * Node n1: online:\n    * Resources:\n      * 1\t(ocf:heartbeat:Filesystem):\tActive \n");
    expect(brief("www")).not.toContain("Filesystem");
  });

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

  it("shows a bundle as unique by its configuration, even where the network keeps its replicas apart", () => {
    const bundle = `<bundle id="c"><podman image="i" replicas-per-host="2"/><network control-port="3121"/>
      <primitive id="in" class="ocf" provider="heartbeat" type="apache"/></bundle></resources>`;
    expect(show({ showsInactive: true }, (text) => text.replace("</resources>", bundle))).toContain(
      "\n  * Container bundle: c [i] (unique):\n",
    );
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

  it("lists what is on a node in the order of its history, whatever number an instance has there", () => {
    const edit = (text: string): string =>
      text
        .replace(/<primitive id="ip"[\s\S]*?<\/primitive>/, '<clone id="ips">$&</clone>')
        .replace('<lrm_resource id="ip"', '<lrm_resource id="ip:1"')
        .replace(/(<lrm_resource id="ip:1"[\s\S]*?<\/lrm_resource>)\s*(<lrm_resource id="fs"[\s\S]*?<\/lrm_resource>)/, "$2$1");
    expect(show({ isByNode: true }, edit)).toMatch(/Node n1: online:\n {4}\* Resources:\n {6}\* fs.*\n {6}\* ip/);
  });

  it("counts nothing on a node that went down cleanly, unless it is left alone there", () => {
    const { resources, nodes } = readClusterStatus(sampleCib(), { nowEpochSeconds: 1000 });
    const ip = resources.slice(0, 1);
    const down = nodes.map((node) => ({ ...node, isOnline: false }));
    const lost = down.map((node) => ({ ...node, isUnclean: true }));
    const leftAlone = ip.map((one) => ({ ...one, isManaged: false }));
    const brief = (...[shown, known]: [typeof ip, typeof nodes]) => briefItems(shown, { nodes: known }, WHOLE_LIST);
    const counted = ["1/1\t(ocf:heartbeat:IPaddr2):\tActive n1"];
    expect([brief(ip, nodes), brief(ip, lost), brief(leftAlone, down)]).toEqual([counted, counted, counted]);
    expect(brief(ip, down)).toEqual(["0/1\t(ocf:heartbeat:IPaddr2):\tActive"]);
  });

  it("shows operations under way, and of two with one call the later result last", () => {
    const later =
      '<lrm_rsc_op id="fs_validate_10000" operation_key="fs_validate_10000" operation="validate" interval="10000" call-id="15" rc-code="0" op-status="0" transition-key="3:2:0:x" last-rc-change="900"/>';
    const text = show(sections("operations"), (cib) => cib.replace('<lrm_rsc_op id="fs_last_0"', `${later}$&`));
    expect(text).toMatch(/\(15\) start\n.*\(15\) validate: interval="10000ms"\n/);
    expect(show(sections("operations"), (cib) => cib.replace('call-id="15"', 'call-id="-1"'))).toContain("      * (-1) start\n");
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
        .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
        .replace('in_ccm="true" crmd="online" join="member"', 'in_ccm="false" crmd="offline" join="member"');
    const text = show(sections(...SUMMARY), edit);
    expect(text).toContain("  * Current DC: NONE\n");
    expect(text).toContain("  * Node n1: UNCLEAN (offline)\n");
    expect(text).toContain("  * ip\t(ocf:heartbeat:IPaddr2):\t Started n1 (UNCLEAN)\n");
  });

  it("names an agent without a type by its class, and the place of the type", () => {
    expect(show({ showsInactive: true }, (cib) => cib.replace('class="lsb" type="httpd"', 'class="lsb" type=""'))).toContain(
      "    * www\t(lsb:):\t Stopped (disabled)\n",
    );
  });

  it("shows a node that must be fenced as online, even if it waits to join", () => {
    const edit = (text: string): string =>
      text
        .replace('have-quorum="1"', 'have-quorum="0" no-quorum-panic="1"')
        .replace(
          'name="fencing-enabled" value="false"/>',
          'name="fencing-enabled" value="true"/><nvpair id="q" name="no-quorum-policy" value="fence"/>',
        )
        .replace('join="member"', 'join="pending"');
    expect(show(sections(...SUMMARY), edit)).toContain("  * Node n1: UNCLEAN (online)\n");
  });
});

describe("what crm_mon shows where there is little to show", () => {
  it("titles fail counts and operations of nodes that are up", () => {
    const forgetful = (text: string): string => text.replace(/<nvpair id="s[12]"[^>]*>/g, "");
    expect(show(sections("failcounts"), forgetful)).toContain("\n\nMigration Summary:\n");
    expect(show({ ...sections("operations"), onlyResources: new Set(["nothing"]) })).toContain("\n\nOperations:\n");
    const down = (text: string): string => text.replaceAll('join="member"', 'join="down"').replaceAll('crmd="online"', 'crmd="offline"');
    expect(show(sections("failcounts"), down)).not.toContain("Migration Summary");
  });

  it("titles the nodes also when none of them has anything to run", () => {
    const edit = (text: string): string => text.replace(/<lrm_resources>[\s\S]*<\/lrm_resources>/, "<lrm_resources/>");
    expect(show({ isByNode: true, isBrief: true }, edit)).toMatch(/^Node List:\n/);
  });

  it("shows times of operations as far as they were recorded", () => {
    const text = show({ ...sections("operations"), showsTimes: true }, (cib) => cib.replace(' exec-time="33" queue-time="1"', ""));
    expect(text).toContain('      * (13) start: last-rc-change="<501>" rc=0 (OK)\n');
    expect(text).toContain('      * (15) start: last-rc-change="<501>" exec-time="33ms" queue-time="1ms" rc=0 (OK)\n');
  });

  it("shows a clone that is asked for by its instances, and names their history as people do", () => {
    const edit = (text: string): string =>
      text
        .replace(/(<primitive id="ip"[\s\S]*?<\/primitive>)/, '<clone id="ips">$1</clone>')
        .replace('<lrm_resource id="ip"', '<lrm_resource id="ip:0"');
    expect(show({ isByNode: true, onlyResources: new Set(["ips"]) }, edit)).toContain("      * ip\t(ocf:heartbeat:IPaddr2):\t Started\n");
    expect(show(sections("operations"), edit)).toContain("    * ip: migration-threshold=1000000 fail-count=2");
  });

  it("counts what was removed from the configuration as long as it runs", () => {
    const edit = (text: string): string => text.replace(/<primitive id="ip"[\s\S]*?<\/primitive>/, "");
    expect(show(sections(...SUMMARY), edit)).toContain("  * 3 resource instances configured (1 DISABLED)\n");
    expect(show(sections("operations"), edit)).toContain("    * ip: migration-threshold=1000000");
  });
});

it("lists bans by their rules, the last of the document first", () => {
  const constraints = `<constraints>
    <rsc_location id="l1" rsc="ip" node="n1" score="-5"/>
    <rsc_location id="l2" rsc-pattern="." node="n3" score="-INFINITY"/>
    <rsc_location id="l3" rsc="web"><rule id="r1" score="-1"><expression id="e1" attribute="#uname" operation="ne" value="n1"/></rule>
      <rule id="r2" score-attribute="pingd"><expression id="e2" attribute="#uname" operation="eq" value="n2"/></rule></rsc_location>
  </constraints>`;
  const text = show({ sections: new Set<Section>(["bans"]) }, (cib) => cib.replace("<constraints/>", constraints));
  expect(text).toBe(`Negative Location Constraints:
  * r1\tprevents web from running on n3
  * r1\tprevents web from running on n2
  * l2\tprevents web from running on n3
  * l2\tprevents ip from running on n3
  * l1\tprevents ip from running on n1
`);
});

describe("the node that a resource is shown on", () => {
  const lost = (text: string): string =>
    text
      .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
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

it.each([
  ["locked-container", "b-podman-0 (192.168.1.10)\t(ocf:heartbeat:podman):\t Stopped node2 (LOCKED)"],
  ["container-on-its-way", "bundle-a-0\t(ocf:pacemaker:Stateful):\t Stopped node2"],
  ["failed-probe-in-cloned-group", "Stopped: [ dom0-02 ]"],
  ["standby-twice", "Node hex-7: standby (on-fail)"],
  ["standby-without-connection", "RemoteOFFLINE: [ far ]"],
  ["guest-without-name", "Stopped: [ n1 ]"],
])("shows what random clusters have shown: %s", (name, line) => {
  const read = parseXml(readFileSync(`test/fixtures/scheduler/${name}.xml`, "utf8"));
  if (!read.ok) throw new Error(read.error.message);
  const text = statusAsText(readClusterStatus(read.value, { nowEpochSeconds: 1_795_000_000 }), { ...VIEW, showsInactive: true });
  expect(text).toContain(`* ${line}\n`);
});
