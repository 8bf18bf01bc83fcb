import { EXIT } from "../model/exit-code.ts";
import type { Planner } from "../node/interface/planner.ts";
import { AcknowledgedStays } from "./checkers/acknowledged-stays.ts";
import { atMostOne } from "./checkers/at-most-one.ts";
import { atMostOnePromoted } from "./checkers/at-most-one-promoted.ts";
import type { Checker, Violation } from "./checkers/checker.ts";
import { documentsStay } from "./checkers/documents-stay.ts";
import { fencedGetsNothing } from "./checkers/fenced-gets-nothing.ts";
import { noStorm } from "./checkers/no-storm.ts";
import { oneDcPerTerm } from "./checkers/one-dc-per-term.ts";
import { plansArePure } from "./checkers/plans-are-pure.ts";
import { configuredWorld } from "./configured-world.ts";
import type { World } from "./world.ts";

/** One simulated run. */
export interface SimulationOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly minutes: number;
  readonly planner: Planner;
  /** See WorldOptions. */
  readonly planElsewhereAbove?: number;
  /** Probability that whoever makes a plan elsewhere ends without one. */
  readonly plannerFailureRate?: number;
  /** Besides the other resources there is a promotable clone that wants notifications; by default in one seed of ten. */
  readonly hasPromotableClone?: boolean;
}

/** What came of it; with a violation the end of the trace tells how. */
export interface SimulationResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly trace: readonly string[];
  readonly faults: number;
  readonly acknowledgedChanges: number;
}

const RESOURCES = ["ip", "web", "db"];
const CLONE = "data";
const SETTLE_MS = 180_000;

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options"/></crm_config>
  <nodes/>
  <resources>
    <primitive id="fence" class="stonith" type="lab"/>
    <group id="service">
      <primitive id="ip" class="ocf" provider="kodou" type="Dummy"><operations><op id="ip-m" name="monitor" interval="5s" timeout="20s"/></operations></primitive>
      <primitive id="web" class="ocf" provider="kodou" type="Dummy"><operations><op id="web-m" name="monitor" interval="7s" timeout="20s"/></operations></primitive>
    </group>
    <primitive id="db" class="ocf" provider="kodou" type="Dummy"><operations><op id="db-m" name="monitor" interval="10s" timeout="20s"/></operations></primitive>
  </resources>
  <constraints><rsc_location id="db-likes-n2" rsc="db" node="n2" score="50"/></constraints>
  <rsc_defaults><meta_attributes id="defaults"><nvpair id="d1" name="migration-threshold" value="3"/><nvpair id="d2" name="failure-timeout" value="30s"/></meta_attributes></rsc_defaults>
</configuration>`;

const PROMOTABLE_CLONE = `<clone id="${CLONE}-clone">
  <meta_attributes id="data-meta"><nvpair id="data-m1" name="promotable" value="true"/><nvpair id="data-m2" name="notify" value="true"/></meta_attributes>
  <primitive id="${CLONE}" class="ocf" provider="kodou" type="Dummy"><operations>
    <op id="data-mu" name="monitor" interval="11s" timeout="20s"/><op id="data-mp" name="monitor" interval="9s" timeout="20s" role="Promoted"/>
  </operations></primitive>
</clone>`;
const ANYBODY_MAY_BE_PROMOTED = `<rsc_location id="promotion" rsc="${CLONE}-clone">
  <rule id="promotion-rule" role="Promoted" score="10"><expression id="promotion-1" attribute="#uname" operation="defined"/></rule>
