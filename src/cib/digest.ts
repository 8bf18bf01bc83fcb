import { md5Hex } from "../base/md5.ts";
import type { XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";

const NOT_DIGESTED = new Set(["crm-debug-origin", "cib-last-written", "update-origin", "update-client", "update-user"]);

/**
 * Digest two nodes compare: MD5 of the document without white space between elements and without
 * the attributes that only tell who wrote it. Source: runtime behaviour of Pacemaker 3.0.2 (`cibadmin -6`).
 */
export function wireDigest(cib: XmlElement): string {
  return md5Hex(writeCompact(cib, (name) => NOT_DIGESTED.has(name)));
}

/** Digest of the file on disk (`cib.xml.sig`): space, unfiltered document, newline. Source: `cibadmin -5`. */
export function fileDigest(cib: XmlElement): string {
  return md5Hex(` ${writeCompact(cib)}\n`);
}
