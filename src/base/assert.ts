/** An internal rule was broken: a bug of kodou, never the fault of an input. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Stops the caller when `condition` does not hold; stays on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks a branch that the type system says cannot be reached. */
export function unreachable(value: never, where: string): never {
  throw new AssertionError(`${where}: unexpected ${JSON.stringify(value)}`);
}
