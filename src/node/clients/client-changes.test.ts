import { describe, expect, it } from "vitest";
import { ROOT_USER } from "../../cib/acl.ts";
import { initialCib } from "../../cib/document.ts";
import type { CommitRight } from "../../membership/quorum.ts";
import { EXIT } from "../../model/exit-code.ts";
import { recordedContext } from "../../sim/recorded-context.ts";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact } from "../../xml/write.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import type { ClientCibRequest } from "../interface/client.ts";
import { ClientChanges } from "./client-changes.ts";

const option = (value: string): string =>
  `<cluster_property_set id="o"><nvpair id="o-1" name="an-option" value="${value}"/></cluster_property_set>`;

/** The desk of a DC; `commits` is what was given to all members. */
function desk(options: { hasQuorum?: boolean; members?: readonly string[] } = {}) {
  const { hasQuorum = true, members = ["n1"] } = options;
  let cib = initialCib();
  const commits: { token: string | undefined; isDurable: boolean }[] = [];
  const done = new Set<string>();
  const plans: string[] = [];
  const context = recordedContext({
    cib: () => cib,
    view: () => ({
      term: { round: 1, candidate: "n1" },
      members: members.map((node) => ({ node, incarnation: `${node}-1` })),
    }),
  });
  const changes = new ClientChanges(context, {
    views: {
      change: (next: XmlElement, isDurable: boolean, token?: string) => {
        cib = next;
        commits.push({ token, isDurable });
      },
      commitRight: () => ({ isAllowed: hasQuorum, reason: hasQuorum ? "majority" : "no majority of the configured nodes" }) as CommitRight,
      isDone: (key) => done.has(key),
    },
    facts: { completeConfiguration: () => {} },
    update: { flush: () => {} },
  });
  const coordinator = { planning: { requestSoon: (reason: string) => plans.push(reason) } } as unknown as Coordinator;
  const ask = (requestId: string, request: Partial<ClientCibRequest> = {}, key?: string): void => {
    const asked: ClientCibRequest = { operation: "modify", scope: "crm_config", isCreateAllowed: true, input: option("1"), ...request };
    const known = key === undefined ? {} : { key };
    changes.change(coordinator, { requestId, from: undefined }, { op: "cib", client: "test", request: asked, ...known }, ROOT_USER);
  };
  const exitCodes = () => [...context.replies].map(([requestId, { exitCode }]) => [requestId, exitCode]);
  const use = (text: string): void => {
    const parsed = parseXml(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    cib = parsed.value;
  };
  return { ask, changes, commits, context, done, exitCodes, plans, use };
}

describe("changes by clients", () => {
  it("are answered when every member has them, and planned for before", () => {
    const { ask, changes, commits, exitCodes, plans } = desk();
    ask("1");
    expect([commits.map(({ isDurable }) => isDurable), plans, exitCodes()]).toEqual([[true], ["configuration change by test"], []]);
    changes.committed(commits[0]?.token ?? "");
    changes.committed(commits[0]?.token ?? "");
    expect(exitCodes()).toEqual([["1", EXIT.ok]]);
  });

  it("are made once for each key, however often they are asked for", () => {
    const { ask, changes, commits, done, exitCodes } = desk();
    ask("1", {}, "key");
    ask("2", { operation: "create" }, "key");
    expect([commits.length, exitCodes()]).toEqual([1, []]);
    changes.committed(commits[0]?.token ?? "");
    done.add("key");
    ask("3", { operation: "create" }, "key");
    ask("4", { operation: "create" }, "another");
    expect([commits.length, exitCodes()]).toEqual([
      1,
      [
        ["1", EXIT.ok],
        ["2", EXIT.ok],
        ["3", EXIT.ok],
        ["4", EXIT.exists],
      ],
    ]);
  });

  it("are of uncertain fate when the view ends before, and may be asked for again", () => {
    const { ask, changes, commits, exitCodes, context } = desk();
    ask("1", {}, "key");
    changes.abandoned(commits[0]?.token ?? "");
    expect([exitCodes(), context.replies.get("1")?.message]).toEqual([
      [["1", EXIT.tempFail]],
      "The members changed while the change was being committed: check with cibadmin -Q whether it is there",
    ]);
    ask("2", { input: option("2") }, "key");
    expect(commits.length).toBe(2);
  });

  it("of the configuration are refused without the right to commit, those of the status are not", () => {
    const { ask, commits, exitCodes } = desk({ hasQuorum: false });
    ask("1");
    ask("2", { scope: "status", input: '<node_state id="9" uname="n9"/>' });
    expect([commits.map(({ isDurable }) => isDurable), exitCodes()]).toEqual([[false], [["1", EXIT.quorum]]]);
  });

  it("that change nothing, or cannot be read, are answered at once", () => {
    const { ask, changes, commits, exitCodes } = desk();
    ask("1");
    changes.committed(commits[0]?.token ?? "");
    ask("2");
    ask("3", { input: "<cluster_property_set" });
    expect([commits.length, exitCodes()]).toEqual([
      1,
      [
        ["1", EXIT.ok],
        ["2", EXIT.ok],
        ["3", EXIT.dataError],
      ],
    ]);
  });

  it("remove a node that is no member, and no other", () => {
    const { changes, commits, exitCodes, context, use } = desk({ members: ["n1", "n2"] });
    use(
      writeCompact(initialCib())
        .replace(/<nodes *\/>/, '<nodes><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>')
        .replace(/<status *\/>/, '<status><node_state id="3" uname="n3"/></status>'),
    );
    for (const node of ["n2", "n3"]) changes.removeNode({ requestId: node, from: "n2" }, node, ROOT_USER);
    changes.committed(commits[0]?.token ?? "");
    changes.removeNode({ requestId: "again", from: undefined }, "n3", ROOT_USER);
    expect(exitCodes()).toEqual([
      ["n2@n2", EXIT.unsafe],
      ["n3@n2", EXIT.ok],
      ["again", EXIT.ok],
    ]);
    expect(commits.length).toBe(1);
    expect([...context.cib().walk()].filter((node) => node.get("uname") === "n3")).toEqual([]);
  });
});
