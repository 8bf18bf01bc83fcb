import { defineConfig } from "vitest/config";

/** Real processes in namespaces: one file after the other, with time to spare. */
export default defineConfig({
  test: { include: ["test/e2e/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false },
});
