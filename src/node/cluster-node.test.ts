import { describe, expect, it } from "vitest";
import { cibVersion } from "../cib/version.ts";
import type { FencingRequest } from "../fencing/fencer.ts";
import { World } from "../sim/world.ts";
import { writeCompact } from "../xml/write.ts";
import { schedulerPlanner } from "./dc/scheduler-planner.ts";
import type { ClientReply, ClientRequest } from "./interface/client.ts";
import type { Planner } from "./interface/planner.ts";

const idlePlanner: Planner = () => ({
  graph: { actions: [], batchLimit: 0 },
  recheckAtEpochSeconds: undefined,
  severity: "input",
  summary: [],
});

const dcs = (world: World): string[] => [...world.machines.values()].filter((m) => m.node?.isDc).map((m) => m.name);
const members = (world: World, name: string): string =>
  world.machines
    .get(name)
    ?.node?.view?.members.map((m) => m.node)
    .join(" ") ?? "none";

function start(nodes: number, seed = 1, planner = idlePlanner): World {
  const world = new World({ seed, nodes, planner });
  for (const name of world.names) world.boot(name);
  expect(
    world.runUntil(
      () => world.names.every((name) => members(world, name) === [...world.names].sort().join(" ")) && dcs(world).length === 1,
      5000,
    ),
  ).toBe(true);
  return world;
}

function option(world: World, via: string, name: string): { exitCode: number | undefined } {
  const answer: { exitCode: number | undefined } = { exitCode: undefined };
  const input = `<cluster_property_set id="cib-bootstrap-options"><nvpair id="o-${name}" name="${name}" value="1"/></cluster_property_set>`;
  world.request(
    via,
    { op: "cib", client: "test", request: { operation: "modify", scope: "crm_config", input, isCreateAllowed: true } },
    (reply) => {
      answer.exitCode = reply.exitCode;
    },
  );
  return answer;
}

