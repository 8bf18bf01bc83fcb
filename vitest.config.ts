import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Times without a zone are meant in that of the machine: the tests say which.
    env: { TZ: "UTC" },
    setupFiles: ["test/property-seed.ts"],
    include: ["src/**/*.test.ts", "test/*.test.ts", "test/unit/**/*.test.ts", "test/conformance/**/*.test.ts"],
    testTimeout: 120_000,
  },
});
