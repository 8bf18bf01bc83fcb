import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { md5Hex } from "../../src/base/md5.ts";
import { digestedText } from "../../src/scheduler/plan/digest.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { element, type XmlElement } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { GENERATED_NOW_EPOCH_SECONDS } from "../fuzz/generate.ts";
import { unsoundness } from "../fuzz/soundness.ts";

/** Schedules one of the small clusters that once showed a difference to Pacemaker. */
function scheduled(name: string): ReturnType<typeof schedule> {
  return schedule(readFixture(name), { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
}

function readFixture(name: string): XmlElement {
  const read = parseXml(readFileSync(join(import.meta.dirname, "..", "fixtures", "scheduler", `${name}.xml`), "utf8"));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

const keysOf = (result: ReturnType<typeof schedule>): string[] => result.graph.actions.map(({ key }) => key);

/** Keys of the actions that one has to wait for, and where they are. */
function inputsOf({ graph }: ReturnType<typeof schedule>, key: string): string[] {
  const inputs = graph.actions.filter((action) => action.key === key).flatMap((action) => action.inputs);
  return graph.actions.filter(({ id }) => inputs.includes(id)).map((action) => `${action.key} on ${action.node}`);
}

describe("what random clusters have shown", () => {
  it("unfences nodes where any resource asks for it", () => {
    expect(keysOf(scheduled("unfencing-asked-for-by-resource"))).toContain("stonith-node1-on");
  });

  it("tells a remote node that it is in maintenance", () => {
    const result = scheduled("remote-node-in-maintenance");
    expect(keysOf(result)).toContain("maintenance_nodes");
    const nodes = [...result.graphXml().walk()].filter((xml) => xml.get("node_in_maintenance") !== undefined);
    expect(nodes.map((xml) => [xml.id, xml.get("node_in_maintenance")])).toEqual([["r3-0", "1"]]);
  });

  it("gives up on a bundle that is to be with its own content", () => {
    expect(scheduled("bundle-with-own-content").summary).toHaveLength(1);
  });

  it("keeps the members of a group on one node where remote nodes were never seen", () => {
    expect(unsoundness(readFixture("remote-nodes-not-seen"), GENERATED_NOW_EPOCH_SECONDS)).toBeUndefined();
    const [, clone] = scheduled("remote-nodes-not-seen").cluster.top;
    expect(clone?.children.map((group) => group.homes.length)).toEqual([1, 1, 1]);
  });

  it("keeps a connection into a container on a guest from starting together with that to the guest", () => {
    expect(scheduled("bundle-on-unplaced-guest").summary).toContainEqual(
      expect.stringMatching(/^Start +base-bundle-1 .* due to colocation with fuzz-0-guest \(blocked\)$/),
    );
  });

  it("does not know members of a clone by names that the history does not have", () => {
    expect(scheduled("order-of-cloned-members").summary.filter((line) => line.includes("Stop"))).toEqual([]);
  });

  it("starts what is active on unexpected nodes only where it is to be", () => {
    const { actions } = scheduled("active-on-unexpected-nodes-only").graph;
    const ofIt = actions.filter(({ key }) => key.startsWith("a_")).map(({ kind, operation, node }) => `${kind} ${operation} on ${node}`);
    expect(ofIt.sort()).toEqual(["rsc_op monitor on n3", "rsc_op start on n3", "rsc_op stop on n1", "rsc_op stop on n2"]);
  });

  it("ranks instances for promotion by what they are to be with, not by what they bring themselves", () => {
    const { actions } = scheduled("promotable-with-plain-clone-by-site").graph;
    expect(actions.flatMap(({ operation, node }) => (operation === "promote" && node ? node : [])).sort()).toEqual(["node2", "node3"]);
  });

  it("leaves a history to the probe where another agent made it and the state is not known", () => {
    const result = scheduled("agent-changed-where-state-is-unknown");
    expect(keysOf(result)).toContain("fence_monitor_0");
    expect(keysOf(result)).not.toContain("fence_delete_0");
  });

  it("knows what recurs on a node that has another name by now", () => {
    expect(keysOf(scheduled("renamed-node"))).toEqual([]);
  });

  it("comes to an end where a container runs on the node that it makes", () => {
    expect(scheduled("container-within-itself").graph.actions).toEqual([]);
  });

  it("cancels what is not configured any more in a cloned group that has to stop", () => {
    const { actions } = scheduled("cancel-in-cloned-group").graph;
    expect(actions.map(({ operation }) => operation)).toEqual(expect.arrayContaining(["cancel", "stop"]));
  });

  it("watches nothing whose start is blocked, however far away the reason is", () => {
    const result = scheduled("monitor-of-blocked-start");
    expect(result.summary.join("\n")).toMatch(/Start +image-disk:0 .*blocked/);
    expect(keysOf(result)).not.toContain("image-disk:0_monitor_60000");
  });

  it.each([
    [true, ["A_start_0", "A_stop_0"]],
    [false, []],
  ])("takes a new secret for a change where secrets are real: %s", (isLive, keys) => {
    const digest = (parameters: [string, string][]): string => md5Hex(digestedText(new Map(parameters), undefined));
    const cib = readFixture("probe-asked-for");
    for (const xml of cib.walk()) {
      if (xml.name === "nvpair" && xml.get("name") === "probe_complete") xml.set("value", "true");
      if (xml.name !== "lrm_rsc_op" || xml.get("operation") !== "start") continue;
      xml.set("op-digest", digest([["passwd", "old"]]));
      xml.set("op-secure-digest", digest([])).set("op-secure-params", " passwd ");
    }
    const result = schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS, isLive });
    expect(
      result.graph.actions
        .filter(({ key }) => /^A_(stop|start)_0$/.test(key))
        .map(({ key }) => key)
        .sort(),
    ).toEqual(keys);
  });

  it("probes a node itself although an old controller's record says that it has yet to look", () => {
    const result = scheduled("probe-asked-for");
    const shown = result.graph.actions.filter(({ operation }) => /monitor|probe/.test(operation)).map(({ key, node }) => `${key} ${node}`);
    expect(shown.sort()).toEqual(["A_monitor_0 n2", "F_monitor_0 n1", "F_monitor_0 n2"]);
  });

  it("knows what each removed node of a bundle had as a resource of its own", () => {
    const result = scheduled("removed-bundle-nodes");
    const deleted = result.graph.actions.filter(({ operation }) => operation === "delete");
    const ofMembers = deleted.map(({ key, node }) => `${key} ${node}`).filter((line) => line.startsWith("r0-member"));
    expect(ofMembers).toEqual(["r0-member_delete_0 r0-0", "r0-member_delete_0 r0-0"]);
  });

  it("counts failures of a connection for what its launcher lives in", () => {
    const { scores } = scheduled("failed-connection-in-nested-launcher");
    expect(scores.find((line) => line.resource === "FAKE" && line.node === "dvossel-laptop2")?.score).toBe(-1000000);
  });

  it.each(["-INFINITY", "-5000"])("is not to be apart (%s) in a role from what has no place", (score) => {
    const cib = readFixture("promoted-apart-from-stopped-bundle");
    for (const xml of cib.walk()) if (xml.name === "rsc_colocation") xml.set("score", score);
    const { scores } = schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
    const active = scores.filter((line) => line.kind === "promotion" && line.resource === "bundle-a-rsc:2");
    expect(active.map((line) => line.score)).toEqual([-1]);
  });

  it("lets failures expire that block by a default only, and no others", () => {
    expect(keysOf(scheduled("block-by-default"))).toContain("rsc_pcmk-5_clear_failcount_0");
    const cib = readFixture("block-by-default");
    for (const op of cib.walk()) if (op.name === "op") op.set("on-fail", "block");
    const result = schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
    expect(keysOf(result)).not.toContain("rsc_pcmk-5_clear_failcount_0");
  });

  it("has one host for a connection into a container on a guest node and for the connection to that guest", () => {
    const lines = scheduled("container-on-guest").summary.join("\n");
    const hosts = ["r1-2", "made-3-guest"].map((id) => new RegExp(`Start +${id} +\\( (\\w+) \\)`).exec(lines)?.[1]);
    expect(hosts[0]).toBeDefined();
    expect(hosts[0]).toBe(hosts[1]);
  });

  it("does not fence the node of a container that is gone, whichever of both the history names first", () => {
    expect(keysOf(scheduled("removed-guest")).filter((key) => key.startsWith("stonith"))).toEqual([]);
  });

  it.each([
    ["stonith-action", "poweroff", "off", "pacemaker-3.9"],
    ["stonith-action", "poweroff", "reboot", "pacemaker-4.0"],
    ["fencing-action", "poweroff", "reboot", "pacemaker-3.9"],
    ["fencing-action", "off", "off", "pacemaker-4.0"],
    ["fencing-action", "burn", "reboot", "pacemaker-3.9"],
  ])("fences by %s=%s with %s in %s", (option, wanted, done, schema) => {
    const cib = readFixture("removed-guest").set("validate-with", schema);
    const options = element("cluster_property_set", { id: "options" }, [element("nvpair", { id: "o", name: option, value: wanted })]);
    cib.descend("configuration", "crm_config")?.children.push(options);
    cib.child("status")?.childrenNamed("node_state")[0]?.set("in_ccm", "false").set("crmd", "offline");
    cib.set("have-quorum", "1");
    expect(keysOf(schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS }))).toContain(`stonith-n1-${done}`);
  });

  it("looks nowhere else than where it may look exclusively, even where the wish itself does not count", () => {
    const cib = readFixture("removed-guest");
    const rule = element("rule", { id: "rule", score: "100", role: "Promoted" }, [
      element("expression", { id: "expression", attribute: "#uname", operation: "eq", value: "elsewhere" }),
    ]);
    const location = element("rsc_location", { id: "only", rsc: "fence", "resource-discovery": "exclusive" }, [rule]);
    cib.descend("configuration", "constraints")?.children.push(location);
    const touched = keysOf(schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS })).filter((key) => key.startsWith("fence_"));
    expect(touched).toEqual([]);
  });

  it("keeps interleaved clones apart from all instances of one another", () => {
    const placesOf = (result: ReturnType<typeof schedule>, id: string): string[] =>
      (result.cluster.resources.byId.get(id)?.children ?? []).flatMap((instance) => instance.assigned?.name ?? []).sort();
    const result = scheduled("interleaved-clones-apart");
    expect(placesOf(result, "A")).toEqual(["n1", "n2"]);
    expect(placesOf(result, "B")).toEqual(["n3", "n4"]);
  });

  it("does not call into a container whose host it fences for the loss of a ticket", () => {
    const result = scheduled("ticket-fences-bundle");
    expect(result.summary.filter((line) => line.includes("Fence")).map((line) => line.trim())).toEqual([
      "Fence (off) b-0 (resource: b-podman-0) 'guest is unclean'",
      "Fence (reboot) n2 'deadman ticket was lost'",
    ]);
    expect(result.graph.actions.filter(({ kind, node }) => kind === "rsc_op" && node === "b-0")).toEqual([]);
  });

  it("lets what runs inside a bundle ask for notifications", () => {
    expect(keysOf(scheduled("bundle-member-asks-for-notifications"))).toContain("p:0_post_notify_start_0");
  });

  it("takes a connection in a group for no way to a node", () => {
    const { summary, cluster } = scheduled("connection-in-group");
    expect(summary).toEqual([]);
    expect(cluster.nodes.map(({ name, connectionId }) => [name, connectionId])).toEqual([["galera-1", undefined]]);
  });

  it("does not know nodes by the histories of nodes that are gone", () => {
    const { summary, cluster } = scheduled("state-of-removed-node");
    expect(summary).toEqual([]);
    expect(cluster.nodes).toEqual([]);
  });

  it("knows the clone instance that a removed guest lived in", () => {
    expect(scheduled("removed-guest-of-clone").summary.filter((line) => line.includes("Fence"))).toEqual([]);
  });

  it("takes a container's node that is configured for an ordinary one, for what was read before it of its bundle", () => {
    expect(inputsOf(scheduled("bundle-node-configured"), "r3-ip-192.168.1.10_start_0")).toContain("r3-podman-0_monitor_0 on node2");
  });

  it("fences a lost node in maintenance on which a failed resource would have to stop", () => {
    expect(scheduled("failed-on-lost-node-in-maintenance").summary.join("\n")).toContain("Fence (reboot) remote1");
  });

  it("has a guest go down with the stop of its container on the node whose history was read last", () => {
    expect(inputsOf(scheduled("removed-container-on-two-nodes"), "stonith-app-0-off")).toEqual(["app-podman-0_stop_0 on node2"]);
  });

  it("lists the nodes of containers for connections into containers where resources are told where to run", () => {
    const lines = scheduled("bundles-in-opt-in-cluster").scores.filter((line) => line.resource === "r2-0" && line.kind === "primitive");
    expect(lines.map(({ node, score }) => [node, score])).toEqual(["r1-0", "r1-1", "r1-2", "r2-0"].map((node) => [node, -1_000_000]));
  });

  it("takes a colocation of what is in a clone with that clone for one like any other", () => {
    const shown = (name: string): string[] =>
      scheduled(name).scores.map(({ kind, resource, node, score }) => `${kind} ${resource} ${node} ${score}`);
    expect(shown("member-with-its-clone")).toEqual([
      "clone dummy-clone node1 101",
      "clone dummy:0 node1 101",
      "primitive dummy:0 node1 102",
    ]);
    // A set that keeps its members apart keeps one named so from itself.
    expect(shown("member-apart-from-its-clone")).toContain("clone M-clone 18node1 1000000");
  });

  it("has nodes fenced in the order in which the need for it showed", () => {
    const fencings = scheduled("fencing-found-while-planning").summary.filter((line) => line.startsWith("Fence"));
    expect(fencings.map((line) => line.split(" ")[2])).toEqual(["galera-2", "messaging-1", "controller-1"]);
  });

  it("lets a failure expire after a second where the timeout is shorter", () => {
    expect(scheduled("failure-timeout-below-a-second").summary.join("\n")).toMatch(/Start +r3-group-m0:0/);
  });

  it("shows those whose wishes come back in a circle what has been made of their scores so far", () => {
    const lines = scheduled("wishes-that-come-back").scores.filter(({ kind }) => kind === "primitive");
    expect(lines.map(({ resource, score }) => `${resource} ${score}`)).toEqual(["child_rsc2 0", "child_rsc1 0", "rsc3 1"]);
  });

  it("cancels nothing for an instance that has the name another instance's history has", () => {
    expect(keysOf(scheduled("histories-of-two-instances")).filter((key) => key.includes("30000"))).toEqual([]);
  });

  it("has the first colocation of a group count for all of them where its first member has one of its own", () => {
    const lines = scheduled("several-colocations-of-a-group").scores.filter(
      ({ kind, resource }) => kind === "primitive" && resource === "m0",
    );
    expect(lines.map(({ node, score }) => `${node} ${score}`)).toEqual(["node1 10", "node2 400"]);
  });

  it("places a bundle by where its containers are, whatever else of it is where", () => {
    expect(scheduled("bundle-wishes-by-its-containers").summary.join("\n")).toContain("due to required r0-podman-0 start");
  });

  it("blocks a group that has to be with its own blocked member, but not a guest for the sake of its group", () => {
    expect(keysOf(scheduled("group-with-its-own-member"))).not.toContain("g_start_0");
    expect(scheduled("guest-in-blocked-group").summary.join("\n")).toContain("due to unrunnable dummy3 start (blocked)");
  });

  it("cancels nothing of what stays only because nobody may move it", () => {
    expect(keysOf(scheduled("unplaced-in-maintenance")).filter((key) => key.includes("60000"))).toEqual([]);
  });

  it("tells a remote node of maintenance whether anything connects to it or not", () => {
    expect(keysOf(scheduled("remote-node-without-connection"))).toContain("maintenance_nodes");
  });

  it("takes an arrival without a status for one under way, and one without an exit code for a good one", () => {
    expect(scheduled("arrival-without-status").summary).toEqual([expect.stringMatching(/^Move +r \( node2 -> node1 \)/)]);
    expect(scheduled("arrival-without-exit-code").summary).toEqual([expect.stringMatching(/^Restart +r +\( node1 \)/)]);
  });

  it("takes a negative interval for none", () => {
    expect(scheduled("negative-interval").summary).toEqual([expect.stringMatching(/^Start +r /)]);
  });

  it("takes what is under way since nobody knows when for older than its failure", () => {
    const [r] = scheduled("pending-without-time").cluster.top;
    expect(r?.pendingTask).toBeUndefined();
  });

  it("lets failures that block not expire, in any instance of a clone", () => {
    expect(scheduled("blocked-failure-does-not-expire").summary).toContainEqual(expect.stringMatching(/^Start +primary +\( +node2 \)/));
  });

  it("reads times of operations without durations of ISO 8601, none longer than it can be, and origins by whole seconds", () => {
    const told = [...scheduled("times-of-operations").graphXml().walk()].flatMap((xml) => {
      const attributes = xml.name === "rsc_op" ? xml.child("attributes") : undefined;
      if (!attributes) return [];
      return [[xml.get("operation_key"), attributes.get("CRM_meta_timeout"), attributes.get("CRM_meta_start_delay")]];
    });
    expect(told.sort()).toEqual([
      ["r_monitor_0", "20000", undefined],
      ["r_monitor_400", "20000", "0"],
      ["r_monitor_500", "2147483647", "2147483647"],
      ["r_start_0", "20000", "0"],
    ]);
  });

  it("does not restart a guest for the failed connection of which the history alone tells", () => {
    expect(scheduled("failed-connection-of-removed-guest").summary).toEqual([expect.stringMatching(/^Stop +g /)]);
  });

  it("knows what is in a container although the history of its host speaks of it, too", () => {
    const { summary, cluster } = scheduled("bundle-member-known-on-its-host");
    expect(summary.filter((line) => line.includes("Stop"))).toEqual([expect.stringMatching(/^Stop +p:0 +\( +n1 \)/)]);
    const member = cluster.resources.byId.get("b")?.bundle?.replicas[0]?.child;
    expect(member?.activeOn.map(({ name }) => name)).toEqual(["b-0"]);
  });

  it("has no use for a resource that is its own template", () => {
    expect(scheduled("template-of-its-own-name").summary).toEqual([expect.stringMatching(/^Start +other /)]);
  });

  it("believes what is told last of a ticket", () => {
    expect(scheduled("ticket-told-twice").summary).toEqual([expect.stringMatching(/^Stop +r /)]);
    const cib = readFixture("ticket-told-twice");
    const [first, second] = cib.descend("status", "tickets")?.childrenNamed("ticket_state") ?? [];
    first?.set("granted", "false");
    second?.set("granted", "true");
    expect(schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS }).summary).toEqual([]);
    // What the later one does not say the earlier one still does.
    first?.set("standby", "true");
    expect(schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS }).summary).toEqual([expect.stringMatching(/^Stop +r /)]);
  });
});
