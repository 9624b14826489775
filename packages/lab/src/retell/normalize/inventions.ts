import type { Resource } from "../schema/resource.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";

/** One default, one normalisation and one side effect that no documentation knows. Null members mean "none". */
export interface InventedRules {
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

/**
 * Behaviour that no documentation knows: clients must work without knowing it. The rules at the top are about voice
 * agents and Retell LLMs; chat agents and conversation flows have three of their own each.
 */
export interface Inventions extends InventedRules {
  readonly chat: InventedRules;
  readonly flow: InventedRules;
}

/** The inventions of a seed, the same for the same seed; seed 0 invents nothing. */
export function inventionsFor(seed: number): Inventions {
  const none: InventedRules = { default: null, normalisation: null, sideEffect: null };
  if (seed === 0) return { ...none, chat: none, flow: none };
  const random = generator(seed);
  const rules = (from: InventionPool): InventedRules => ({
    default: choose(from.defaults, random()),
    normalisation: choose(from.normalisations, random()),
    sideEffect: choose(from.sideEffects, random()),
  });
  // The order of the draws is part of what a seed means.
  return { ...rules(voicePool), chat: rules(chatPool), flow: rules(flowPool) };
}

function rulesOn(inventions: Inventions, on: Resource): InventedRules {
  if (on === "chat-agent") return inventions.chat;
  return on === "conversation-flow" ? inventions.flow : inventions;
}

/** Applies the invented normalisation to fields that were sent. */
export function applyNormalisation(inventions: Inventions, on: Resource, sent: Fields): Fields {
  const rule = rulesOn(inventions, on).normalisation;
  if (rule === null || rule.on !== on || sent[rule.key] === undefined) return sent;
  return { ...sent, [rule.key]: rule.apply(sent[rule.key]) };
}

/** What the invented side effect adds to fields that were sent. */
export function sideEffectOf(inventions: Inventions, on: Resource, sent: Fields): Fields {
  const rule = rulesOn(inventions, on).sideEffect;
  if (rule === null || rule.on !== on || sent[rule.when] === undefined || sent[rule.sets] !== undefined) return {};
  return { [rule.sets]: structuredClone(rule.value) };
}

/** What the invented default adds to a new resource. */
export function defaultOf(inventions: Inventions, on: Resource, fields: Fields): Fields {
  const rule = rulesOn(inventions, on).default;
  if (rule === null || rule.on !== on || fields[rule.key] !== undefined) return {};
  return { [rule.key]: structuredClone(rule.value) };
}

interface InventionPool {
  readonly defaults: readonly NonNullable<InventedRules["default"]>[];
  readonly normalisations: readonly NonNullable<InventedRules["normalisation"]>[];
  readonly sideEffects: readonly NonNullable<InventedRules["sideEffect"]>[];
}

// The three lists of a pool share no key, so that which rule comes first never matters.
const inventedDefaults: InventionPool["defaults"] = [
  { on: "agent", key: "turn_taking_profile", value: "balanced" },
  { on: "agent", key: "experiment_flags", value: { beta_vad: false, cohorts: ["b", "a"] } },
  { on: "agent", key: "reminder_max_count", value: 2 },
  { on: "agent", key: "enable_dnc_detection", value: true },
  { on: "retell-llm", key: "prompt_cache_policy", value: "auto" },
  { on: "retell-llm", key: "tool_call_strict_mode", value: true },
  { on: "retell-llm", key: "kb_config", value: { top_k: 3, filter_score: 0.6 } },
];

const inventedNormalisations: InventionPool["normalisations"] = [
  { on: "agent", key: "agent_name", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
  { on: "retell-llm", key: "general_prompt", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
  { on: "retell-llm", key: "begin_message", description: "runs of blanks become one", apply: onText((text) => text.replace(/ {2,}/g, " ")) },
  { on: "agent", key: "voice_speed", description: "rounded to one decimal", apply: onNumber((value) => Math.round(value * 10) / 10) },
  { on: "retell-llm", key: "model_temperature", description: "rounded to one decimal", apply: onNumber((value) => Math.round(value * 10) / 10) },
  { on: "agent", key: "boosted_keywords", description: "sorted, in lower case", apply: onTexts((texts) => texts.map((text) => text.toLowerCase()).sort()) },
  { on: "agent", key: "webhook_events", description: "sorted", apply: onTexts((texts) => [...texts].sort()) },
  { on: "retell-llm", key: "knowledge_base_ids", description: "sorted, without repetitions", apply: onTexts((texts) => [...new Set(texts)].sort()) },
];

const inventedSideEffects: InventionPool["sideEffects"] = [
  { on: "agent", when: "voice_id", sets: "volume", value: 1.25 },
  { on: "agent", when: "agent_name", sets: "backchannel_frequency", value: 0.55 },
  { on: "agent", when: "interruption_sensitivity", sets: "responsiveness", value: 0.75 },
  { on: "agent", when: "language", sets: "denoising_mode", value: "no-denoise" },
  { on: "retell-llm", when: "general_prompt", sets: "begin_after_user_silence_ms", value: 2500 },
  { on: "retell-llm", when: "general_prompt", sets: "prompt_revision_hint", value: "reviewed" },
  { on: "retell-llm", when: "model", sets: "model_high_priority", value: true },
];

const voicePool: InventionPool = { defaults: inventedDefaults, normalisations: inventedNormalisations, sideEffects: inventedSideEffects };

const chatPool: InventionPool = {
  defaults: [
    { on: "chat-agent", key: "handoff_profile", value: "balanced" },
    { on: "chat-agent", key: "experiment_flags", value: { typing_dots: false, cohorts: ["b", "a"] } },
    { on: "chat-agent", key: "webhook_timeout_ms", value: 5000 },
    { on: "chat-agent", key: "data_storage_retention_days", value: 365 },
  ],
  normalisations: [
    { on: "chat-agent", key: "agent_name", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
    { on: "chat-agent", key: "auto_close_message", description: "runs of blanks become one", apply: onText((text) => text.replace(/ {2,}/g, " ")) },
    { on: "chat-agent", key: "webhook_events", description: "sorted", apply: onTexts((texts) => [...texts].sort()) },
  ],
  sideEffects: [
    { on: "chat-agent", when: "agent_name", sets: "end_chat_after_silence_ms", value: 1_800_000 },
    { on: "chat-agent", when: "auto_close_message", sets: "closing_hint", value: "reviewed" },
    { on: "chat-agent", when: "language", sets: "opt_in_signed_url", value: true },
  ],
};

const flowPool: InventionPool = {
  defaults: [
    { on: "conversation-flow", key: "prompt_cache_policy", value: "auto" },
    { on: "conversation-flow", key: "tool_call_strict_mode", value: true },
    { on: "conversation-flow", key: "kb_config", value: { top_k: 3, filter_score: 0.6 } },
    { on: "conversation-flow", key: "flex_mode", value: false },
  ],
  normalisations: [
    { on: "conversation-flow", key: "global_prompt", description: "blanks at the end are cut", apply: onText((text) => text.trimEnd()) },
    { on: "conversation-flow", key: "model_temperature", description: "rounded to one decimal", apply: onNumber((value) => Math.round(value * 10) / 10) },
    { on: "conversation-flow", key: "knowledge_base_ids", description: "sorted, without repetitions", apply: onTexts((texts) => [...new Set(texts)].sort()) },
    { on: "conversation-flow", key: "nodes", description: "blanks at the end of names are cut", apply: onNames((name) => name.trimEnd()) },
  ],
  sideEffects: [
    { on: "conversation-flow", when: "global_prompt", sets: "begin_after_user_silence_ms", value: 2500 },
    { on: "conversation-flow", when: "nodes", sets: "layout_revision_hint", value: "reviewed" },
    { on: "conversation-flow", when: "model_choice", sets: "default_dynamic_variables", value: { model_tier: "standard" } },
  ],
};

function onText(change: (text: string) => string): (value: unknown) => unknown {
  return (value) => (typeof value === "string" ? change(value) : value);
}

function onNumber(change: (value: number) => number): (value: unknown) => unknown {
  return (value) => (typeof value === "number" ? change(value) : value);
}

function onTexts(change: (texts: string[]) => string[]): (value: unknown) => unknown {
  return (value) => (Array.isArray(value) ? change(value.map(String)) : value);
}

function onNames(change: (name: string) => string): (value: unknown) => unknown {
  const named = (item: unknown) => (isObject(item) && typeof item["name"] === "string" ? { ...item, name: change(item["name"]) } : item);
  return (value) => (Array.isArray(value) ? value.map(named) : value);
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