describe("cluster node", () => {
  it.each([1, 2, 3, 5, 16])("forms one view with one DC of %i nodes as soon as all were heard", (nodes) => {
    const world = start(nodes);
    expect(world.nowMs).toBeLessThan(nodes === 1 ? 4000 : 1500);
  });

  it("commits a change sent to any node on every disk", () => {
    const world = start(3);
    const [dc = ""] = dcs(world);
    const other = world.names.find((name) => name !== dc) ?? "";
    const answer = option(world, other, "x");
    expect(world.runUntil(() => answer.exitCode !== undefined, 2000)).toBe(true);
    expect(answer.exitCode).toBe(0);
    for (const machine of world.machines.values()) expect(writeCompact(machine.disk.cib)).toContain('name="x"');
  });

  it("elects a new DC when the old one dies and keeps every acknowledged change", () => {
    const world = start(3);
    const [dc = ""] = dcs(world);
    const answer = option(world, dc, "kept");
    world.runUntil(() => answer.exitCode === 0, 2000);
    world.powerOff(dc);
    expect(world.runUntil(() => dcs(world).length === 1 && dcs(world)[0] !== dc, 4000)).toBe(true);
    const [next = ""] = dcs(world);
    expect(writeCompact(world.machines.get(next)?.node?.cib ?? world.machines.get(next)?.disk.cib ?? fail())).toContain('name="kept"');
    const second = option(world, next, "more");
    expect(world.runUntil(() => second.exitCode === 0, 2000)).toBe(true);
    world.boot(dc);
    expect(world.runUntil(() => members(world, dc) === "n1 n2 n3", 5000)).toBe(true);
    const back = world.machines.get(dc)?.node;
    expect(back && writeCompact(back.cib)).toContain('name="more"');
  });

  it("refuses changes in the minority and keeps the majority's history after the merge", () => {
    const world = start(3);
    world.partition(["n3"]);
    expect(world.runUntil(() => members(world, "n3") === "n3" && members(world, "n1") === "n1 n2", 6000)).toBe(true);
    const lone = option(world, "n3", "lost");
    const good = option(world, "n1", "good");
    world.runUntil(() => lone.exitCode !== undefined && good.exitCode !== undefined, 3000);
    expect(lone.exitCode).toBe(106);
    expect(good.exitCode).toBe(0);
    world.heal();
    expect(world.runUntil(() => world.names.every((name) => members(world, name) === "n1 n2 n3"), 8000)).toBe(true);
    for (const machine of world.machines.values()) expect(machine.node && writeCompact(machine.node.cib)).toContain('name="good"');
    const versions = new Set([...world.machines.values()].map((m) => m.node && cibVersion(m.node.cib).epoch));
    expect(versions.size).toBe(1);
  });

  it("settles in one view when two nodes do not hear each other and a third hears both", () => {
    const world = start(3);
    world.network.setCut("n1", "n3", true);
    world.network.setCut("n3", "n1", true);
    world.run(world.nowMs + 10_000);
    const before = world.names.map((name) => members(world, name)).join(" | ");
    expect(before).toBe("n1 n2 | n1 n2 | n3");
    const terms = world.names.map((name) => world.machines.get(name)?.node?.view?.term.round).join(" ");
    world.run(world.nowMs + 60_000);
    expect(world.names.map((name) => world.machines.get(name)?.node?.view?.term.round).join(" ")).toBe(terms);
  });

  it("adds the members to a configuration that was replaced by one without nodes", () => {
    const world = start(3);
    const input = "<configuration><crm_config/><nodes/><resources/><constraints/></configuration>";
    let code: number | undefined;
    world.request("n2", { op: "cib", client: "test", request: { operation: "replace", scope: "configuration", input } }, (reply) => {
      code = reply.exitCode;
    });
    expect(world.runUntil(() => code === 0, 2000)).toBe(true);
    const text = writeCompact(world.machines.get("n2")?.node?.cib ?? fail());
    for (const wanted of ['uname="n1"', 'uname="n2"', 'uname="n3"', 'name="dc-version"']) expect(text).toContain(wanted);
  });

  it("makes a change once however often it is asked for, over a loss of the DC too", () => {
    const world = start(3);
    const [dc = ""] = dcs(world);
    const other = world.names.find((name) => name !== dc) ?? "";
    const codes: number[] = [];
    const ask = (name: string): void =>
      world.request(
        name,
        {
          op: "cib",
          client: "test",
          key: "the same",
          request: { operation: "create", scope: "crm_config", input: '<cluster_property_set id="once"/>' },
        },
        (reply) => codes.push(reply.exitCode),
      );
    ask(other);
    ask(other);
    ask(dc);
    expect(world.runUntil(() => codes.length === 3, 2000)).toBe(true);
    world.powerOff(dc);
    ask(other);
    expect(world.runUntil(() => dcs(world).length === 1 && dcs(world)[0] !== dc, 5000)).toBe(true);
    ask(other);
    expect(world.runUntil(() => codes.length === 5, 5000)).toBe(true);
    expect(codes).toEqual([0, 0, 0, 0, 0]);
  });

  it.each(["the DC", "a member"])("keeps its view when the messaging layer of %s is started again", (who) => {
    const world = start(3);
    const [dc = ""] = dcs(world);
    const victim = who === "the DC" ? dc : (world.names.find((name) => name !== dc) ?? "");
    const other = world.names.find((name) => name !== dc && name !== victim) ?? "";
    const before = world.machines.get(dc)?.node?.view?.term.round;
    const answer = option(world, other, "under-way");
    world.restartMessaging(victim);
    world.run(world.nowMs + 5000);
    const terms = world.names.map((name) => world.machines.get(name)?.node?.view?.term.round);
    expect(terms, world.trace.join("\n")).toEqual([before, before, before]);
    const second = option(world, victim, "afterwards");
    expect(world.runUntil(() => second.exitCode === 0, 1000)).toBe(true);
    const texts = world.names.map((name) => writeCompact(world.machines.get(name)?.node?.cib ?? fail()));
    for (const text of texts) expect(text).toBe(texts[0]);
    if (answer.exitCode === 0) expect(texts[0]).toContain("under-way");
  });

  it.each(["the DC", "a member"])("goes on without %s when its disk is full, and takes it back when there is room", (who) => {
    const world = start(3);
    const [dc = ""] = dcs(world);
    const victim = who === "the DC" ? dc : (world.names.find((name) => name !== dc) ?? "");
    const others = world.names.filter((name) => name !== victim);
    world.setDiskFull(victim, true);
    const [asked = ""] = others;
    const answers = [option(world, asked, "one")];
    expect(world.runUntil(() => members(world, asked) === others.join(" ") && dcs(world).length === 1, 6000)).toBe(true);
    answers.push(option(world, asked, "two"));
    expect(world.runUntil(() => answers[1]?.exitCode === 0, 2000)).toBe(true);
    const round = world.machines.get(asked)?.node?.view?.term.round;
    world.run(world.nowMs + 30_000);
    expect(world.machines.get(asked)?.node?.view?.term.round).toBe(round);
    world.setDiskFull(victim, false);
    expect(world.runUntil(() => world.names.every((name) => members(world, name) === "n1 n2 n3"), 8000)).toBe(true);
    expect(writeCompact(world.machines.get(victim)?.node?.cib ?? fail())).toContain('name="two"');
  });

  it("does not end between two views, but when the DC of the next one lets it go", () => {
    const world = start(3, 1, schedulerPlanner);
    const [dc = ""] = dcs(world);
    const member = world.names.find((name) => name !== dc) ?? "";
    let isAsked = false;
    world.observe((observation) => {
      if (isAsked || observation.kind !== "effect" || observation.node !== member || observation.effect.kind !== "persist-promise") return;
      isAsked = true;
      world.after(0, () => {
        expect(world.machines.get(member)?.node?.view).toBeUndefined();
        world.request(member, { op: "leave" }, () => {});
        expect(world.machines.get(member)?.node).toBeDefined();
      });
    });
    world.powerOff(world.names.find((name) => name !== dc && name !== member) ?? "");
    expect(world.runUntil(() => world.machines.get(member)?.node === undefined, 8000)).toBe(true);
    expect(isAsked).toBe(true);
  });

  it("lets a node leave cleanly", () => {
    const world = start(3);
    const planner = world.names.find((name) => !dcs(world).includes(name)) ?? "";
    world.request(planner, { op: "status" }, (reply) => expect(reply.exitCode).toBe(0));
    world.powerOff(planner);
    expect(world.runUntil(() => members(world, dcs(world)[0] ?? "") === world.names.filter((n) => n !== planner).join(" "), 5000)).toBe(
      true,
    );
  });

  it("keeps one history of fencing on all members, and deletes it on all", () => {
    const world = start(3);
    const ask = (via: string, request: ClientRequest): ClientReply => {
      let answer: ClientReply | undefined;
      world.request(via, request, (reply) => {
        answer = reply;
      });
      expect(world.runUntil(() => answer !== undefined, 5000)).toBe(true);
      return answer ?? fail();
    };
    const targetsOn = (via: string): string =>
      ((ask(via, { op: "fence-history" }).data ?? []) as readonly FencingRequest[]).map(({ target }) => target).join(" ");
    const untilAll = (nodes: readonly string[], wanted: (targets: string) => boolean): void => {
      let tries = 0;
      while (!nodes.every((name) => wanted(targetsOn(name)))) {
        tries += 1;
        expect(tries).toBeLessThan(100);
        world.runUntil(() => false, 50);
      }
    };
    const [lost = "", ...others] = world.names.filter((name) => name !== dcs(world)[0]);
    const here = [...others, dcs(world)[0] ?? ""];
    world.powerOff(lost);
    expect(world.runUntil(() => here.every((name) => members(world, name) === [...here].sort().join(" ")), 5000)).toBe(true);
    expect(ask(here[0] ?? "", { op: "fence-confirm", target: lost, client: "test" }).exitCode).toBe(0);
    untilAll(here, (targets) => targets.startsWith(lost));
    world.boot(lost);
    expect(world.runUntil(() => members(world, lost) === [...world.names].sort().join(" "), 5000)).toBe(true);
    untilAll([lost], (targets) => targets.startsWith(lost));
    expect(ask(lost, { op: "fence-history-cleanup", target: "another" }).exitCode).toBe(0);
    untilAll(world.names, (targets) => targets.startsWith(lost));
    expect(ask(lost, { op: "fence-history-cleanup", target: lost }).exitCode).toBe(0);
    untilAll(world.names, (targets) => targets === "");
  });

  it("makes all changes of a transaction on every disk, or none", () => {
    const world = start(3);
    const commit = (...ids: string[]): number => {
      const steps = ids.map(
        (id) =>
          `<cib_command cib_op="cib_create" cib_section="resources"><cib_calldata><primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/></cib_calldata></cib_command>`,
      );
      const input = `<cib_transaction>${steps.join("")}</cib_transaction>`;
      let exitCode: number | undefined;
      const request = { op: "cib", client: "test", request: { operation: "commit-transaction", input } } as const;
      world.request(world.names[2] ?? "", request, (reply) => {
        exitCode = reply.exitCode;
      });
      expect(world.runUntil(() => exitCode !== undefined, 2000)).toBe(true);
      return exitCode ?? -1;
    };
    expect(commit("a", "b")).toBe(0);
    expect(commit("c", "a")).toBe(108);
    for (const machine of world.machines.values()) {
      const ids = [...machine.disk.cib.walk()].flatMap((node) => (node.name === "primitive" ? [node.id] : []));
      expect(ids).toEqual(["a", "b"]);
    }
  });

  it("does not plan anew for an attribute that is set to what it is", () => {
    const world = start(2);
    const set = (value: string): void => {
      let isDone = false;
      world.request(world.names[1] ?? "", { op: "attribute-set", name: "pingd", value }, (reply) => {
        expect(reply.exitCode).toBe(0);
        isDone = true;
      });
      expect(world.runUntil(() => isDone, 2000)).toBe(true);
      world.runUntil(() => false, 500);
    };
    const plans = (): number => world.trace.filter((line) => line.includes("(attribute pingd of")).length;
    const updates = (): (string | undefined)[] => [...world.machines.values()].map(({ node }) => node?.cib.get("num_updates"));
    set("1000");
    expect(plans()).toBe(1);
    const before = updates();
    set("1000");
    expect(plans()).toBe(1);
    expect(updates()).toEqual(before);
    set("0");
    expect(plans()).toBe(2);
  });
});

function fail(): never {
  throw new Error("no such node");
}
