/** A failed operation in the history. */
export interface FailedOperation {
  readonly resourceId: string;
  /** Id of its entry in the history. */
  readonly entryId: string;
  readonly node: string;
  /** The node its entry names as its own. */
  readonly recordedNode: string | undefined;
  /** `RESOURCE_OPERATION_INTERVAL` as it was recorded; the id of the entry where it was not. */
  readonly key: string;
  readonly isKeyRecorded: boolean;
  readonly operation: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly operationStatus: number;
  /** What of it was recorded, and only that, is shown. */
  readonly exitReason: string | undefined;
  readonly callId: string | undefined;
  readonly changedAtEpochSeconds: number;
  readonly executionMs: string | undefined;
  readonly queueMs: string | undefined;
}
