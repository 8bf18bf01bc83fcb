import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { failure, type Problem } from "./problem.ts";

/** Tags, and what they refer to, without a name. Source: Pacemaker 3.0.2, reading of tags. */
export function tagProblems({ cib }: Unpacked): Problem[] {
  return (cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []).flatMap((tag): Problem[] => {
    if (tag.id === undefined) return [failure("unpack_tags", "Ignoring <tag> without id")];
    const nameless = tag.childrenNamed("obj_ref").filter(({ id }) => id === undefined);
    return nameless.map(() => failure("unpack_tags", `Ignoring <obj_ref> for tag '${tag.id}' without id`));
  });
}
