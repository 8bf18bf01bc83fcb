import { describe, expect, it } from "vitest";
import { parameterDigest } from "./parameter-digest.ts";

describe("parameter digest", () => {
  it("gives the digests Pacemaker records", () => {
    expect(parameterDigest({}, 0, 20_000)).toBe("f2317cad3d54cec5d7d7aa7d0bf35cf8");
    expect(parameterDigest({}, 10_000, 20_000)).toBe("4811cef7f7f94e3a35a70be7916cb2fd");
    expect(parameterDigest({ passwd: "secret", rl: "1", state: "a b" }, 0, 5000)).toBe("adb0e0c327cbd8008ffe4a87f5c3185f");
    expect(parameterDigest({ passwd: "secret", rl: "1", state: "a b" }, 5000, 5000)).toBe("f4e6f2283e7b96a1e86879ccd268affc");
    expect(parameterDigest({ pcmk_host_list: "n1 n2 n3" }, 0, 0)).toBe("44fe25b9e5845a5a8b9a47b738899ee9");
  });
});
