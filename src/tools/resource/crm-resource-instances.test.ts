import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmResource } from "./crm-resource.ts";

const DUMMY = 'class="ocf" provider="pacemaker" type="Dummy"';

interface Parts {
  readonly resources: string;
  /** The resources that were started on n1, and on n2. */
  readonly active?: readonly [readonly string[], readonly string[]];
  readonly schema?: string;
}

/** A cluster of two nodes without fencing in a file, and the tool on it. */
function onFile({ resources, active = [[], []], schema = "pacemaker-3.9" }: Parts) {
  const histories = (ids: readonly string[]): string =>
    ids
      .map(
        (id) => `<lrm_resource id="${id}" ${DUMMY}><lrm_rsc_op id="${id}_last_0" operation_key="${id}_start_0" operation="start"
          transition-key="1:1:0:u" call-id="1" rc-code="0" op-status="0" interval="0"/></lrm_resource>`,
      )
      .join("");
  const states = active.map((ids, at) => {
    const node = at + 1;
    return `<node_state id="${node}" uname="n${node}" in_ccm="true" crmd="online" join="member" expected="member">
      <lrm id="${node}"><lrm_resources>${histories(ids)}</lrm_resources></lrm></node_state>`;
  });
  const text = `<cib validate-with="${schema}" epoch="1" num_updates="1" admin_epoch="0" have-quorum="1"><configuration><crm_config>
    <cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources>${resources}</resources><constraints/></configuration>
    <status>${states.join("")}</status></cib>`;
  const files = new Map([["cib.xml", text]]);
  const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
  return { run, text: () => files.get("cib.xml") ?? "" };
}

const meta = (id: string, name: string, value: string): string =>
  `<meta_attributes id="${id}-m"><nvpair id="${id}-n" name="${name}" value="${value}"/></meta_attributes>`;
const clone = (more = ""): string => `<clone id="C">${more}<primitive id="A" ${DUMMY}/></clone>`;
const primitive = (more = ""): string => `<primitive id="A" ${DUMMY}>${more}</primitive>`;

describe("crm_resource and instances", () => {
  it("knows instances that can be told apart by their configured id only where that is meant", async () => {
    const { run } = onFile({ resources: clone(meta("C", "globally-unique", "true")) });
    const answers = await Promise.all([
      run("-W", "-r", "A"),
      run("-C", "-r", "A"),
      run("-U", "-r", "A"),
      run("-q", "-r", "A"),
      run("-g", "x", "-r", "A"),
    ]);
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([105, 105, 105, 0, 0]);
    expect(answers[4]?.stderr).toBe("Attribute 'x' not found for 'A:0'\n");
  });

  it("says that it takes the value that counts everywhere of what is in several places", async () => {
    const { run } = onFile({ resources: primitive(), active: [["A"], ["A"]] });
    expect((await run("-g", "x", "-r", "A")).stderr).toBe(
      "A is active on more than one node, returning the default value for x\nAttribute 'x' not found for 'A'\n",
    );
  });

  it("locates all instances by the name they share if their history has it, else the one that answers for it", async () => {
    const placesOf = async (first: string, second: string): Promise<string[]> =>
      (await onFile({ resources: clone(), active: [[first], [second]] }).run("-W", "-r", "A")).stdout.match(/n\d/g) ?? [];
    expect((await placesOf("A", "A")).sort()).toEqual(["n1", "n2"]);
    expect(await placesOf("A:0", "A:1")).toHaveLength(1);
  });

  it("shows an instance where it is, not where all of them are", async () => {
    const { run } = onFile({ resources: clone(), active: [["A"], ["A"]] });
    const nodes = (await run("-q", "-r", "A", "--output-as=xml")).stdout.match(/<node name="n\d"/g);
    expect(nodes).toHaveLength(1);
  });

  it("would clean up on nodes where the state is known, or where that is none on all", async () => {
    const places = async (active: readonly [string[], string[]]): Promise<string[]> =>
      ((await onFile({ resources: primitive(), active }).run("-C", "-r", "A")).stderr.match(/on n\d/g) ?? []).sort();
    expect(await places([["A"], []])).toEqual(["on n1"]);
    expect(await places([[], []])).toEqual(["on n1", "on n2"]);
  });

  it("tells after a clean-up what still keeps a resource from running", async () => {
    const { run } = onFile({ resources: primitive(meta("A", "target-role", "Stopped")) });
    expect((await run("-C", "-r", "A")).stdout).toBe("Configuration specifies 'A' should remain stopped\n");
  });

  it("tells of what is not managed as it was configured, under the name of the whole", async () => {
    const off = meta("A", "is-managed", "false");
    const { run } = onFile({ resources: `<group id="g">${primitive(off)}</group>${primitive().replace('"A"', '"B"')}` });
    const line = "Configuration prevents cluster from stopping or starting unmanaged 'g'";
    expect((await run("-Y", "-r", "A")).stdout.split("\n")[1]).toBe(line);
    expect((await run("-Y", "-r", "g")).stdout).toBe("Resource g is not running\n");
    const kept = onFile({ resources: primitive(meta("A", "maintenance", "true")) });
    expect((await kept.run("-Y", "-r", "A")).stdout).toBe("Resource A is not running\n");
  });
});

