import type { WorkflowScene, WorkflowSceneOptions } from "@retell-actions/lab/scene/workflow-scene";

/** A whole workflow at work, as small as it can be with every kind of write in it. */
export interface Story {
  /** File of `workflows-templates/` whose run is disturbed. */
  readonly template: string;
  /** What it has to do. */
  readonly name: string;
  /** Outgoing writes of the undisturbed run and of what it starts; checked before anything is disturbed. */
  readonly writes: number;
  /** Conclusion of the undisturbed run. */
  readonly ends: "success" | "failure";
  readonly installation: Pick<WorkflowSceneOptions, "files" | "productions">;
  /** What went before, runs included. */
  readonly prepare: (scene: WorkflowScene) => Promise<void>;
  /** What a person, the console or the clock does last. The runs that it starts are the ones that are disturbed. */
  readonly begin: (scene: WorkflowScene) => Promise<unknown>;
}
