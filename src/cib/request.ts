import { EXIT } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";
import type { AclNote } from "./acl-check.ts";

/** A change (or query) of the CIB, as `cibadmin` sends it. Source: cibadmin(8), Pacemaker 3.0.2. */
export interface CibRequest {
  readonly operation: "query" | "create" | "modify" | "replace" | "delete" | "erase" | "bump" | "upgrade" | "patch" | "commit-transaction";
  /** Section name; the whole CIB when undefined. */
  readonly scope?: string | undefined;
  /** Selects elements instead of a section. */
  readonly xpath?: string | undefined;
  readonly input?: XmlElement | undefined;
  /** Modify adds what is missing. */
  readonly isCreateAllowed?: boolean;
  /** Delete removes every match of the path, not the first only. */
  readonly isMultiple?: boolean;
  /** `value++` and `value+=N` are sums. */
  readonly isScoreExpanded?: boolean;
  /** Replacing the whole document brings its status along: there is no cluster to have one of its own. */
  readonly isStatusReplaced?: boolean;
  /** Query leaves out children. */
  readonly isWithoutChildren?: boolean;
}

/** A refused request: exit code of the field, one line, and what a tool prints besides. */
export interface CibError {
  readonly exitCode: number;
  readonly message: string;
  readonly output?: XmlElement;
  /** What exactly is wrong, for people: element, attribute, reason. */
  readonly detail?: string;
  /** How the user's rights were looked at. */
  readonly notes?: readonly AclNote[];
}

/** Nothing is where the request points. */
export const NOT_FOUND: CibError = { exitCode: EXIT.noSuchObject, message: "No such device or address" };

/** Steps of a transaction see what earlier ones made, which no rule foresees. Source: Pacemaker 3.0.2. */
export const TRANSACTION_DENIED: CibError = {
  exitCode: EXIT.insufficientPrivileges,
  message: "Permission denied: transactions are not for users whom ACLs bind",
};
