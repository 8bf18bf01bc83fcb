import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packetSigner } from "../drivers/packet-signer.ts";
import { decodePacket, encodeClassic, encodeNetstring, type PacketField, verifyPacket } from "./packet.ts";
import { SerialReader } from "./serial-reader.ts";
import type { AuthKey, AuthKeys } from "./signature.ts";

interface Vector {
  readonly name: string;
  readonly wire: "classic" | "netstring";
  readonly authkeys: Readonly<Record<string, [AuthKey["method"], string]>>;
  readonly packet_base64: string;
  readonly fields: readonly { type: number; name: string; value: string | null; value_hex: string | null }[];
}

const vectors: Vector[] = JSON.parse(readFileSync(join(import.meta.dirname, "../../test/fixtures/heartbeat.vectors.json"), "utf8"));

function keysOf(vector: Vector, active: number): AuthKeys {
  return {
    active,
    keys: new Map(Object.entries(vector.authkeys).map(([number, [method, secret]]) => [Number(number), { method, secret }])),
  };
}

describe("packets of heartbeat 3.0.6", () => {
  it("has all sixty vectors", () => expect(vectors.length).toBe(60));

  it.each(vectors.map((vector) => [vector.name, vector] as const))("%s decodes, verifies and encodes back", (_name, vector) => {
    const bytes = Buffer.from(vector.packet_base64, "base64").toString("latin1");
    const decoded = decodePacket(bytes);
    if (!decoded.ok) throw new Error(decoded.error);
    const expected = vector.fields.map((f) => ({
      name: f.name,
      type: f.type,
      value: f.value_hex === null ? f.value : Buffer.from(f.value_hex, "hex").toString("latin1"),
    }));
    expect(decoded.value.fields).toEqual(expected);
    const signature = decoded.value.outerSignature ?? decoded.value.fields.find((f) => f.name === "auth")?.value ?? "";
    const keys = keysOf(vector, Number(signature.split(" ")[0]));
    expect(verifyPacket(decoded.value, keys, packetSigner)).toEqual({ ok: true, value: undefined });
    const again =
      decoded.value.form === "classic" ? encodeClassic(decoded.value.fields) : encodeNetstring(decoded.value.fields, keys, packetSigner);
    expect(again).toBe(bytes);
    // One flipped bit in the middle is noticed.
    const middle = bytes.length >> 1;
    const flipped = `${bytes.slice(0, middle)}${String.fromCharCode(bytes.charCodeAt(middle) ^ 1)}${bytes.slice(middle + 1)}`;
    const damaged = decodePacket(flipped);
    expect(damaged.ok && verifyPacket(damaged.value, keys, packetSigner).ok).toBe(false);
  });
});

describe("packet codec", () => {
  const keys: AuthKeys = { active: 1, keys: new Map([[1, { method: "sha256", secret: "s" }]]) };
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("latin1"));
  const field = fc.record({ name: fc.stringMatching(/^[a-z_]{1,12}$/), type: fc.constantFrom(0, 1), value: bytes });

  it("carries any bytes through the netstring form", () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 10 }), (fields: PacketField[]) => {
        const decoded = decodePacket(encodeNetstring(fields, keys, packetSigner));
        expect(decoded.ok && decoded.value.fields).toEqual(fields);
      }),
    );
  });

  it("never throws on garbage", () => {
    const start = fc.constantFrom(">>>\n", "###\n", "");
    fc.assert(
      fc.property(start, bytes, (head, tail) => {
        expect(decodePacket(head + tail)).toBeDefined();
      }),
    );
  });

  it("finds packets between noise on a serial line", () => {
    const packet = ">>>\nt=status\nauth=1 ab\n<<<\n";
    const reader = new SerialReader();
    const stream = `login: \r\n+++ATH${packet}x>>>\nhalf=1\n${packet}${packet}`;
    const found = [...stream].flatMap((c) => reader.push(c));
    expect(found).toEqual([packet, packet, packet]);
  });
});
