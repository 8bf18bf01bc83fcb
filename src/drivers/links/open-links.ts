import type { LinkSetting } from "../../heartbeat/configuration/ha-cf.ts";
import { type OpenLink, type PacketHandler, type TroubleHandler, withoutRepeats } from "./link.ts";
import { openSerialLink } from "./serial-link.ts";
import { openUdpLinks } from "./udp-links.ts";

/** Opens all media of `ha.cf`. Rejects with a sentence naming the directive when one cannot be opened. */
export async function openLinks(settings: readonly LinkSetting[], onPacket: PacketHandler, onTrouble: TroubleHandler): Promise<OpenLink[]> {
  const complain = withoutRepeats(onTrouble);
  const links = await openUdpLinks(
    settings.filter((setting) => setting.kind !== "serial"),
    onPacket,
    complain,
  );
  for (const setting of settings) if (setting.kind === "serial") links.push(await openSerialLink(setting, onPacket, complain));
  return links;
}
