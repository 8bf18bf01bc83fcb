const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/**
 * Heartbeat's checksum: CRC-32 with polynomial 0x04C11DB7, most significant bit first, start 0, complemented at the
 * end, printed in hex without leading zeros. `bytes` has one character per byte.
 */
export function heartbeatCrc(bytes: string): string {
  let crc = 0;
  for (let i = 0; i < bytes.length; i += 1) crc = ((crc << 8) ^ (TABLE[((crc >>> 24) ^ bytes.charCodeAt(i)) & 255] ?? 0)) >>> 0;
  return (~crc >>> 0).toString(16);
}
