/** An open medium: what is sent goes to all who listen on it. Bytes have one character each. */
export interface OpenLink {
  readonly name: string;
  /** Speed of a serial line; undefined for a network. */
  readonly bytesPerSecond: number | undefined;
  send(bytes: string): void;
  close(): void;
}

/** Called for each packet that arrives: the link's name and the bytes. */
export type PacketHandler = (link: string, bytes: string) => void;

/** Called with a sentence for people when something on a link goes wrong. */
export type TroubleHandler = (text: string) => void;

const QUIET_MS = 10_000;

/** Hands on each text at most once in ten seconds: a broken link fails with every packet. */
export function withoutRepeats(onTrouble: TroubleHandler): TroubleHandler {
  const last = new Map<string, number>();
  return (text) => {
    const now = performance.now();
    if (now - (last.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    if (last.size > 100) last.clear();
    last.set(text, now);
    onTrouble(text);
  };
}
