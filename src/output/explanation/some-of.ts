/** How many of many names are told. */
const NAMED_MAX = 3;

/** The first of many names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return more > 1 ? `${names.slice(0, NAMED_MAX).join(", ")} and ${more} more` : names.join(", ");
}

/** The same for what is one of them. */
export function oneOfSome(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return more > 1 ? `${names.slice(0, NAMED_MAX).join(", or ")}, or any of ${more} more` : names.join(", or ");
}
