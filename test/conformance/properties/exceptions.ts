/** Why a property does not hold, by the property and the name of the input. */
export type Exceptions = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads the list of exceptions. Throws when it is no object of objects of reasons, or a reason is missing. */
export function readExceptions(text: string): Exceptions {
  return new Map(
    Object.entries(asObject(JSON.parse(text), "exceptions")).map(([property, inputs]) => [
      property,
      new Map(
        Object.entries(asObject(inputs, property)).map(([input, reason]) => {
          if (typeof reason !== "string" || reason.trim() === "") throw new Error(`exceptions: ${property}: ${input}: no reason given`);
          return [input, reason];
        }),
      ),
    ]),
  );
}

function asObject(value: unknown, where: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`exceptions: ${where}: not an object`);
  return value;
}

/** What is known of a property and an input: as it should be, or why not. */
export function verdict(
  exceptions: Exceptions,
  property: string,
  input: string,
  problems: readonly string[],
): { readonly isPassed: boolean; readonly line: string | undefined } {
  const reason = exceptions.get(property)?.get(input);
  if (problems.length === 0 && reason === undefined) return { isPassed: true, line: undefined };
  if (problems.length > 0 && reason !== undefined) return { isPassed: true, line: undefined };
  if (reason !== undefined) return { isPassed: false, line: `${input}: ${property}: holds, but is listed as an exception (${reason})` };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return { isPassed: false, line: `${input}: ${property}: ${problems[0]}${more}` };
}
