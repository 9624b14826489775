import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { folderNameOf, takeName } from "@retell-actions/core/import/folder-name";
import { nameFault } from "@retell-actions/core/project/names";

test.each([
  ["Front Desk", "front-desk"],
  ["  Café – Zürich!  ", "cafe-zurich"],
  ["Straße Łódź Ørsted", "strasse-lodz-orsted"],
  ["ﬁnance Ⅳ ２", "finance-iv-2"],
  ["agent", "agent"],
  ["v1.2_final", "v1-2-final"],
  ["", "agent-12ab34cd"],
  ["日本語", "agent-12ab34cd"],
  ["...", "agent-12ab34cd"],
  ["CON", "agent-12ab34cd"],
  ["key_abcdefgh12345678", "agent-12ab34cd"],
  ["x".repeat(300), "x".repeat(56)],
])("%j becomes %s", (name, folder) => {
  expect(folderNameOf(name, "agent_12AB34CD56ef")).toBe(folder);
});

test("whatever the console says, the name is allowed, and numbers keep it apart without regard to case", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 80 }), { maxLength: 20 }), (names) => {
      const taken = new Set(["sales"]);
      const folders = names.map((name, index) => takeName(folderNameOf(name, `agent_${index}`), taken));
      for (const folder of folders) expect(nameFault("agent", folder)).toBeUndefined();
      expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length);
      expect(folders).not.toContain("sales");
    }),
  );
});
