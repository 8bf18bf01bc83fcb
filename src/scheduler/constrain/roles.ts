import type { Role } from "../cluster/role.ts";

const ROLES: Readonly<Record<string, Role>> = {
  stopped: "Stopped",
  started: "Started",
  unpromoted: "Unpromoted",
  slave: "Unpromoted",
  promoted: "Promoted",
  master: "Promoted",
};

/** The role of a name, old names included; undefined for anything else. */
export function readRole(text: string | undefined): Role | undefined {
  return text === undefined ? undefined : ROLES[text.toLowerCase()];
}

/** The role a colocation or ticket is limited to; Started is no limit, "invalid" is what cannot be read. */
export function limitingRole(text: string | undefined): Role | undefined | "invalid" {
  if (text === undefined) return undefined;
  const role = readRole(text);
  if (role === undefined) return "invalid";
  return role === "Started" ? undefined : role;
}
