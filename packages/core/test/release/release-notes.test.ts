import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { assetNames, type AssetNames } from "../../src/release/asset-names.ts";
import type { ReleaseManifest } from "../../src/release/manifest.ts";
import { sameNotes, withInventory } from "../../src/release/release-notes.ts";

const names = assetNames({ tag: "v1", folder: "" }) as AssetNames;
const BEGIN = "<!-- retell-actions:inventory -->";
const END = "<!-- /retell-actions:inventory -->";

function manifestWith(agents: readonly string[], workspaces: ReleaseManifest["workspaces"] = {}): ReleaseManifest {
  return {
    ...({ schema_version: 1, tag: "v1", commit: "a".repeat(40), commit_date: "2026-11-20T10:20:31Z", repository: "o/r", folder: "", files: [], tool: { name: "retell-actions" } } as const),
    agents: agents.map((name) => ({ name, engine: "retell-llm", channel: "voice", config_hash: {}, files: [] })),
    workspaces,
  };
}

const small = { manifest: manifestWith(["sales"]), names };

describe("the inventory in the notes", () => {
  test("goes to the end, and is replaced where it stands", () => {
    const first = withInventory("Words", small) ?? "";
    expect(first).toMatch(new RegExp(`^Words\n\n${BEGIN}\n### Retell agents\n`));
    const moved = `${first}\n\nMore words`;
    const second = withInventory(moved, { manifest: manifestWith(["other"]), names }) ?? "";
    expect(second).toContain("`other`");
    expect(second).not.toContain("`sales`");
    expect(second.endsWith(`${END}\n\nMore words`)).toBe(true);
    expect(withInventory("", small)?.startsWith(BEGIN)).toBe(true);
  });

  test("whatever people wrote around it stays, also around broken markers, and a second time changes nothing", () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(BEGIN, END, "\n", "| a |", "<!--", "-->", `${BEGIN}\nold\n${END}`));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")), (notes) => {
        const once = withInventory(notes, small) ?? "";
        expect(withInventory(once, small)).toBe(once);
        const close = notes.indexOf(END, Math.max(0, notes.indexOf(BEGIN)));
        const isThere = notes.includes(BEGIN) && close >= 0;
        if (!isThere) expect(once.startsWith(notes.trimEnd())).toBe(true);
        else {
          const open = notes.lastIndexOf(BEGIN, close);
          expect(once.startsWith(notes.slice(0, open + BEGIN.length))).toBe(true);
          expect(once.endsWith(notes.slice(close))).toBe(true);
        }
      }),
    );
  });

  test("a long list shrinks, and says where the rest is; long words of people are never cut", () => {
    const many = { manifest: manifestWith(Array.from({ length: 5000 }, (_, index) => `agent-${index}-${"x".repeat(40)}`)), names };
    const notes = withInventory("w".repeat(60_000), many) ?? "";
    expect(notes.length).toBeLessThanOrEqual(120_000);
    expect(notes.startsWith("w".repeat(60_000))).toBe(true);
    expect(notes).toContain("All agents are in `RELEASE_MANIFEST.json`.");
    expect(withInventory("w".repeat(119_500), small)).toBeUndefined();
  });

  test("one row per agent, with the versions of each production", () => {
    const deployment = { agent_id: "agent_1", llm_id: null, config_hash: null, source_commit: null };
    const manifest = manifestWith(["a"], {
      staging: { state_commit: "1", agents: { a: { ...deployment, version: 4, is_published: false } } },
      "prod-eu": { state_commit: "2", agents: { a: { ...deployment, version: 3, is_published: true } } },
      "prod-us": { state_commit: null, agents: { a: null } },
    });
    expect(withInventory("", { manifest, names })).toContain("| `a` | Retell LLM | 4 (draft) | `prod-eu`: 3, `prod-us`: – |");
  });

  test("line breaks of GitHub's page are no difference", () => {
    expect(sameNotes("a\nb", "a\r\nb")).toBe(true);
    expect(sameNotes("a\nb", "a\n b")).toBe(false);
  });
});

describe("names of files", () => {
  test("are made of the tag, and of the folder where there is one", () => {
    expect(assetNames({ tag: "rel/v1+b", folder: "a/b" })).toEqual({ tarGz: "retell-agents-a-b-rel-v1+b.tar.gz", zip: "retell-agents-a-b-rel-v1+b.zip", manifest: "RELEASE_MANIFEST-a-b.json", checksums: "SHA256SUMS-a-b" });
  });

  test("are such that GitHub leaves them alone, or the tag is refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (tag) => {
        const made = assetNames({ tag, folder: "" });
        if ("fault" in made) return;
        for (const name of Object.values(made)) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*[A-Za-z0-9]$/);
      }),
    );
  });

  test.each(["-x", "a b", "ü", "a\nb", "", "a*b", "a'b"])("%j is refused", (tag) => {
    expect(assetNames({ tag, folder: "" })).toHaveProperty("fault");
  });
});
