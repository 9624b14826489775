import { promise } from "./target.ts";

const HOLDERS = { Object, Array, Function, String, Number, Boolean, RegExp, Map, Set, Error, Promise } as const;

/** What every object inherits, as it was before anything was parsed. */
const CLEAN = Object.entries(HOLDERS).map(([name, { prototype }]) => ({ name, prototype: prototype as object, own: descriptors(prototype as object) }));

function descriptors(object: object): Map<string | symbol, PropertyDescriptor> {
  return new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor]));
}

/** Throws `Broken` if a prototype that everybody shares has another property, or another value, than at the start. */
export function checkPrototypes(): void {
  for (const { name, prototype, own } of CLEAN) {
    const keys = Reflect.ownKeys(prototype);
    promise(keys.length === own.size, `${name}.prototype has other keys: ${keys.filter((key) => !own.has(key)).map(String).join(", ")}`);
    for (const key of keys) {
      const [before, now] = [own.get(key), Object.getOwnPropertyDescriptor(prototype, key)];
      promise(before !== undefined && now !== undefined && before.value === now.value && before.get === now.get && before.set === now.set, `${name}.prototype.${String(key)} was changed`);
    }
    promise(Object.getPrototypeOf(prototype) === (prototype === Object.prototype ? null : Object.prototype), `${name}.prototype inherits from something else`);
  }
}

const USUAL = new Set<object | null>([null, ...Object.values(HOLDERS).map(({ prototype }) => prototype as object)]);

/** Throws `Broken` if an object in the value inherits from data: `{"__proto__": …}` that was assigned instead of defined. */
export function checkInheritance(value: unknown): void {
  const seen = new Set<object>();
  const open: unknown[] = [value];
  for (let at = open.pop(); at !== undefined || open.length > 0; at = open.pop()) {
    if (typeof at !== "object" || at === null || seen.has(at)) continue;
    seen.add(at);
    promise(USUAL.has(Object.getPrototypeOf(at) as object | null) || isOfClass(at), "an object of the answer inherits from parsed data");
    if (at instanceof Map) for (const [key, item] of at) open.push(key, item);
    else if (at instanceof Set) for (const item of at) open.push(item);
    else for (const key of Object.keys(at)) open.push((at as Record<string, unknown>)[key]);
  }
}

/** Instances of classes inherit from a prototype that names its class as its own constructor. */
function isOfClass(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object;
  return Object.hasOwn(prototype, "constructor") && typeof (prototype as { constructor: unknown }).constructor === "function" && (prototype as { constructor: { prototype: unknown } }).constructor.prototype === prototype;
}
