/** Text as a byte string (one character per byte of its UTF-8 form). */
export function toByteString(text: string): string {
  let out = "";
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/** The text a byte string stands for; bytes that are not UTF-8 become replacement characters. */
export function fromByteString(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}