</rsc_location>`;

/** The configuration of a run. */
function configuration(hasPromotableClone: boolean): string {
  if (!hasPromotableClone) return CONFIGURATION;
  return CONFIGURATION.replace("</resources>", `${PROMOTABLE_CLONE}</resources>`).replace(
    "</constraints>",
    `${ANYBODY_MAY_BE_PROMOTED}</constraints>`,
  );
}

/** Runs a cluster under faults drawn from the seed, then lets it come to rest. Stops at the first violation. */
export function simulate(options: SimulationOptions): SimulationResult {
  const hasPromotableClone = options.hasPromotableClone ?? options.seed % 10 === 0;
  const world = configuredWorld(options, configuration(hasPromotableClone));
  world.work.plannerFailureRate = options.plannerFailureRate ?? 0;
  const acknowledged = new AcknowledgedStays();
  const checkers: Checker[] = [
    atMostOne(new Set([CLONE])),
    atMostOnePromoted(),
    oneDcPerTerm(),
    fencedGetsNothing(),
    plansArePure(options.planner),
    noStorm(options.nodes),
    documentsStay(),
    acknowledged,
  ];
  let violation: Violation | undefined;
  world.observe((observation) => {
    for (const checker of checkers) violation ??= checker.observe(world, observation);
  });
  for (const name of world.names) world.boot(name);
  const faults = new FaultPlan(world);
  const clients = new Clients(world, acknowledged);
  const endMs = options.minutes * 60_000;
  while (world.nowMs < endMs && violation === undefined) {
    world.run(world.nowMs + 500);
    faults.step();
    clients.step();
    violation ??= clients.violation;
  }
  if (violation === undefined) {
    faults.end();
    world.runUntil(() => violation !== undefined || isAtRest(world, hasPromotableClone), SETTLE_MS);
    if (violation === undefined && !isAtRest(world, hasPromotableClone))
      violation = { invariant: "L1 comes to rest", text: `not all is well ${SETTLE_MS / 1000} s after the last fault: ${describe(world)}` };
  }
  return { seed: options.seed, violation, trace: world.trace, faults: faults.count, acknowledgedChanges: acknowledged.count };
}

function isAtRest(world: World, hasPromotableClone: boolean): boolean {
  const machines = [...world.machines.values()];
  const hasOneDc = machines.filter((machine) => machine.node?.isDc).length === 1;
  const allMembers = machines.every((machine) => machine.node?.view?.members.length === machines.length);
  const isCloneWell =
    !hasPromotableClone || (world.services.activeOn(CLONE).size === machines.length && world.services.promotedOn(CLONE).size === 1);
  return hasOneDc && allMembers && isCloneWell && RESOURCES.every((id) => world.services.activeOn(id).size === 1);
}

function describe(world: World): string {
  const nodes = [...world.machines.values()].map((m) => `${m.name}: ${m.node?.view?.members.map((x) => x.node).join("+") ?? "no view"}`);
  const services = RESOURCES.map((id) => `${id} on ${[...world.services.activeOn(id)].join("+") || "none"}`);
  const promoted = [...world.services.promotedOn(CLONE)].join("+");
  return [
    ...nodes,
    ...services,
    `${CLONE} on ${[...world.services.activeOn(CLONE)].join("+") || "none"}, promoted on ${promoted || "none"}`,
  ].join(", ");
}

/** Faults at random times, each ended after a random while. */
class FaultPlan {
  count = 0;
  readonly #world: World;
  #nextMs: number;

  constructor(world: World) {
    this.#world = world;
    this.#nextMs = 15_000;
  }

  step(): void {
    const { random, nowMs } = this.#world;
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + random.integer(4000, 25_000);
    this.count += 1;
    this.#strike();
  }

  end(): void {
    const world = this.#world;
    world.work.agentFailureRate = 0;
    world.work.fencingFailureRate = 0;
    world.heal();
    for (const name of world.names) world.resume(name);
    for (const name of world.names) world.setDiskFull(name, false);
    for (const name of world.names) world.after(500, () => world.boot(name));
    // A node fenced from now on still comes back by itself.
  }

  #strike(): void {
    const world = this.#world;
    const { random } = world;
    const victim = world.names[random.integer(0, world.names.length - 1)] ?? "";
    const lastingMs = random.integer(500, 20_000);
    switch (random.integer(0, 10)) {
      case 0:
      case 1:
        world.powerOff(victim);
        world.after(lastingMs, () => world.boot(victim));
        return;
      case 2:
        world.killDaemon(victim);
        world.after(random.integer(200, 8000), () => world.boot(victim));
        return;
      case 3:
        world.pause(victim);
        world.after(lastingMs, () => world.resume(victim));
        return;
      case 4: {
        const size = random.integer(1, Math.max(1, world.names.length - 1));
        world.partition(world.names.slice(0, size));
        world.after(lastingMs, () => world.heal());
        return;
      }
      case 8:
        world.restartMessaging(victim);
        return;
      case 9:
        world.setDiskFull(victim, true);
        world.after(lastingMs, () => world.setDiskFull(victim, false));
        return;
      case 5: {
        const other = world.names.find((name) => name !== victim) ?? victim;
        world.network.setCut(victim, other, true);
        world.log("*", `${victim} is not heard by ${other}`);
        world.after(lastingMs, () => world.heal());
        return;
      }
      case 6:
        world.network.loss = 0.05 + random.next() * 0.5;
        world.network.jitterMs = random.integer(5, 300);
        world.log("*", `loss ${world.network.loss.toFixed(2)}, delay up to ${world.network.jitterMs} ms`);
        world.after(lastingMs, () => world.heal());
        return;
      case 7:
        world.work.agentFailureRate = random.next() * 0.5;
        world.log("*", `agents fail (${world.work.agentFailureRate.toFixed(2)})`);
        world.after(lastingMs, () => {
          world.work.agentFailureRate = 0;
        });
        return;
      default:
        world.work.fencingFailureRate = random.next();
        world.log("*", `fencing fails (${world.work.fencingFailureRate.toFixed(2)})`);
        world.after(lastingMs, () => {
          world.work.fencingFailureRate = 0;
        });
    }
  }
}

/** How long an administrator's tool waits for an answer before it asks again, perhaps another node; ms. */
const ANSWER_MS = 3000;
const MOST_TRIES = 10;

/**
 * Administrators who add options through any node. Like the tools they ask again when the answer is that the members
 * changed, or none comes; the key says that it is the same request, and it must never count as a second one.
 */
class Clients {
  violation: Violation | undefined;
  readonly #world: World;
  readonly #acknowledged: AcknowledgedStays;
  #nextMs = 5000;
  #number = 0;

  constructor(world: World, acknowledged: AcknowledgedStays) {
    this.#world = world;
    this.#acknowledged = acknowledged;
  }

  step(): void {
    const { random, nowMs } = this.#world;
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + random.integer(1000, 6000);
    this.#number += 1;
    this.#ask(`x-option-${this.#number}`, 1);
  }

  #ask(option: string, attempt: number): void {
    const { random, names } = this.#world;
    const input = `<nvpair id="${option}" name="${option}" value="1"/>`;
    const xpath = "//cluster_property_set[@id='cib-bootstrap-options']";
    const request = { operation: "create" as const, xpath, input };
    const name = names[random.integer(0, names.length - 1)] ?? "";
    let isAnswered = false;
    const again = (): void => {
      if (isAnswered) return;
      isAnswered = true;
      if (attempt < MOST_TRIES) this.#world.after(200, () => this.#ask(option, attempt + 1));
    };
    this.#world.request(name, { op: "cib", client: "sim", request, key: option }, (reply) => {
      if (reply.exitCode === EXIT.tempFail || reply.exitCode === EXIT.noDc) again();
      else if (reply.exitCode === EXIT.exists)
        this.violation ??= { invariant: "a change is made once", text: `${option} was made twice: ${reply.message}` };
      if (reply.exitCode === EXIT.ok) this.#acknowledged.acknowledge(option);
      isAnswered = true;
    });
    this.#world.after(ANSWER_MS, again);
  }
}
