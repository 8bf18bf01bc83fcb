import { expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { unpack } from "../unpack.ts";

/** How a clone of a primitive is read on two nodes. */
function settings(meta: Readonly<Record<string, string>>, agent = 'class="ocf" provider="pacemaker" type="Dummy"'): unknown {
  const pairs = Object.entries(meta).map(([name, value], at) => `<nvpair id="p${at}" name="${name}" value="${value}"/>`);
  const read = parseXml(`<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources><clone id="C"><meta_attributes id="m">${pairs.join("")}</meta_attributes>
    <primitive id="A" ${agent}/></clone></resources><constraints/></configuration><status/></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  const { clone } = unpack(read.value, 1_700_000_000).top[0] ?? {};
  return clone && [clone.max, clone.nodeMax, clone.isUnique];
}

it.each([
  [{}, [2, 1, false]],
  [{ "clone-max": "5", "clone-node-max": "3" }, [5, 3, true]],
  [{ "clone-node-max": "0" }, [2, 0, false]],
  [{ "clone-node-max": "2147483648" }, [2, 1, false]],
  [{ "clone-node-max": "2147483648", "globally-unique": "true" }, [2, 2147483648, true]],
  [{ "clone-max": "-3" }, [0, 1, false]],
  [{ "clone-max": "yes" }, [0, 1, false]],
  [{ "clone-max": "4x" }, [4, 1, false]],
])("%j means instances, instances on a node, whether they can be told apart: %j", (meta, expected) =>
  expect(settings(meta)).toEqual(expected),
);

it("has one instance on a node of what is to be told apart and cannot be", () =>
  expect(settings({ "clone-max": "4", "clone-node-max": "0", "globally-unique": "true" }, 'class="systemd" type="a"')).toEqual([
    2,
    1,
    false,
  ]));
