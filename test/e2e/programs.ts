import { join } from "node:path";

/** Folder of the built programs (`npm run build`). */
export const PROGRAMS = join(import.meta.dirname, "..", "..", "dist");
