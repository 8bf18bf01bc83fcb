import { fail, ok, type Result } from "../base/result.ts";
import { EXIT } from "../model/exit-code.ts";
import { COMMENT, type XmlElement } from "../xml/element.ts";
import type { CibError, CibRequest } from "./request.ts";

/** What may stand in a transaction, by the names requests have there. */
const OPERATIONS: Readonly<Record<string, CibRequest["operation"]>> = {
  cib_create: "create",
  cib_modify: "modify",
  cib_replace: "replace",
  cib_delete: "delete",
  cib_erase: "erase",
  cib_bump: "bump",
  cib_upgrade: "upgrade",
  cib_apply_diff: "patch",
};

/** Bits of `cib_callopt`. */
const OPTIONS = { xpath: 1 << 1, multiple: 1 << 2, canCreate: 1 << 3, score: 1 << 14 };

/**
 * The requests of a `<cib_transaction>`, in their order: each is a `<cib_command>` with `cib_op`, perhaps `cib_section` (a
 * section, or an XPath when cib_callopt says so) and `<cib_calldata>` around its input. Source: CIB API of Pacemaker 3.0.2.
 */
export function readTransaction(input: XmlElement | undefined): Result<readonly CibRequest[], CibError> {
  if (!input) return wrong(EXIT.usage, "The supplied command requires input via --xml-file, --xml-text, or --xml-pipe");
  if (input.name !== "cib_transaction") return wrong(EXIT.dataError, `a transaction is a <cib_transaction>, not <${input.name}>`);
  const requests: CibRequest[] = [];
  for (const [at, command] of input.children.filter((child) => child.name !== COMMENT).entries()) {
    const where = `step ${at + 1} of the transaction`;
    if (command.name !== "cib_command") return wrong(EXIT.dataError, `${where}: <cib_command> is needed, not <${command.name}>`);
    const name = command.get("cib_op") ?? "";
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) return wrong(EXIT.unimplemented, `Operation not supported: ${where}: "${name}" cannot be part of one`);
    if (command.get("cib_host") !== undefined)
      return wrong(EXIT.unimplemented, `Operation not supported: ${where}: a request to a host cannot be part of one`);
    const written = command.get("cib_callopt") ?? "0";
    if (!/^\d{1,10}$/.test(written)) return wrong(EXIT.dataError, `${where}: cib_callopt="${written}" is no number`);
    const options = Number(written);
    const place = command.get("cib_section");
    const data = command.child("cib_calldata")?.children.filter((child) => child.name !== COMMENT) ?? [];
    if (data.length > 1) return wrong(EXIT.dataError, `${where}: <cib_calldata> holds more than one element`);
    requests.push({
      operation,
      ...(place === undefined ? {} : (options & OPTIONS.xpath) !== 0 ? { xpath: place } : { scope: place }),
      input: data[0],
      isMultiple: (options & OPTIONS.multiple) !== 0,
      isCreateAllowed: (options & OPTIONS.canCreate) !== 0,
      isScoreExpanded: (options & OPTIONS.score) !== 0,
    });
  }
  return ok(requests);
}

function wrong(exitCode: number, message: string): Result<never, CibError> {
  return fail({ exitCode, message });
}
