import { compareBytes } from "../base/names.ts";

/** Who says that it hears whom: for each live node the names it hears, itself left out. */
export type Hearing = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The group of nodes that `self` belongs to, so that every member hears every other. All nodes that know the same
 * hearing compute the same groups: the best connected node first (then by name), joined by each further node that
 * hears and is heard by all members so far; what is left over forms the next groups. A chain A-B-C thus ends in
 * {A,B} and {C}, and stays so until the links change. Members come sorted by name.
 */
export function groupOf(self: string, hearing: Hearing): string[] {
  let left = [...hearing.keys()].sort(compareBytes);
  while (left.length > 0) {
    const group = nextGroup(left, hearing);
    if (group.includes(self)) return group;
    left = left.filter((name) => !group.includes(name));
  }
  return [self];
}

function nextGroup(names: readonly string[], hearing: Hearing): string[] {
  const hearEachOther = (a: string, b: string): boolean => Boolean(hearing.get(a)?.has(b) && hearing.get(b)?.has(a));
  const degree = (name: string): number => names.filter((other) => other !== name && hearEachOther(name, other)).length;
  const ordered = names.map((name) => ({ name, degree: degree(name) })).sort((a, b) => b.degree - a.degree || compareBytes(a.name, b.name));
  const group: string[] = [];
  for (const { name } of ordered) if (group.every((member) => hearEachOther(member, name))) group.push(name);
  return group.sort(compareBytes);
}
