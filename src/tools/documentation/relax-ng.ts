import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { attributeKind, type ResultModel, reachableElements } from "./result-model.ts";

/** The RELAX NG schema (XML syntax) of one tool's answers with `--output-as=xml`. */
export function relaxNg(model: ResultModel, tool: string): string {
  const keys = reachableElements(model, tool);
  const parts = (model.tools[tool] ?? []).map(reference);
  const frame = element("element", { name: "pacemaker-result" }, [
    element("attribute", { name: "api-version" }, [element("text")]),
    element("attribute", { name: "request" }, [element("text")]),
    ...(parts.length === 0 ? [] : [element("zeroOrMore", {}, [element("choice", {}, parts)])]),
    reference("status"),
  ]);
  const grammar = element(
    "grammar",
    { xmlns: "http://relaxng.org/ns/structure/1.0", datatypeLibrary: "http://www.w3.org/2001/XMLSchema-datatypes" },
    [element("start", {}, [frame]), ...keys.map((key) => definition(model, key))],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writePretty(grammar)}`;
}

function reference(key: string): XmlElement {
  return element("ref", { name: `element-${key}` });
}

function definition(model: ResultModel, key: string): XmlElement {
  const { name = key, attributes = {}, children = [], text = false, open = false } = model.elements[key] ?? {};
  const kinds = Object.entries(attributes).map(([attribute, kind]) => ({ attribute, ...attributeKind(kind) }));
  const content: XmlElement[] = kinds
    .filter(({ isRequired }) => isRequired)
    .map(({ attribute, type }) => element("attribute", { name: attribute }, [valuePattern(type)]));
  const optional = kinds.filter(({ isRequired }) => !isRequired);
  for (const type of open ? [] : (["text", "boolean", "integer"] as const)) {
    const names = optional.filter((kind) => kind.type === type).map(({ attribute }) => textElement("name", {}, attribute));
    // One pattern for all of a type: validators try every combination of patterns that may be missing.
    if (names.length > 0)
      content.push(element("zeroOrMore", {}, [element("attribute", {}, [element("choice", {}, names), valuePattern(type)])]));
  }
  if (open) content.push(otherAttributes(kinds.filter(({ isRequired }) => isRequired).map(({ attribute }) => attribute)));
  const inside = [...(text ? [element("text")] : []), ...children.map(reference)];
  if (inside.length > 0) content.push(element("zeroOrMore", {}, [element("choice", {}, inside)]));
  return element("define", { name: `element-${key}` }, [element("element", { name }, content.length > 0 ? content : [element("empty")])]);
}

function valuePattern(type: "text" | "boolean" | "integer"): XmlElement {
  return type === "text" ? element("text") : element("data", { type });
}

function otherAttributes(known: readonly string[]): XmlElement {
  const except =
    known.length === 0
      ? []
      : [
          element(
            "except",
            {},
            known.map((name) => textElement("name", {}, name)),
          ),
        ];
  return element("zeroOrMore", {}, [element("attribute", {}, [element("anyName", {}, except), element("text")])]);
}
