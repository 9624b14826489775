import type { Fields } from "../schema/schema.ts";

type Resource = "agent" | "retell-llm";

/** Behaviour that no documentation knows: clients must work without knowing it. Null members mean "none". */
export interface Inventions {
  /** On create, `key` is filled with `value` unless it was sent. */
  readonly default: { readonly on: Resource; readonly key: string; readonly value: unknown } | null;
  /** A sent `key` is stored as `apply(value)`; idempotent. */
  readonly normalisation: {
    readonly on: Resource;
    readonly key: string;
    readonly description: string;
    readonly apply: (value: unknown) => unknown;
  } | null;
  /** A request that sends `when` also sets `sets`, unless it sends that as well. */
  readonly sideEffect: { readonly on: Resource; readonly when: string; readonly sets: string; readonly value: unknown } | null;
}

/** The inventions of a seed, the same for the same seed; seed 0 invents nothing. */
export function inventionsFor(seed: number): Inventions {
  if (seed === 0) return { default: null, normalisation: null, sideEffect: null };
  const random = generator(seed);
  return {
    default: choose(inventedDefaults, random()),
    normalisation: choose(inventedNormalisations, random()),
    sideEffect: choose(inventedSideEffects, random()),
  };
}

/** Applies the invented normalisation to fields that were sent. */
export function applyNormalisation(inventions: Inventions, on: Resource, sent: Fields): Fields {
  const rule = inventions.normalisation;
  if (rule === null || rule.on !== on || sent[rule.key] === undefined) return sent;
  return { ...sent, [rule.key]: rule.apply(sent[rule.key]) };
}

/** What the invented side effect adds to fields that were sent. */
export function sideEffectOf(inventions: Inventions, on: Resource, sent: Fields): Fields {
  const rule = inventions.sideEffect;
  if (rule === null || rule.on !== on || sent[rule.when] === undefined || sent[rule.sets] !== undefined) return {};
  return { [rule.sets]: structuredClone(rule.value) };
}

/** What the invented default adds to a new resource. */
export function defaultOf(inventions: Inventions, on: Resource, fields: Fields): Fields {
  const rule = inventions.default;
  if (rule === null || rule.on !== on || fields[rule.key] !== undefined) return {};
  return { [rule.key]: structuredClone(rule.value) };
}

// The three lists share no key, so that which rule comes first never matters.
const inventedDefaults: readonly NonNullable<Inventions["default"]>[] = [
  { on: "agent", key: "turn_taking_profile", value: "balanced" },
  { on: "agent", key: "experiment_flags", value: { beta_vad: false, cohorts: ["b", "a"] } },
  { on: "agent", key: "reminder_max_count", value: 2 },
  { on: "agent", key: "enable_dnc_detection", value: true },
  { on: "retell-llm", key: "prompt_cache_policy", value: "auto" },
  { on: "retell-llm", key: "tool_call_strict_mode", value: true },
  { on: "retell-llm", key: "kb_config", value: { top_k: 3, filter_score: 0.6 } },
];

const inventedNormalisations: readonly NonNullable<Inventions["normalisation"]>[] = [
  { on: "agent", key: "agent_name", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
  { on: "retell-llm", key: "general_prompt", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
  { on: "retell-llm", key: "begin_message", description: "runs of blanks become one", apply: onText((text) => text.replace(/ {2,}/g, " ")) },
  { on: "agent", key: "voice_speed", description: "rounded to one decimal", apply: onNumber((value) => Math.round(value * 10) / 10) },
  { on: "retell-llm", key: "model_temperature", description: "rounded to one decimal", apply: onNumber((value) => Math.round(value * 10) / 10) },
  { on: "agent", key: "boosted_keywords", description: "sorted, in lower case", apply: onTexts((texts) => texts.map((text) => text.toLowerCase()).sort()) },
  { on: "agent", key: "webhook_events", description: "sorted", apply: onTexts((texts) => [...texts].sort()) },
  { on: "retell-llm", key: "knowledge_base_ids", description: "sorted, without repetitions", apply: onTexts((texts) => [...new Set(texts)].sort()) },
];

const inventedSideEffects: readonly NonNullable<Inventions["sideEffect"]>[] = [
  { on: "agent", when: "voice_id", sets: "volume", value: 1.25 },
  { on: "agent", when: "agent_name", sets: "backchannel_frequency", value: 0.55 },
  { on: "agent", when: "interruption_sensitivity", sets: "responsiveness", value: 0.75 },
  { on: "agent", when: "language", sets: "denoising_mode", value: "no-denoise" },
  { on: "retell-llm", when: "general_prompt", sets: "begin_after_user_silence_ms", value: 2500 },
  { on: "retell-llm", when: "general_prompt", sets: "prompt_revision_hint", value: "reviewed" },
  { on: "retell-llm", when: "model", sets: "model_high_priority", value: true },
];

function onText(change: (text: string) => string): (value: unknown) => unknown {
  return (value) => (typeof value === "string" ? change(value) : value);
}

function onNumber(change: (value: number) => number): (value: unknown) => unknown {
  return (value) => (typeof value === "number" ? change(value) : value);
}

function onTexts(change: (texts: string[]) => string[]): (value: unknown) => unknown {
  return (value) => (Array.isArray(value) ? change(value.map(String)) : value);
}

function choose<Item>(items: readonly Item[], random: number): Item {
  const item = items[Math.floor(random * items.length)];
  if (item === undefined) throw new RangeError("nothing to choose from");
  return item;
}

/** mulberry32: numbers in [0, 1) that depend on the seed only. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
