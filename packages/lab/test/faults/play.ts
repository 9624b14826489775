import { isDeepStrictEqual } from "node:util";
import { atSpeed } from "@retell-actions/lab/faults/at-speed";
import type { FaultRequest } from "@retell-actions/lab/faults/faults";
import { nameCall, wordsFor, type Call } from "@retell-actions/lab/faults/name-call";
import { wholePicture, type WholePicture } from "@retell-actions/lab/faults/whole-picture";
import type { RunResult, Scene } from "@retell-actions/lab/scene/scene";
import type { Case } from "./cases.ts";
import type { Story } from "./story.ts";

/** A minute that an action waits takes six seconds. */
const ENV = atSpeed(10);

/** What a story is without faults. */
export interface Undisturbed {
  readonly calls: readonly Call[];
  readonly outcome: string;
  readonly picture: WholePicture;
  /** Writes that Retell obeyed. */
  readonly writes: ReadonlySet<string>;
}

/** What came of a case. */
export interface Played {
  readonly run: RunResult;
  /** How many calls met the fault. */
  readonly fired: number;
  readonly before: WholePicture;
  readonly after: WholePicture;
  /** Writes that Retell obeyed. */
  readonly writes: readonly string[];
  /** The run without faults that follows. None where the world is as it should be, or as it was before: the next case begins with that. */
  readonly rerun: Ended | undefined;
  readonly violations: readonly unknown[];
}

interface Ended {
  readonly run: RunResult;
  readonly picture: WholePicture;
}

/** Plays a story without faults, and learns its calls. */
export async function playUndisturbed(story: Story): Promise<Undisturbed> {
  const scene = await story.start();
  try {
    const calls = new Map<string, Call>();
    const learn = (request: FaultRequest): boolean => {
      const call = nameCall(request);
      if (!calls.has(wordsFor(call))) calls.set(wordsFor(call), call);
      return false;
    };
    begin(scene);
    scene.faults.add({ matches: learn, action: { kind: "drop-before" } });
    const run = await story.run(scene, { env: ENV });
    if (run.conclusion !== "success") throw new Error(`${run.log}\n${run.stderr}`);
    return { calls: [...calls.values()], outcome: run.outputs["outcome"] ?? "", picture: await wholePicture(scene), writes: new Set(writesOf(scene)) };
  } finally {
    await scene.stop();
  }
}

/** Plays cases of a story one after the other. A world that a case left as it was serves the next one too. */
export class Player {
  readonly #story: Story;
  #scene: Scene | undefined;

  constructor(story: Story) {
    this.#story = story;
  }

  async play({ call, kind, times }: Case, undisturbed: Undisturbed): Promise<Played> {
    const scene = (this.#scene ??= await this.#story.start());
    begin(scene);
    const before = await wholePicture(scene);
    let fired = 0;
    const name = wordsFor(call);
    scene.faults.add({ matches: (request) => wordsFor(nameCall(request)) === name && (fired += 1) > 0, action: kind.action, ...(times === "once" ? { times: 1 } : {}) });
    const run = await this.#story.run(scene, { env: ENV });
    scene.faults.reset();
    const after = await wholePicture(scene);
    const played = { run, fired, before, after, writes: writesOf(scene), violations: scene.github.violations.splice(0).filter(({ side }) => side === "client") };
    const isDone = isDeepStrictEqual(after, undisturbed.picture);
    if (!isDone && isDeepStrictEqual(before, after)) return { ...played, rerun: undefined };
    this.#scene = undefined;
    try {
      return { ...played, rerun: isDone ? undefined : await this.#runOn(scene) };
    } finally {
      await scene.stop();
    }
  }

  /** What a run without faults makes of the world that the last cases left as it was; undefined if none did. */
  async finish(): Promise<Ended | undefined> {
    const scene = this.#scene;
    if (scene === undefined) return undefined;
    try {
      return await this.#runOn(scene);
    } finally {
      await scene.stop();
    }
  }

  async #runOn(scene: Scene): Promise<Ended> {
    return { run: await this.#story.run(scene, { env: ENV }), picture: await wholePicture(scene) };
  }
}

function begin(scene: Scene): void {
  scene.faults.reset();
  scene.retell.clearRequests();
  scene.github.clearRequests();
}

/** Writes that Retell obeyed, without ids and marks that name a commit. */
function writesOf({ retell }: Scene): string[] {
  return retell.requests
    .filter(({ write, status }) => write && status > 0 && status < 300)
    .map((request) => `${wordsFor(nameCall({ service: "retell", ...request }))} ${JSON.stringify(request.body)}`)
    .map((text) => text.replace(/\b(agent|llm|conversation_flow_component|conversation_flow|knowledge_base|source|tool)_[0-9a-f]{12,28}\b/g, "<$1>").replace(/(?<![\w-])[0-9a-f]{7}(?![\w-])/g, "<sha>").replace(/\b\d{6,}\b/g, "<number>").replace(/127\.0\.0\.1:\d+/g, "<github>"));
}
