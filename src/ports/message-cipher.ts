/** Encrypts what kodou nodes say to each other. Byte strings have one character per byte. */
export interface MessageCipher {
  /** Seals bytes with a key made from `secret`; `context` has to be the same when they are opened. */
  seal(secret: string, bytes: string, context: string): string;
  /** The bytes that were sealed, undefined when secret, context or a single bit differ. */
  open(secret: string, sealed: string, context: string): string | undefined;
}
