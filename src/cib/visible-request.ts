import { fail, ok, type Result } from "../base/result.ts";
import { EXIT } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";
import { ancestry } from "../xml/path.ts";
import { writeCompact } from "../xml/write.ts";
import type { Acl } from "./acl.ts";
import { perform, select } from "./perform.ts";
import { type CibError, type CibRequest, NOT_FOUND, TRANSACTION_DENIED } from "./request.ts";

/** What is left of a request when its author cannot see everything: "nothing" when it would change nothing of what is seen. */
export type VisibleRequest = CibRequest | "nothing";

/**
 * A change as it may be applied to the whole document. It is tried on what the user can see first, so that neither the
 * answer nor its exit code depends on anything hidden: a path, or an element to be deleted, that only a hidden element
 * fits is not found. Paths then name the elements seen, by position. A patch, or a whole document, names the version it
 * changes and is judged difference by difference alone.
 */
export function visibleRequest(cib: XmlElement, request: CibRequest, acl: Acl): Result<VisibleRequest, CibError> {
  const seen = acl.readableCopy(cib);
  if (!seen) return fail({ exitCode: EXIT.insufficientPrivileges, message: "Permission denied" });
  if (request.operation === "commit-transaction") return fail(TRANSACTION_DENIED);
  if (request.operation === "patch" || request.input?.name === "cib") return ok(request);
  if (request.operation === "bump" || request.operation === "erase" || request.operation === "upgrade") return ok(request);
  const tried = seen.clone();
  const result = perform(tried, request);
  if (!result.ok) return fail({ exitCode: result.error.exitCode, message: result.error.message });
  if (request.operation !== "replace" && writeCompact(result.value) === writeCompact(seen)) return ok("nothing");
  return request.xpath === undefined ? ok(request) : positionedRequest(cib, request, request.xpath, acl);
}

/** The request with its path replaced by the places of the elements it selects of what the user can see. */
function positionedRequest(cib: XmlElement, request: CibRequest, xpath: string, acl: Acl): Result<CibRequest, CibError> {
  const { copy, originals } = acl.readablePairs(cib);
  const hits = copy ? select(copy, xpath) : fail(NOT_FOUND);
  if (!hits.ok) return hits;
  const places = (request.isMultiple ? hits.value : hits.value.slice(0, 1)).flatMap((hit) => originals.get(hit) ?? []);
  return places.length === 0 ? fail(NOT_FOUND) : ok({ ...request, xpath: places.map((place) => positionOf(cib, place)).join("|") });
}

/** Path of an element by the position of each step among those of its name. */
function positionOf(root: XmlElement, target: XmlElement): string {
  const chain = ancestry(root, target) ?? [];
  return chain
    .map((node, depth) => {
      const siblings = chain[depth - 1]?.children.filter((child) => child.name === node.name) ?? [node];
      return `/${node.name}[${siblings.indexOf(node) + 1}]`;
    })
    .join("");
}
