/** Text as a byte string (one character per byte of its UTF-8 form). */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  let out = "";
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/** The text a byte string stands for; bytes that are not UTF-8 become replacement characters. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

/** Most texts are: both forms are the same then. */
function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
