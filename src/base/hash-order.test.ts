import { expect, it } from "vitest";
import { hashOrder } from "./hash-order.ts";

it("is the order in which crm_ticket 2.1.5 was seen to print", () => {
  expect(hashOrder(["ticketA", "ticketB", "ticketC"])).toEqual(["ticketA", "ticketC", "ticketB"]);
  expect(hashOrder(["status", "granted", "standby", "owner"])).toEqual(["granted", "standby", "status", "owner"]);
  expect(hashOrder(["a", "b", "c"])).toEqual(["b", "a", "c"]);
});

it("holds every name once, however many there are", () => {
  const names = Array.from({ length: 300 }, (_, at) => `n${at}`);
  expect(hashOrder([...names, ...names]).sort()).toEqual([...names].sort());
});
