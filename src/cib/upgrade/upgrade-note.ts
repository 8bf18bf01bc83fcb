/** What an upgrade has to say of a document: what it dropped, moved or renamed. */
export interface UpgradeNote {
  readonly severity: "warning" | "info" | "debug";
  readonly text: string;
}
