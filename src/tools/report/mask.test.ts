import { describe, expect, it } from "vitest";
import { Mask, maskHaCf } from "./mask.ts";

describe("mask", () => {
  it.each([
    ['<nvpair id="a" name="passwd" value="x y"/>', '<nvpair id="a" name="passwd" value="****"/>'],
    ["<nvpair value='x>y' id='a' name='password'/>", "<nvpair value=\"****\" id='a' name='password'/>"],
    ['<attributes passwd="x" port="1" CRM_meta_timeout="20000"/>', '<attributes passwd="****" port="1" CRM_meta_timeout="20000"/>'],
    ["login user=root passwd=geheim, then", "login user=root passwd=****, then"],
    ['{"password": "geheim", "port": 1}', '{"password": "****", "port": 1}'],
    ["Password: geheim", "Password: ****"],
    ['<nvpair id="passwd" name="port" value="80"/>', '<nvpair id="passwd" name="port" value="80"/>'],
  ])("masks %s", (text, expected) => {
    expect(new Mask(["passw.*"]).apply(text)).toBe(expected);
  });

  it("takes patterns of the user besides", () => {
    expect(new Mask(["passw.*", "user|login"]).apply('<nvpair name="login" value="me"/> user=me')).toBe(
      '<nvpair name="login" value="****"/> user=****',
    );
  });

  it("masks a value it has learnt wherever it stands, escaped or not", () => {
    const mask = new Mask(["passw.*"]);
    mask.learn('<cib><nvpair name="passwd" value="a&amp;b&lt;c&gt;"/></cib>');
    expect(mask.apply('sh -c login a&b<c> and <x v="a&amp;b&lt;c&gt;"/>')).toBe('sh -c login **** and <x v="****"/>');
  });

  it("leaves short values alone elsewhere: they would be found in everything", () => {
    const mask = new Mask(["passw.*"]);
    mask.learn('<nvpair name="passwd" value="abc"/>');
    expect(mask.apply("abc")).toBe("abc");
  });

  it("masks the parameters of stonith_host lines", () => {
    expect(maskHaCf("node a\nstonith_host * ipmi 10.0.0.1 admin secret\n")).toBe("node a\nstonith_host * ipmi **** **** ****\n");
  });
});
