import { fieldValue, type PacketField, textField } from "../wire/packet.ts";

/** "I hold nothing, and that will not change by itself": what a heartbeat in haresources mode wants to know. */
export const HOLDS_NOTHING: readonly PacketField[] = [
  textField("t", "resource"),
  textField("rsc_hold", "none"),
  textField("rtype", "full"),
  textField("isstable", "1"),
];

/** Said before leaving. */
export const RELEASES_ALL: readonly PacketField[] = [
  textField("t", "resource"),
  textField("rsc_hold", "none"),
  textField("rtype", "full"),
  textField("isstable", "0"),
  textField("info", "shutdown"),
];

/**
 * What a node without haresources answers to a heartbeat in haresources mode, undefined for nothing: a good member that
 * holds nothing, in the negotiated protocol as well as in the legacy one. Facts: heartbeat 3.0.6.
 */
export function answerHaresources(from: string, type: string, fields: readonly PacketField[]): readonly PacketField[] | undefined {
  if (type === "starting") return HOLDS_NOTHING;
  if (type === "resource") {
    const isLeaving = fieldValue(fields, "info") === "shutdown";
    return fieldValue(fields, "isstable") === "0" && !isLeaving ? HOLDS_NOTHING : undefined;
  }
  if (type !== "ip-request") return undefined;
  const key = fieldValue(fields, "ipaddr");
  if (key === undefined) return undefined;
  return [
    textField("t", "ip-request-resp"),
    textField("dest", from),
    textField("ipaddr", key),
    textField("weown", "no"),
    textField("ok", "OK"),
  ];
}
