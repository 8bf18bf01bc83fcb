import { expect, it } from "vitest";
import { canFence, type SchedulerNode } from "./node.ts";

const CLUSTER = { options: { isFencingEnabled: true, hasQuorum: true }, hasFenceDevice: true, nodes: [] } as never;

const host = (isOnline: boolean): SchedulerNode => ({ isOnline }) as SchedulerNode;
/** A guest that is down, in what was active on these nodes. */
const guest = (activeOn: SchedulerNode[]): SchedulerNode => ({ isOnline: false, connection: { launcher: { activeOn } } }) as never;

it("fences a guest by its hosts, however deep, but not one that lives in itself", () => {
  const inner = guest([guest([host(false)]), host(true)]);
  expect(canFence(CLUSTER, inner)).toBe(true);
  const hosts: SchedulerNode[] = [];
  const circle = guest([guest(hosts)]);
  hosts.push(circle);
  expect(canFence(CLUSTER, circle)).toBe(false);
  const shared = guest([host(false)]);
  expect(canFence(CLUSTER, guest([guest([shared]), guest([shared])]))).toBe(true);
});
