import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { setupFiles: ["test/property-seed.ts"], include: ["src/**/*.test.ts", "test/*.test.ts", "test/unit/**/*.test.ts", "test/conformance/**/*.test.ts"], testTimeout: 120_000 },
});
