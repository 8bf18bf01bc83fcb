/** Numbers by node index that only their owner changes. */
export interface ByNode<T extends Int32Array | Uint8Array> {
  readonly length: number;
  readonly [nodeIndex: number]: number;
  /** A copy that may be changed. */
  slice(): T;
  /** True when some node has it. */
  includes(value: number): boolean;
}
