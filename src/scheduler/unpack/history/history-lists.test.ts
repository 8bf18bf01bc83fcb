import fc from "fast-check";
import { expect, it } from "vitest";
import type { XmlElement } from "../../../xml/element.ts";
import { parseXml } from "../../../xml/parse.ts";
import { HistoryLists } from "./history-lists.ts";
import { QUIET_PROBE } from "./quiet-probe.ts";

/** A history that is quiet, of a resource that runs, or written with references, so that it is not passed over. */
type Kind = "quiet" | "runs" | "coded";

function history(index: number, kind: Kind, type: string): string {
  const operation = kind === "runs" ? "start" : "monitor";
  const code = kind === "runs" ? "0" : "7";
  const text = kind === "coded" ? "&#55;" : code;
  return `<lrm_resource id="r${index}" type="${type}"><lrm_rsc_op id="r${index}_last_0" operation="${operation}" interval="0" op-status="0" rc-code="${text}" transition-key="1:1:${code}:u"/></lrm_resource>`;
}

/** Histories of a node: one for each resource, of an agent that goes by the resource, or by the node for the odd one. */
const node = fc.array(fc.tuple(fc.constantFrom<Kind>("quiet", "quiet", "quiet", "runs", "coded"), fc.nat(20)), {
  minLength: 44,
  maxLength: 50,
});

it("goes through all histories in their order, and finds those wanted, whether they were made before or not", () => {
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.boolean(), fc.nat(60), (nodes, made, isExpected, wanted) => {
      const states = nodes.map((own, at) => {
        const list = own.map(([kind, odd], index) => history(index, kind, odd === 0 ? `odd${at}` : `t${index % 7}`));
        return `<node_state id="n${at}"><lrm><lrm_resources>${list.join("")}</lrm_resources></lrm></node_state>`;
      });
      const read = parseXml(`<cib><status>${states.join("")}</status></cib>`, isExpected ? { frequent: QUIET_PROBE } : {});
      if (!read.ok) throw new Error(read.error.message);
      const elements = read.value.child("status")?.childrenNamed("node_state") ?? [];
      // Somebody has looked into one node's histories, and has changed one.
      const looked = elements[made]?.descend("lrm", "lrm_resources")?.children;
      looked?.at(-1)?.set("id", "changed");
      const lists = new HistoryLists(read.value);
      const expected = elements.map((state) => state.clone().descend("lrm", "lrm_resources")?.children ?? []);
      const wantedType = `t${wanted % 9}`;
      const isWanted = (holder: XmlElement): boolean => holder.get("type") === wantedType || holder.get("type") === "odd1";
      expect(lists.where(isWanted).map(({ state, holder }) => `${state.id} ${holder.id}`)).toEqual(
        expected.flatMap((list, at) => list.filter(isWanted).map((holder) => `n${at} ${holder.id}`)),
      );
      for (const [at, state] of elements.entries()) {
        const seen: string[] = [];
        // Takes quiet probes but for some.
        const takes = (tag: number): boolean => lists.example(tag)?.get("type") !== wantedType;
        const passOver = (firstTag: number, end: number): number => {
          for (let tag = firstTag; tag < end; tag += 1) {
            if (!takes(tag)) return tag;
            seen.push(`passed ${lists.example(tag)?.get("type")}`);
          }
          return end;
        };
        lists.each(state, passOver, (holder) => void seen.push(`${holder.id} ${holder.get("type")}`));
        expect(seen).toHaveLength(expected[at]?.length ?? 0);
        for (const [index, holder] of (expected[at] ?? []).entries()) {
          const isPassed = seen[index]?.startsWith("passed") === true;
          expect(seen[index]).toBe(isPassed ? `passed ${holder.get("type")}` : `${holder.id} ${holder.get("type")}`);
          if (isPassed) expect(holder.fits(QUIET_PROBE) && holder.get("type") !== wantedType).toBe(true);
        }
      }
    }),
    { seed: 41, numRuns: 150 },
  );
});
