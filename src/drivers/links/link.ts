/** An open medium: what is sent goes to all who listen on it. Bytes have one character each. */
export interface OpenLink {
  readonly name: string;
  send(bytes: string): void;
  close(): void;
}

/** Called for each packet that arrives: the link's name and the bytes. */
export type PacketHandler = (link: string, bytes: string) => void;

/** Called with a sentence for people when something on a link goes wrong. */
export type TroubleHandler = (text: string) => void;
