import { startWorkflowScene, type WorkflowScene, type WorkflowSceneOptions } from "@retell-actions/lab/scene/workflow-scene";
import { storyOf, type Chapter, type Story } from "./chapter.ts";
import { conflict } from "./chapters/conflict.ts";
import { develop } from "./chapters/develop.ts";
import { drift } from "./chapters/drift.ts";
import { keep } from "./chapters/keep.ts";
import { mergeSections } from "./chapters/merge-sections.ts";
import { firstProduction, onToProduction } from "./chapters/production.ts";
import { regions } from "./chapters/regions.ts";
import { release } from "./chapters/release.ts";
import { rest } from "./chapters/rest.ts";
import { badChange, reverted } from "./chapters/revert.ts";
import { staging } from "./chapters/staging.ts";
import { keepSetting } from "./keep-setting.ts";
import { CHECK } from "./look.ts";
import type { Play } from "./people.ts";
import { REGION_WORKSPACES, REGIONS, WORKSPACES } from "./project.ts";
import { Recorder } from "./record.ts";

/** Answers of the demo's Retell take this long, as over a real line. */
const LATENCY_MS = 20;

export const TITLE = "The life of an agent repository";

/** Plays the story from the first pull request to an idle rerun, on the lab's services and the built actions. */
export async function playStory(onChapter: (chapter: Chapter, number: number) => void = () => undefined): Promise<Story> {
  const chapters: Chapter[] = [];
  const add = (chapter: Chapter): void => {
    chapters.push(chapter);
    onChapter(chapter, chapters.length);
  };
  const [play, elsewhere] = await Promise.all([open({ files: { "workspaces.json": WORKSPACES, ...(await keepSetting()) } }), open({ files: { "workspaces.json": REGION_WORKSPACES }, productions: REGIONS })]);
  try {
    // The second repository lives beside the first one, for the sake of time; it is told where it belongs.
    const [, inRegions] = await Promise.all([oneProduction(play, add), regions(elsewhere)]);
    for (const chapter of inRegions) add(chapter);
    add(await rest(play, [play.scene.github, elsewhere.scene.github]));
    return storyOf({ title: TITLE, repository: play.scene.repository.fullName, chapters });
  } finally {
    await Promise.all([play.scene.stop(), elsewhere.scene.stop()]);
  }
}

async function oneProduction(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  add(await develop(play));
  add(await staging(play));
  for (const chapter of await firstProduction(play)) add(chapter);
  await keep(play, add);
  await mergeSections(play, add);
  await conflict(play, add);
  add(await onToProduction(play));
  await drift(play, add);
  add(await badChange(play));
  add(await reverted(play));
  add(await release(play));
}

/** A repository whose branches staging and production begin where develop does. */
async function open(options: WorkflowSceneOptions): Promise<Play> {
  const scene = await startWorkflowScene({ ...options, retell: { latencyMs: LATENCY_MS, seed: 7 } });
  await setUp(scene);
  return { scene, recorder: new Recorder(scene) };
}

/** Production takes pull requests with a green check only. */
async function setUp({ repository }: WorkflowScene): Promise<void> {
  for (const branch of ["staging", "production"]) await repository.git.run(["branch", branch, "develop"]);
  repository.protectBranch("production", { requiredStatusChecks: [CHECK] });
}
