/**
 * How a file is written. An `output` in place: who made the file may have it open and read the outcome there (pcs does);
 * a `document` (a CIB, a shadow) at once or not at all; so a `page`, which all may read whom the umask lets, the other
 * two only their owner.
 */
export type FileKind = "output" | "document" | "page";
