import type { XmlElement } from "../xml/element.ts";

/** Version of a CIB: the three counters of its root element, most significant first. */
export interface CibVersion {
  readonly adminEpoch: number;
  readonly epoch: number;
  readonly numUpdates: number;
}

function counter(cib: XmlElement, name: string): number {
  const value = Number.parseInt(cib.get(name) ?? "0", 10);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Version of a document; a missing or unreadable counter counts as 0. */
export function cibVersion(cib: XmlElement): CibVersion {
  return { adminEpoch: counter(cib, "admin_epoch"), epoch: counter(cib, "epoch"), numUpdates: counter(cib, "num_updates") };
}

/** Writes a version into the root element's attributes. */
export function setCibVersion(cib: XmlElement, version: CibVersion): void {
  cib.set("admin_epoch", String(version.adminEpoch));
  cib.set("epoch", String(version.epoch));
  cib.set("num_updates", String(version.numUpdates));
}

/** Negative when `a` is older than `b`, positive when newer. */
export function compareCibVersions(a: CibVersion, b: CibVersion): number {
  return a.adminEpoch - b.adminEpoch || a.epoch - b.epoch || a.numUpdates - b.numUpdates;
}

/** As people write it: `admin_epoch.epoch.num_updates`. */
export function formatCibVersion(version: CibVersion): string {
  return `${version.adminEpoch}.${version.epoch}.${version.numUpdates}`;
}
