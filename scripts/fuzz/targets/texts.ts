import fc from "fast-check";
import { findCredentials, isLiteralSecret, mayBeCredential, replaceCredentials } from "../../../packages/core/src/canonical/credentials.ts";
import { mergeText } from "../../../packages/core/src/merge/merge-text.ts";
import { buildPrompt } from "../../../packages/core/src/prompt/build-prompt.ts";
import { findTags } from "../../../packages/core/src/prompt/tags.ts";
import { withInventory } from "../../../packages/core/src/release/release-notes.ts";
import type { ReleaseManifest } from "../../../packages/core/src/release/manifest.ts";
import { code, fence, html, link, prose, proseWithCode, visible, visibleJson } from "../../../packages/core/src/report/escape.ts";
import { diffLines } from "../../../packages/core/src/report/line-diff.ts";
import { diffText } from "../../../packages/core/src/report/text-diff.ts";
import { anyText } from "../grammar.ts";
import { promise, type Target } from "../target.ts";

const PROSE = ["You are an agent. ", "Be kind.\n", "Say hello to {{name}}. ", "one two three four five six seven ", "\n", "\n\n", "# Title\n", "- item\n", "the ", "a "];
const SEPARATOR = "\n%%%\n";

/** Several texts in one. */
const several = (count: number): fc.Arbitrary<string> => fc.array(anyText(PROSE), { minLength: count, maxLength: count }).map((texts) => texts.join(SEPARATOR));
const cut = (text: string): string[] => text.split(SEPARATOR);

const DIFF: Target = {
  name: "diff",
  what: "texts compared for reports",
  share: 4,
  words: [...PROSE, SEPARATOR],
  grammar: several(2),
  run: (text) => {
    const [before = "", after = before] = cut(text);
    const lines = diffLines(before, after);
    const side = (kind: "removed" | "added"): string => lines.filter((line) => line.kind === "same" || line.kind === kind).map((line) => line.text).join("\n");
    promise(side("removed") === before && side("added") === after, "a comparison loses lines");
    return { accepted: true, value: diffText(before, after, []), traits: [] };
  },
};

const MERGE: Target = {
  name: "merge",
  what: "texts merged three ways",
  share: 3,
  words: [...PROSE, SEPARATOR],
  grammar: several(3),
  run: (text) => {
    const [base = "", git = base, console = base] = cut(text);
    const merged = mergeText({ base, git, console });
    const mirrored = mergeText({ base, git: console, console: git });
    promise(merged.text === mirrored.text, "a merge depends on the order of its sides");
    promise((merged.text === undefined) === merged.chunks.some(({ kind }) => kind === "conflict"), "a conflict is not told");
    return { accepted: merged.text !== undefined, value: merged, traits: [] };
  },
};

const MANIFEST: ReleaseManifest = { schema_version: 1, tag: "v1", commit: "a".repeat(40), commit_date: "2026-01-01T00:00:00Z", repository: "o/r", folder: "", agents: [{ name: "sales", engine: "retell-llm", channel: "voice", config_hash: { staging: "sha256:a" }, files: [] }], workspaces: { staging: { state_commit: null, agents: { sales: null } } }, files: [], tool: { name: "retell-actions" } };
const NAMES = { tarGz: "a.tar.gz", zip: "a.zip", manifest: "RELEASE_MANIFEST.json", checksums: "SHA256SUMS" } as unknown as Parameters<typeof withInventory>[1]["names"];
const NOTE_WORDS = ["<!-- retell-actions:inventory -->", "<!-- /retell-actions:inventory -->", "<!-- retell-actions:inventory voice -->", "## Notes\n"];

const NOTES: Target = {
  name: "release-notes",
  what: "release notes with the inventory between its marks",
  share: 4,
  words: NOTE_WORDS,
  grammar: anyText(NOTE_WORDS),
  run: (text) => {
    const noted = withInventory(text, { manifest: MANIFEST, names: NAMES });
    if (noted !== undefined) promise(withInventory(noted, { manifest: MANIFEST, names: NAMES }) === noted, "the inventory is written a second time");
    return { accepted: noted !== undefined, value: noted, traits: [] };
  },
};

const CREDENTIAL_WORDS = ["Bearer ", "Basic ", "sk-", "rk_", "key_", "eyJ", "AKIA", "ghp_", "github_pat_", "xoxb-", "hooks.slack.com/services/", "AIza", "SG.", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "https://", "?token=", "&api_key=", "0123456789abcdef", "ABCDEFGHIJ", ".", "=", "{{tag}}", "secret://X"];

const CREDENTIALS: Target = {
  name: "credentials",
  what: "texts that may hold credentials",
  share: 6,
  words: CREDENTIAL_WORDS,
  grammar: anyText(CREDENTIAL_WORDS),
  run: (text) => {
    const spans = findCredentials(text);
    let end = 0;
    for (const span of spans) {
      promise(span.start >= end && span.end > span.start && span.end <= text.length, "a credential's place is not in the text");
      end = span.end;
    }
    const hidden = replaceCredentials(text, () => "");
    const literal = isLiteralSecret(text);
    const may = mayBeCredential(["llm", "general_tools", "[]", "headers", "X-Any"], text);
    return { accepted: spans.length > 0, value: [spans, hidden, literal, may], traits: spans.map(({ kind }) => kind) };
  },
};

const MARKDOWN: Target = {
  name: "markdown",
  what: "anybody's text in comments and summaries",
  share: 4,
  words: ["`", "```", "|", "<b>", "@all", "#1", "https://x.example", "www.", "GH-1", "[a](b)", "$x$", "_a_"],
  grammar: anyText(["`", "@all", "#1", "|", "a"]),
  run: (text) => {
    const written = [prose(text), proseWithCode(text), code(text), fence(text, "text"), html(text), visible(text), visibleJson(JSON.stringify(text)), link("x", text)];
    promise(written.slice(0, 6).every((part) => part.isWellFormed()), "half a surrogate pair is shown");
    promise(JSON.parse(written[6] ?? "") === text, "JSON made visible has another value");
    return { accepted: true, value: written, traits: [] };
  },
};

const PROMPT: Target = {
  name: "prompt",
  what: "tags and variables of prompts",
  share: 5,
  words: ["{{name}}", "{{ name }}", "{{other}}", "{{current_time_{{tz}}}}", "{{", "}}", "{", "}"],
  grammar: anyText(["{{name}}", "{{ name }}", "{{other}}", "{{", "}}"]),
  run: (text) => {
    for (const { start, end, name } of findTags(text)) promise(text.slice(start, end).includes(name) && text.startsWith("{{", start) && text.startsWith("}}", end - 2), "a tag's place is another one");
    const value = "$& {{name}}";
    const { prompt, used, remaining } = buildPrompt({ pieces: [{ text, origin: { kind: "file", file: "f", offset: 0 } }], variables: new Map([["name", { value, file: "v", pointer: "" }]]), sections: [] });
    const rebuilt = prompt.segments.map(({ start, length, source }) => (source.kind === "file" ? text.slice(source.fileOffset, source.fileOffset + length) : prompt.text.slice(start, start + length))).join("");
    promise(rebuilt === prompt.text, "the source map does not give the prompt");
    return { accepted: used.size > 0, value: [prompt, remaining], traits: [String(Math.min(remaining.length, 3))] };
  },
};

export const TEXT_TARGETS: readonly Target[] = [DIFF, MERGE, NOTES, CREDENTIALS, MARKDOWN, PROMPT];
