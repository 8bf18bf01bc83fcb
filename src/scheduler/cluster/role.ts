/** What a resource does somewhere, from nothing to most. */
export type Role = "Stopped" | "Started" | "Unpromoted" | "Promoted";

const ROLE_RANK: Readonly<Record<Role, number>> = { Stopped: 1, Started: 2, Unpromoted: 3, Promoted: 4 };

/** Place of a role among the roles; a role that is not known comes before all. */
export function roleRank(role: Role | undefined): number {
  return role === undefined ? 0 : ROLE_RANK[role];
}
