import type { XmlElement } from "../xml/element.ts";

const LAST_MINOR = 10;

/** The schemas a document may name, oldest first. Source: Pacemaker 3.0.2. */
export const SCHEMAS: readonly string[] = [
  "pacemaker-1.0",
  "pacemaker-1.2",
  "pacemaker-1.3",
  ...numbered(2),
  ...numbered(3),
  "pacemaker-4.0",
];

/** What turns the check off. */
export const NO_SCHEMA = "none";

function numbered(major: number): string[] {
  return Array.from({ length: LAST_MINOR + 1 }, (_, minor) => `pacemaker-${major}.${minor}`);
}

/** Sections and the schema that brought them. */
const SECTION_SINCE: Readonly<Record<string, string>> = {
  "fencing-topology": "pacemaker-1.2",
  acls: "pacemaker-1.2",
  tags: "pacemaker-1.3",
  alerts: "pacemaker-2.5",
};

/** True for a schema that is known by name. */
export function isKnownSchema(name: string | undefined): boolean {
  return name === NO_SCHEMA || SCHEMAS.includes(name ?? "");
}

/**
 * True for a document that tools upgrade before they plan for it. The cluster plans for its own as it is: what older schemas
 * allowed counts in it as it would when it was upgraded.
 */
export function hasOlderSchema(cib: XmlElement): boolean {
  const name = cib.get("validate-with");
  return name !== NO_SCHEMA && name !== SCHEMAS.at(-1);
}

/** Sections of a configuration that a schema does not know yet. */
export function tooNewSections(cib: XmlElement, schema: string): XmlElement[] {
  const age = SCHEMAS.indexOf(schema);
  return (cib.child("configuration")?.children ?? []).filter((section) => {
    const since = Object.hasOwn(SECTION_SINCE, section.name) ? SECTION_SINCE[section.name] : undefined;
    return since !== undefined && age >= 0 && SCHEMAS.indexOf(since) > age;
  });
}