describe("crm_resource and moves", () => {
  it("moves nothing that is in several places unless any of its instances may move", async () => {
    const several = onFile({ resources: primitive(), active: [["A"], ["A"]] });
    const said = await several.run("-M", "-r", "A", "-N", "n1");
    expect([said.exitCode, said.stderr]).toEqual([109, "crm_resource: Error performing operation: Multiple items match request\n"]);
    const cloned = onFile({ resources: clone(), active: [["A"], ["A"]] });
    expect((await cloned.run("-M", "-r", "C", "-N", "n1")).exitCode).toBe(0);
  });

  it("bans the instance that answers for a name all of them share", async () => {
    const { run, text } = onFile({ resources: clone(), active: [["A"], ["A"]] });
    expect((await run("-B", "-r", "A")).exitCode).toBe(0);
    expect(text()).toContain('id="cli-ban-A-on-n1"');
  });

  it("counts the places of what can be promoted, and those where it is promoted", async () => {
    const { run } = onFile({ resources: clone(meta("C", "promotable", "true")) });
    expect((await run("-M", "-r", "C")).stderr).toContain("Resource 'C' not moved: active in 0 locations (promoted in 0).\n");
  });

  it("calls the promoted role as the schema of the document does", async () => {
    const roleBy = async (schema: string): Promise<string | undefined> => {
      const { run, text } = onFile({ resources: clone(meta("C", "promotable", "true")), schema });
      await run("-B", "-r", "C", "-N", "n1", "--promoted");
      return /rsc="C" role="(\w+)"/.exec(text())?.[1];
    };
    expect([await roleBy("pacemaker-3.0"), await roleBy("pacemaker-3.7")]).toEqual(["Master", "Promoted"]);
  });
});

it("refuses what would not fit the schema, and says why", async () => {
  const { run, text } = onFile({ resources: clone() });
  const before = text();
  const said = await run("-p", "room", "-v", "1", "-z", "-r", "C");
  expect(said.exitCode).toBe(78);
  const why = "Update does not conform to the configured schema";
  expect(said.stderr).toBe(`crm_resource: Error performing operation: Invalid configuration (${why})\n`);
  expect(text()).toBe(before);
});

it("says that there are no resources, which is an error", async () => {
  const { exitCode, stdout } = await onFile({ resources: "" }).run("-L");
  expect([exitCode, stdout]).toEqual([105, "Full List of Resources:\n  * No resources\n"]);
});

it("names the last operation that does not recur with digests", async () => {
  const { run, text } = onFile({ resources: primitive(), active: [["A"], []] });
  const probe = text().replace(/operation="start"/, 'op-digest="d" operation="monitor"');
  const files = new Map([["cib.xml", probe]]);
  const { stdout } = await runInMemory(crmResource, ["--digests", "-r", "A", "-N", "n1", "--output-as=xml"], {
    files,
    environment: { CIB_file: "cib.xml" },
  });
  expect(stdout).toContain('task="monitor"');
  expect((await run("--digests", "-r", "A", "-N", "n2", "--output-as=xml")).stdout).toContain('task="start"');
});

it("tells programs alone the parameters that digests are of: those that are given first, those for the fencer as private", async () => {
  const pairs = ["key_file", "multicast_address", "pcmk_host_list"].map((name) => `<nvpair id="${name}" name="${name}" value="1"/>`);
  const device = `<primitive id="A" class="stonith" type="fence_xvm"><instance_attributes id="i">${pairs.join("")}</instance_attributes></primitive>`;
  const { run } = onFile({ resources: device });
  const { stdout } = await run("--digests", "-r", "A", "-N", "n1", "--output-as=xml", "foo=2");
  const names = [...stdout.matchAll(/<parameters ([^/]*)\/>/g)].map(([, list = ""]) => list.replace(/="\d"/g, ""));
  expect(names).toEqual(["foo key_file multicast_address pcmk_host_list", "foo key_file multicast_address"]);
  expect((await run("--digests", "-r", "A", "-N", "n1")).stdout).toMatch(
    /^\w{32} \(all parameters\)\n\w{32} \(non-private parameters\)\n$/,
  );
});

it("skips the clean-up of what is in a bundle after that of its containers", async () => {
  const bundle = `<bundle id="b"><docker image="i" replicas="2"/><network ip-range-start="192.0.2.1" control-port="3121"/>${primitive()}</bundle>`;
  const { stderr } = await onFile({ resources: bundle }).run("-C", "-r", "b", "-N", "n1");
  const names = [...stderr.matchAll(/clean-up of (\S+) on/g)].map(([, name = ""]) => name.replace(/^b-.*/, "container"));
  expect(names.filter((name, at) => name !== "container" || names.slice(0, at).some((one) => one !== "container"))).toEqual(["A:0", "A:1"]);
});
