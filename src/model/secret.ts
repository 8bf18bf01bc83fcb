/** What stands in the CIB for a value that lies in a protected file of each node. Source: cibsecret(8) of Pacemaker 3.0.2. */
export const SECRET_VALUE = "lrm://";

/** Parameters that are secret where an agent marks none itself. Source: Pacemaker 3.0.2, op-secure-params. */
export const SECRET_BY_DEFAULT: readonly string[] = ["password", "passwd", "user"];

/** True for names that can be those of a resource or a parameter with a secret: they become names of files. */
export function isSecretName(name: string): boolean {
  return /^[^/\0]{1,200}$/.test(name) && !name.startsWith(".") && !name.endsWith(".sign");
}
