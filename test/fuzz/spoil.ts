import type { XmlElement } from "../../src/xml/element.ts";
import type { RandomChoice } from "./random-choice.ts";

/** Values that no attribute is made for, and some that fit many. */
const ABSURD = [
  "",
  " ",
  "-1",
  "0",
  "1",
  "99999999999999999999",
  "-2147483649",
  "INFINITY",
  "-INFINITY",
  "+INFINITY",
  "NaN",
  "1e9",
  "0x10",
  "true",
  "false",
  "nonsense",
  "Stopped",
  "Promoted",
  "10s",
  "-5min",
  "P1D",
  "2026-13-45",
  "#uname",
  "a:b:c",
  "%0",
  "constructor",
  "__proto__",
];

type Spoiling = (cib: XmlElement, choice: RandomChoice) => void;

function anyOf(cib: XmlElement, choice: RandomChoice, holder = cib): XmlElement | undefined {
  const places = ["configuration", "status", "resources", "constraints"];
  const start = choice.chance(0.3) ? (holder.descend("configuration", choice.one(["resources", "constraints"])) ?? holder) : holder;
  return choice.maybe([...start.walk()].filter((one) => one.name !== "cib" && !places.includes(one.name)));
}

const parentOf = (cib: XmlElement, child: XmlElement): XmlElement | undefined =>
  [...cib.walk()].find((one) => one.children.includes(child));

const drop: Spoiling = (cib, choice) => {
  const one = anyOf(cib, choice);
  if (one) parentOf(cib, one)?.remove(one);
};

const duplicate: Spoiling = (cib, choice) => {
  const one = anyOf(cib, choice);
  const parent = one && parentOf(cib, one);
  if (!one || !parent) return;
  const copy = one.clone();
  if (choice.chance(0.5)) for (const part of copy.walk()) if (part.id !== undefined) part.set("id", `${part.id}-copy`);
  parent.children.splice(choice.integer(0, parent.children.length), 0, copy);
};

const swap: Spoiling = (cib, choice) => {
  const parent = choice.maybe([...cib.walk()].filter((one) => one.children.length > 1));
  if (!parent) return;
  const [from, to] = [0, 0].map(() => choice.integer(0, parent.children.length - 1));
  const [first, second] = [parent.children[from ?? 0], parent.children[to ?? 0]];
  if (first && second) parent.children.splice(from ?? 0, 1, second).length && parent.children.splice(to ?? 0, 1, first);
};

const move: Spoiling = (cib, choice) => {
  const one = anyOf(cib, choice);
  const inside = new Set(one?.walk() ?? []);
  const target = choice.maybe([...cib.walk()].filter((other) => !inside.has(other)));
  if (!one || !target) return;
  parentOf(cib, one)?.remove(one);
  target.children.push(one);
};

const dropAttribute: Spoiling = (cib, choice) => {
  const one = anyOf(cib, choice);
  const name = choice.maybe([...(one?.attributes.keys() ?? [])]);
  if (one && name !== undefined) one.attributes.delete(name);
};

const absurd: Spoiling = (cib, choice) => {
  const one = choice.chance(0.1) ? cib : anyOf(cib, choice);
  const name = choice.maybe([...(one?.attributes.keys() ?? [])]);
  if (one && name !== undefined) one.set(name, choice.one(ABSURD));
};

/** Gives an attribute the value it has elsewhere, or one that names nothing or something of another kind. */
const misdirect: Spoiling = (cib, choice) => {
  const one = anyOf(cib, choice);
  const name = choice.maybe([...(one?.attributes.keys() ?? [])]);
  if (!one || name === undefined) return;
  const elsewhere = [...cib.walk()].flatMap((other) => (choice.chance(0.5) ? other.get(name) : other.id) ?? []);
  one.set(name, choice.maybe(elsewhere) ?? "nowhere");
};

const SPOILINGS: readonly Spoiling[] = [drop, drop, duplicate, duplicate, swap, move, dropAttribute, absurd, absurd, misdirect, misdirect];

/** Spoils a document in ways nobody asked whether they are valid. */
export function spoil(cib: XmlElement, choice: RandomChoice, times: number): void {
  for (let time = 0; time < times; time += 1) choice.one(SPOILINGS)(cib, choice);
}
