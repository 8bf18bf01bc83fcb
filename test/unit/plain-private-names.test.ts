import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";

const script = pathToFileURL(join(import.meta.dirname, "../../scripts/plain-private-names.mjs")).href;
const { plainPrivateNames } = (await import(script)) as { plainPrivateNames: (code: string) => string };

const CODE = `
class Base { #x = 1; static #made = 0; static made() { return Base.#made; } constructor() { Base.#made += 1; } x() { return this.#x; } }
class Derived extends Base {
  #x = 10; #y;
  constructor(y) { super(); this.#y = y; }
  get #sum() { return this.#x + this.#y; }
  #times(n) { return this.#sum * n; }
  read(other) { this.#x += 1; this.#y ??= 5; return [this.x(), this.#times(2), other?.#y, "#x #y", \`#x\${this.#x}\`, /#x/.source]; }
  inner() {
    const outer = this;
    return new (class { #x = 100; all() { return [this.#x, outer.#y]; } })().all();
  }
}
const one = new Derived(3);
[one.read(new Derived(4)), one.read(undefined), new Derived(undefined).read(), one.inner(), Base.made()];
`;

it("code with plain names does what it did with private ones, texts and patterns untouched", () => {
  const plain = plainPrivateNames(CODE);
  expect(plain).not.toMatch(/[.\s]#[a-z]+[^\s$`/]*[.=(;]/);
  expect(runInNewContext(plain)).toEqual(runInNewContext(CODE));
});

it("refuses what cannot be said with plain names, and what is no code", () => {
  expect(() => plainPrivateNames("class A { #x; static is(o) { return #x in o; } }")).toThrow("#x in an object");
  expect(() => plainPrivateNames("class A { #x")).toThrow();
});
