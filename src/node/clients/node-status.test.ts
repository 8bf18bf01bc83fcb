import { expect, it } from "vitest";
import { recordedContext } from "../../sim/recorded-context.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { nodeStatus } from "./node-status.ts";

interface Stand {
  readonly isLeaving?: boolean;
  readonly isStarting?: boolean;
  readonly dc?: string;
  readonly isLeading?: boolean;
  readonly plans?: "idle" | "busy";
}

/** How n1 shows itself, which is or was a member with n2 and once heard of n9. */
function shown({ dc, isLeading = false, isLeaving = false, isStarting = false, plans }: Stand) {
  const members = ["n1", "n2"].map((node) => ({ node, incarnation: node }));
  const context = recordedContext({
    view: () => (dc === undefined ? undefined : { term: { round: 5, candidate: dc }, members }),
    coordinator: () => plans && ({ isIdle: plans === "idle", progress: () => undefined } as unknown as Coordinator),
  });
  return nodeStatus(context, {
    departure: { isLeaving },
    facts: { hasQuorum: () => true, idOf: (node) => (node === "n9" ? undefined : `id-${node}`) },
    peers: { names: ["n9", "n2"], statusOf: (node) => (node === "n9" ? "dead" : "active"), linksOf: () => [] },
    views: { commitRight: () => ({ isAllowed: false, reason: "no majority" }) as never, isCommunicationUp: !isStarting, isLeading },
  });
}

it.each([
  ["S_STARTING", { isStarting: true }],
  ["S_ELECTION", {}],
  ["S_NOT_DC", { dc: "n2" }],
  ["S_INTEGRATION", { dc: "n1", isLeading: true }],
  ["S_TRANSITION_ENGINE", { dc: "n1", isLeading: true, plans: "busy" }],
  ["S_IDLE", { dc: "n1", isLeading: true, plans: "idle" }],
  ["S_STOPPING", { dc: "n1", isLeading: true, plans: "idle", isLeaving: true }],
] as const)("says %s", (state, stand) => {
  expect(shown(stand).state).toBe(state);
});

it("lists all nodes that are configured or were heard of, this one among them", () => {
  const { dc, peers } = shown({ dc: "n2" });
  expect(dc).toBe("n2");
  expect(peers.map(({ node, nodeId, heartbeat, isMember }) => [node, nodeId, heartbeat, isMember])).toEqual([
    ["n1", "id-n1", "active", true],
    ["n2", "id-n2", "active", true],
    ["n3", "id-n3", "active", false],
    ["n9", "", "dead", false],
  ]);
});

it("has no quorum without a view, and says why nothing can be committed", () => {
  expect([shown({}).hasQuorum, shown({ dc: "n2" }).hasQuorum, shown({}).commit]).toEqual([false, true, "refused: no majority"]);
});
