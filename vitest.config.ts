import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["src/**/*.test.ts", "test/*.test.ts", "test/unit/**/*.test.ts", "test/conformance/**/*.test.ts"], testTimeout: 30_000 },
});
