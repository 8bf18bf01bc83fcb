import { expect, it } from "vitest";
import { element, type XmlElement } from "../../xml/element.ts";
import { schedule } from "../schedule.ts";

const pair = (id: string, name: string, value: string): XmlElement => element("nvpair", { id, name, value });
const cpu = (id: string, amount: number): XmlElement => element("utilization", { id }, [pair(`${id}-cpu`, "cpu", String(amount))]);

/** Resources that have to be together and fit nowhere as a whole, on nodes that are all alike. */
function crowded(nodes: readonly string[]): XmlElement {
  const options = [pair("f", "fencing-enabled", "false"), pair("s", "placement-strategy", "utilization")];
  const resources = ["r0", "r1", "r2"].map((id) =>
    element("primitive", { id, class: "ocf", provider: "pacemaker", type: "Dummy" }, [cpu(`${id}-u`, 2)]),
  );
  const together = ["r1", "r2"].map((rsc) => element("rsc_colocation", { id: `c-${rsc}`, rsc, "with-rsc": "r0", score: "INFINITY" }));
  return element("cib", { "have-quorum": "1" }, [
    element("configuration", {}, [
      element("crm_config", {}, [element("cluster_property_set", { id: "o" }, options)]),
      element(
        "nodes",
        {},
        nodes.map((id) => element("node", { id, uname: id }, [cpu(`${id}-u`, 4)])),
      ),
      element("resources", {}, resources),
      element("constraints", {}, together),
    ]),
    element(
      "status",
      {},
      nodes.map((id) => element("node_state", { id, uname: id, in_ccm: "true", crmd: "online", join: "member", expected: "member" })),
    ),
  ]);
}

// What Pacemaker 2.1.5 does with the same input.
it.each([
  [["10.0.0.1", "10.0.0.2"], "10.0.0.2"],
  [["node1", "node2"], "node2"],
  [["node1", "node2", "node3", "node4", "node5"], "node2"],
  [["alpha", "beta", "gamma"], "alpha"],
])("of equal nodes %j takes the one that Pacemaker's tables begin with: %s", (nodes, chosen) => {
  const { summary } = schedule(crowded(nodes), { nowEpochSeconds: 1_700_000_000 });
  expect(summary.find((line) => line.includes(" r0 "))).toContain(`( ${chosen} )`);
});

it("tells the room of guests, but not of the insides of bundles' containers", () => {
  const cib = crowded(["n1"]);
  const dummy = { class: "ocf", provider: "pacemaker", type: "Dummy" };
  const guest = element("meta_attributes", { id: "m" }, [pair("m-r", "remote-node", "guest")]);
  cib.descend("configuration", "resources")?.children.push(element("primitive", { id: "vm", ...dummy }, [guest]));
  const inside = [
    element("podman", { image: "i" }),
    element("network", { "ip-range-start": "192.0.2.9" }),
    element("primitive", { id: "in", ...dummy }),
  ];
  cib.descend("configuration", "resources")?.children.push(element("bundle", { id: "b" }, inside));
  const { utilization } = schedule(cib, { nowEpochSeconds: 1 });
  expect(utilization.filter(({ comment }) => comment === "Original").map(({ node }) => node)).toEqual(["guest", "n1"]);
});
