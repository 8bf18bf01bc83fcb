import { fail, type Result } from "../../base/result.ts";
import { wireDigest } from "../../cib/digest.ts";
import { applyPatchset, makePatchset, patchsetChanges } from "../../cib/patchset.ts";
import { EXIT } from "../../model/exit-code.ts";
import { cdataElement, type XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import { parseDocument } from "../frame/parse-document.ts";
import { misshapen, readDocument } from "../frame/read-document.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";

const TOOL = "crm_diff";
const ORIGINAL = "Original XML";
const OPERATION = "Operation";
const ADDITIONAL = "Additional Options";
const VERSION_ATTRIBUTES = ["admin_epoch", "epoch", "num_updates"] as const;

const description: ToolDescription = {
  tool: TOOL,
  summary: "Compare two Pacemaker configurations (in XML format) to produce a custom diff-like output, or apply such an output as a patch",
  options: [
    { name: "original", short: "o", argument: "FILE", group: ORIGINAL, help: "XML is contained in the named file" },
    { name: "original-string", short: "O", argument: "STRING", group: ORIGINAL, help: "XML is the given text (goes before --original)" },
    { name: "new", short: "n", argument: "FILE", group: OPERATION, help: "Compare the original XML to the contents of the named file" },
    { name: "new-string", short: "N", argument: "STRING", group: OPERATION, help: "Compare the original XML with the given text" },
    { name: "patch", short: "p", argument: "FILE", group: OPERATION, help: "Patch the original XML with the contents of the named file" },
    { name: "cib", short: "c", group: ADDITIONAL, help: "Compare or patch the inputs as a CIB (includes version details)" },
    { name: "no-version", short: "u", group: ADDITIONAL, help: "Generate the difference without version details" },
    { name: "stdin", short: "s", group: ADDITIONAL, help: "Read the original and the new XML from the standard input", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const isCib = hasOption(parsed, "cib");
  const isVersionLeftOut = hasOption(parsed, "no-version");
  const isPatch = hasOption(parsed, "patch");
  if (isVersionLeftOut && isCib) return refusal(TOOL, EXIT.usage, "-u/--no-version incompatible with -c/--cib");
  const warnings = isVersionLeftOut && isPatch ? ["Warning: -u/--no-version ignored with -p/--patch"] : [];
  const answer = work(parsed, ports, { isCib, isVersionLeftOut, isPatch });
  return { ...answer, errors: [...warnings, ...(answer.errors ?? [])] };
}

interface Style {
  readonly isCib: boolean;
  readonly isVersionLeftOut: boolean;
  readonly isPatch: boolean;
}

function work(parsed: ParsedOptions, ports: ToolPorts, style: Style): Answer {
  const before = input(parsed, ports, optionValue(parsed, "original-string"), optionValue(parsed, "original"));
  if (before === undefined) return refusal(TOOL, EXIT.usage, "Either --original or --original-string must be specified");
  const file = parsed.given.findLast((option) => option.name === "new" || option.name === "patch")?.value;
  const after = input(parsed, ports, optionValue(parsed, "new-string"), file);
  if (after === undefined) return refusal(TOOL, EXIT.usage, "Either --new, --new-string, or --patch must be specified");
  const original = before();
  if (!original.ok) return refusal(TOOL, EXIT.dataError, `Failed to parse original XML (${original.error})`);
  const other = after();
  if (!other.ok) return refusal(TOOL, EXIT.dataError, `Failed to parse ${style.isPatch ? "patch" : "new"} XML (${other.error})`);
  return style.isPatch ? patched(original.value, other.value, style) : difference(original.value, other.value, style);
}

/** Reads a document that was given, or says what is wrong with it. */
type Given = () => Result<XmlElement, string>;

/** One input: given as such, or in a file. */
function input(parsed: ParsedOptions, ports: ToolPorts, text: string | undefined, file: string | undefined): Given | undefined {
  if (text !== undefined) {
    return () => {
      const document = parseDocument(ports, text);
      return document.ok ? document : fail(misshapen("input string", document.error));
    };
  }
  const from = hasOption(parsed, "stdin") ? "-" : file;
  if (from === undefined) return undefined;
  return () => {
    const read = readDocument(ports, from);
    return read.ok ? read : fail(read.error.text);
  };
}

function patched(before: XmlElement, patch: XmlElement, style: Style): Answer {
  const applied = applyPatchset(before, patch, { isVersionIgnored: !style.isCib });
  if (!applied.ok) return refusal(TOOL, EXIT.error, "Could not apply patch: Application of update diff failed");
  const text = writePretty(before);
  return { text, parts: [cdataElement("updated", text)] };
}

function difference(before: XmlElement, after: XmlElement, style: Style): Answer {
  if (style.isVersionLeftOut) for (const name of VERSION_ATTRIBUTES) after.set(name, before.get(name));
  const { isCib, isVersionLeftOut } = style;
  const patchset = makePatchset(before, after, {
    isOrderKept: !isCib,
    isVersionLeftOut,
    ...(isCib ? { digest: wireDigest(after) } : {}),
  });
  if (patchsetChanges(patchset).length === 0) return {};
  const text = writePretty(patchset);
  return { exitCode: EXIT.error, text, parts: [cdataElement("patchset", text)] };
}

/** `crm_diff`. Source: crm_diff(8) of Pacemaker 3.0.2. */
export const crmDiff: Tool = { description, run };
