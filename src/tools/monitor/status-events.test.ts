import { expect, it } from "vitest";
import type { FencingEvent } from "../../output/status/fencing-words.ts";
import { SAMPLE_CIB } from "../../output/status/sample-cib.ts";
import { readClusterStatus } from "../../output/status/status-model.ts";
import { parseXml } from "../../xml/parse.ts";
import { agentCall } from "./external-agent.ts";
import { eventsBetween, type Observation, observe, type StatusEvent } from "./status-events.ts";

const CIB = (value: string, operation: string): string =>
  `<cib validate-with="pacemaker-3.9" crm_feature_set="3.19.0" epoch="1" num_updates="1" admin_epoch="0" have-quorum="1" dc-uuid="1">
  <configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"/></nodes>
  <resources><primitive id="web" class="ocf" provider="kodou" type="Dummy"/></resources><constraints/></configuration>
  <status><node_state id="1" uname="n1" in_ccm="true" crmd="${value}" join="member" expected="member">
    <lrm id="1"><lrm_resources><lrm_resource id="web" class="ocf" provider="kodou" type="Dummy">${operation}</lrm_resource></lrm_resources></lrm>
  </node_state></status></cib>`;
const op = (name: string, call: number, rc: number): string =>
  `<lrm_rsc_op id="web_last_0" operation_key="web_${name}_0" operation="${name}" transition-key="1:1:${name === "monitor" ? 7 : 0}:u" transition-magic="0:${rc};1:1:0:u" call-id="${call}" rc-code="${rc}" op-status="0" interval="0" last-rc-change="${call}"/>`;

function seen(text: string, fencing: readonly FencingEvent[] = []): Observation {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return observe(readClusterStatus(parsed.value, { nowEpochSeconds: 1000 }), fencing);
}
const names = (events: readonly StatusEvent[]): string[] => events.map(({ event }) => event);

it("tells everything at first, then what changed", () => {
  const probed = seen(CIB("online", op("monitor", 1, 7)));
  expect(names(eventsBetween(undefined, probed))).toEqual(["cluster", "node", "resource"]);
  expect(eventsBetween(probed, probed)).toEqual([]);
  const started = seen(CIB("online", op("start", 2, 0)));
  expect(eventsBetween(probed, started)).toEqual([
    expect.objectContaining({ event: "resource", resource: "web", role: "Started", nodes: ["n1"] }),
    expect.objectContaining({ event: "operation", operation: "start", exitCode: 0, description: "OK" }),
  ]);
  const gone = seen(CIB("offline", ""));
  expect(eventsBetween(started, gone)).toContainEqual(expect.objectContaining({ event: "node", node: "n1", isOnline: false }));
});

it("tells that something is no longer there", () => {
  const before = seen(SAMPLE_CIB);
  const after = seen(CIB("online", ""));
  expect(eventsBetween(before, after).filter((event) => "isGone" in event && event.isGone).length).toBeGreaterThan(0);
});

it("tells of fencing, and of its end", () => {
  const made = (state: FencingEvent["state"]): FencingEvent => ({
    ...{ target: "n2", action: "reboot", client: "crm", origin: "n1", delegate: "n1", exitReason: undefined },
    state,
    completedAtEpochSeconds: state === "pending" ? undefined : 5,
  });
  const none = seen(CIB("online", ""));
  const pending = seen(CIB("online", ""), [made("pending")]);
  const over = seen(CIB("online", ""), [made("success")]);
  expect(eventsBetween(none, pending)).toMatchObject([{ event: "fencing", state: "pending" }]);
  expect(eventsBetween(pending, over)).toMatchObject([{ event: "fencing", state: "success" }]);
});

it("calls an external agent with Pacemaker's variables, but not for a probe that finds nothing", () => {
  const settings = { program: "/bin/agent", recipient: "me", watchesFencing: false };
  const none = seen(CIB("online", ""));
  const calls = (text: string) => eventsBetween(none, seen(text)).flatMap((event) => agentCall(event, settings) ?? []);
  expect(calls(CIB("online", op("monitor", 1, 7)))).toEqual([]);
  expect(calls(CIB("online", op("start", 2, 1)))).toEqual([
    {
      argv: ["/bin/agent"],
      timeoutMs: 60_000,
      environment: {
        CRM_notify_recipient: "me",
        CRM_notify_node: "n1",
        CRM_notify_rsc: "web",
        CRM_notify_task: "start",
        CRM_notify_desc: "Error occurred",
        CRM_notify_rc: "1",
        CRM_notify_target_rc: "0",
        CRM_notify_status: "0",
      },
    },
  ]);
  const fencing: StatusEvent = {
    event: "fencing",
    target: "n2",
    action: "off",
    state: "success",
    client: "c",
    origin: "n1",
    delegate: "n3",
  };
  expect(agentCall(fencing, settings)).toBeUndefined();
  expect(agentCall(fencing, { ...settings, watchesFencing: true })?.environment).toMatchObject({
    CRM_notify_desc: "Operation off of n2 by n3 for c@n1: OK",
  });
});
