import { expect, it } from "vitest";
import { requestText } from "./xml-frame.ts";

it("quotes in the request what a shell would not read as one word", () => {
  const words = ["crm_rule", "", " ", "a b", "//rule[@id='x']", "it's", 'say "a b"', "'a b'", "a\\", "#a", "a#b", "a\\ b"];
  expect(requestText(words)).toBe(`crm_rule '' ' ' 'a b' //rule[@id='x'] 'it'\\''s' 'say "a b"' 'a b' 'a\\' '#a' a#b a\\ b`);
});
