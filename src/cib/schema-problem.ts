/** One thing wrong with a document: where (a path with ids) and what. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
  /** The attribute whose value is wrong. */
  readonly attribute?: string;
  /** The element stands where it may not. */
  readonly isMisplaced?: boolean;
  /** The message is whole as it is. */
  readonly isWhole?: boolean;
  /** The document can be worked with all the same. */
  readonly isBearable?: boolean;
}
