import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { decodedText } from "./decoded-text.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const utf16be = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le").swap16();

describe("the text of a file", () => {
  it.each([
    ["UTF-8 where nothing is said", Buffer.from('<cib a="\u00e9\ufffd"/>'), '<cib a="\u00e9\ufffd"/>'],
    [
      "what its declaration says",
      latin1('<?xml version="1.0" encoding="ISO-8859-1"?><cib a="\u00e9"/>'),
      '<?xml version="1.0" encoding="ISO-8859-1"?><cib a="\u00e9"/>',
    ],
    ["UTF-16 by its byte order mark", Buffer.from('\ufeff<cib a="\u00e9"/>', "utf16le"), '<cib a="\u00e9"/>'],
    ["UTF-16 the other way round", utf16be('<cib a="\u00e9"/>'), '<cib a="\u00e9"/>'],
  ])("is %s", (_what, bytes, text) => {
    expect(decodedText(bytes)).toBe(text);
    expect(parseXml(text)).toMatchObject({ ok: true });
  });

  it.each([
    ["without a declaration", latin1('<cib a="\u00e9"/>')],
    ["with another one", latin1('<?xml version="1.0" encoding="utf-8"?><cib a="\u00e9"/>')],
    ["in an encoding that nobody knows", latin1('<?xml version="1.0" encoding="x-mine"?><cib a="\u00e9"/>')],
  ])("is refused as a document, not read with other names: %s", (_what, bytes) => {
    const read = parseXml(decodedText(bytes));
    expect(read).toMatchObject({ ok: false, error: { message: expect.stringContaining("bytes that are no UTF-8") } });
  });

  it("shows what stands for nothing in what is no document", () => {
    expect(decodedText(Buffer.from([0x61, 0xe9]))).toBe("a\ufffd");
  });
});
