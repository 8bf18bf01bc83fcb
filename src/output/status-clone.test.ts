import { expect, it } from "vitest";
import { sampleCib } from "./sample-cib.ts";
import { cloneLines } from "./status-clone.ts";
import { findStatusResource, readClusterStatus } from "./status-model.ts";

it("shows a clone's calm instances as lists of nodes and failed ones singly", () => {
  const status = readClusterStatus(sampleCib(), { nowEpochSeconds: 1000 });
  const ip = findStatusResource(status, "ip");
  if (!ip) throw new Error("the sample has no ip");
  const members = [
    { ...ip, id: "ip:0", role: "Promoted" as const },
    { ...ip, id: "ip:1", nodes: ["n2"], role: "Unpromoted" as const, isFailed: true },
  ];
  const clone = { ...ip, id: "c", kind: "clone" as const, isPromotable: true, nodes: ["n1", "n2"], members };
  expect(cloneLines(clone, status.nodes, true, "  ")).toEqual([
    "  * Clone Set: c [ip] (promotable):",
    "    * ip\t(ocf:heartbeat:IPaddr2):\t FAILED n2",
    "    * Promoted: [ n1 ]",
    "    * Stopped: [ n3 ]",
  ]);
});
