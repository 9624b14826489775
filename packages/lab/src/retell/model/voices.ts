import { missing } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import type { World } from "./world.ts";

/** Voices that every organisation has: a few of them. Source: examples of the API reference and field reports. */
const stockVoices: readonly Fields[] = [
  { voice_id: "retell-Cimo", voice_name: "Cimo", provider: "platform", gender: "female", accent: "American", age: "Middle Aged" },
  { voice_id: "11labs-Adrian", voice_name: "Adrian", provider: "elevenlabs", gender: "male", accent: "American", age: "Young" },
  { voice_id: "11labs-Lily", voice_name: "Lily", provider: "elevenlabs", gender: "female", accent: "American", age: "Young" },
  { voice_id: "openai-Nova", voice_name: "Nova", provider: "openai", gender: "female", accent: "American", age: "Old" },
];

/** The voices of an organisation as the API returns them: stock voices, then its own. */
export function voicesOf(world: World): Fields[] {
  const seed = world.options.organizations.find((organization) => organization.id === world.organization);
  return [...stockVoices, ...(seed?.voices ?? []).map((voice) => ({ provider: "elevenlabs", gender: "female", ...voice }))].map((voice) => ({ ...voice }));
}

/** One voice, or the "missing" refusal: another organisation's own voices are not there. */
export function findVoice(world: World, id: string): Fields {
  const voice = voicesOf(world).find((one) => one["voice_id"] === id);
  if (voice === undefined) throw missing(world.options.missingStatus, { id, from: "voice" });
  return voice;
}
