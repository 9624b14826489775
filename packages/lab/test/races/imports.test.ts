import { expect } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { filesOn, importNow, importPulls, startImportScene } from "../../../../actions/import-agents/test/laws/import-scene.ts";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: Scene;
}

describeRaces([
  race<Place>({
    name: "an import, and another one",
    subject: "import-agents",
    start: async () => ({ scene: await startImportScene() }),
    held: ({ scene }) => importNow(scene),
    meanwhile: ({ scene }) => importNow(scene),
    moments: "writes",
    sample: [1],
    ends: ["imported beside imported", "unchanged beside imported", "imported beside unchanged"],
    check: async ({ scene }) => {
      expect(importPulls(scene).map(({ state }) => state)).toEqual(["open"]);
      const folders = Object.keys(await filesOn(scene, "retell/import")).flatMap((path) => /^agents\/([^/]+)\/agent\.json$/.exec(path)?.[1] ?? []);
      expect(new Set(folders).size).toBe(folders.length);
      expect(folders).toHaveLength(5);
      const ids = [scene.staging, scene.production].map((organization) => organization.agents().length);
      const before = await filesOn(scene, "retell/import");
      scene.github.clearRequests();
      expect(["unchanged", "imported"]).toContain((await importNow(scene)).outputs["outcome"]);
      expect(await filesOn(scene, "retell/import")).toEqual(before);
      expect(importPulls(scene)).toHaveLength(1);
      expect([scene.staging, scene.production].map((organization) => organization.agents().length)).toEqual(ids);
    },
  }),
] as never);
