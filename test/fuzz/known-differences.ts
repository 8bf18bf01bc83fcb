import type { XmlElement } from "../../src/xml/element.ts";

/** Something in which 3.0.2 differs from 2.1.5 on purpose. */
export interface KnownDifference {
  readonly name: string;
  /** True when the difference in this document, with these lines on one side only, is of this kind. */
  readonly explains: (cib: XmlElement, lines: readonly string[]) => boolean;
}

/** Deliberate changes of behaviour between the versions. Each is as narrow as can be told from outside. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];
