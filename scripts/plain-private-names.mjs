// Private names of classes as plain ones: code that is not optimised yet reads and writes plain properties faster, which is most
// code of a tool that ends after a fraction of a second (docs/scheduler-speed.md).
import { parseSync } from "oxc-parser";

/** Private names that a class body declares. */
function declaredIn(classBody) {
  return classBody.body.flatMap(({ key }) => (key?.type === "PrivateIdentifier" ? [key.name] : []));
}

/**
 * The code with each private name `#name` as a plain one, `name$NUMBER`, of a number that no other class has: a class and one
 * derived from it may have the same private name. Fails for code that asks whether an object has a private name.
 */
export function plainPrivateNames(code) {
  const { program, errors } = parseSync("bundle.cjs", code);
  if (errors.length > 0) throw new Error(errors[0].message);
  const edits = [];
  let classCount = 0;
  const visit = (node, scope) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one, scope);
      return;
    }
    let inner = scope;
    if (node.type === "ClassBody") {
      classCount += 1;
      inner = new Map([...scope, ...declaredIn(node).map((name) => [name, `${name}$${classCount}`])]);
    } else if (node.type === "PrivateIdentifier") edits.push([node.start, node.end, scope.get(node.name)]);
    else if (node.type === "BinaryExpression" && node.left.type === "PrivateIdentifier") throw new Error(`#${node.left.name} in an object`);
    for (const key in node) if (key !== "type") visit(node[key], inner);
  };
  visit(program, new Map());
  edits.sort(([a], [b]) => a - b);
  let at = 0;
  let out = "";
  for (const [start, end, name] of edits) {
    if (code.charAt(start) !== "#" || name === undefined) throw new Error(`no private name at ${start}`);
    out += code.slice(at, start) + name;
    at = end;
  }
  return out + code.slice(at);
}
