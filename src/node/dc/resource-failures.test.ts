import { expect, it } from "vitest";
import { setTransientAttribute, transientAttributes } from "../../attributes/transient.ts";
import { recordedDcContext, recordedEntries } from "../../sim/recorded-dc-context.ts";
import { ResourceFailures } from "./resource-failures.ts";

const FAILED = '<lrm_rsc_op id="web_last_failure_0" rc-code="1" op-status="0"/><lrm_rsc_op id="web_last_0" rc-code="1" op-status="0"/>';
const WELL = '<lrm_rsc_op id="web_last_0" rc-code="0" op-status="0"/>';

function failures() {
  const context = recordedDcContext({ n1: WELL, n2: FAILED, n3: FAILED });
  const state = context.draft().changeableState("n2");
  for (const name of ["fail-count-web#start_0", "last-failure-web#start_0", "fail-count-db#start_0"])
    if (state) setTransientAttribute(state, name, "1");
  const told: string[] = [];
  const made = new ResourceFailures(context, (node, resource) => told.push(`${resource} on ${node}`));
  const counted = (): string[] => {
    const known = context.draft().nodeStateNamed("n2");
    return known ? [...transientAttributes(known).keys()] : [];
  };
  const ordered = (): string[] => context.executed.map(({ node, command }) => `${command.operation} ${command.resource.id} on ${node}`);
  return { context, counted, made, ordered, told };
}

it("forgets the failures of one resource on one node, there and in the status", () => {
  const { context, counted, made, told } = failures();
  made.clear("n2", "web");
  expect([counted(), told, recordedEntries(context, "n2")]).toEqual([["fail-count-db#start_0"], ["web on n2"], ["web_last_0 1 0"]]);
  made.clear("n9", "web");
  expect(told).toEqual(["web on n2"]);
});

it("cleans up where something has failed, on members only, and has them look again", () => {
  const { context, made, ordered } = failures();
  expect(made.cleanUp("web", undefined, false)).toEqual(["web on n2"]);
  expect([ordered(), context.plans]).toEqual([["delete web on n2"], ["clean-up"]]);
});

it("refreshes whether something has failed or not, but only what is asked for", () => {
  const { made, ordered } = failures();
  expect(made.cleanUp(undefined, "n1", true)).toEqual(["web on n1"]);
  expect(made.cleanUp("db", undefined, true)).toEqual([]);
  expect(ordered()).toEqual(["delete web on n1"]);
});

it("takes anybody's word for a failure of what a member has had", () => {
  const { made, ordered } = failures();
  expect([made.report("web", "n2"), made.report("db", "n2"), made.report("web", "n3"), made.report("web", "n9")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(ordered()).toEqual(["asyncmon web on n2"]);
});
