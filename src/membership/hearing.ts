import { compareBytes } from "../base/names.ts";

/** What a live node says of its connections; itself left out of both. */
export interface Hearing {
  /** Whom it hears. */
  readonly hears: ReadonlySet<string>;
  /** Who was with it in the last view it was a member of; empty after a start. */
  readonly companions: ReadonlySet<string>;
}

/**
 * The group of nodes that `self` belongs to, so that every member hears every other. All nodes that know the same
 * hearing compute the same groups: the nodes that still hear most of their companions first, then the best connected,
 * then by name; each further node joins when it hears and is heard by all members so far; what is left over forms the
 * next groups. A chain A-B-C thus ends in {A,B} and {C}, and stays so until the links change; and a newcomer that so
 * far hears only some members never splits the ones that are together. Members come sorted by name.
 */
export function groupOf(self: string, nodes: ReadonlyMap<string, Hearing>): string[] {
  let left = [...nodes.keys()].sort(compareBytes);
  while (left.length > 0) {
    const group = nextGroup(left, nodes);
    if (group.includes(self)) return group;
    left = left.filter((name) => !group.includes(name));
  }
  return [self];
}

function nextGroup(names: readonly string[], nodes: ReadonlyMap<string, Hearing>): string[] {
  const hearEachOther = (a: string, b: string): boolean => isMutual("hears", a, b, nodes);
  const ordered = names.map((name) => {
    const heard = names.filter((other) => other !== name && hearEachOther(name, other));
    return { name, companions: heard.filter((other) => isMutual("companions", name, other, nodes)).length, heard: heard.length };
  });
  ordered.sort((a, b) => b.companions - a.companions || b.heard - a.heard || compareBytes(a.name, b.name));
  const group: string[] = [];
  for (const { name } of ordered) if (group.every((member) => hearEachOther(member, name))) group.push(name);
  return group.sort(compareBytes);
}

function isMutual(relation: keyof Hearing, a: string, b: string, nodes: ReadonlyMap<string, Hearing>): boolean {
  return Boolean(nodes.get(a)?.[relation].has(b) && nodes.get(b)?.[relation].has(a));
}
