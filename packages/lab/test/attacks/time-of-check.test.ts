import { beforeEach, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { answers, idOf, INPUTS, validate, worldWithPullRequest } from "../../../../actions/resolve-conflicts/test/support.ts";
import { run } from "../../../../actions/resolve-conflicts/src/run.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "time of check", what, outcome: "held" });
const SALES = "agents/sales/agent.json";

describe("between the check of a command and its commit", () => {
  let world: MemoryWorld;
  let pull: number;
  let tip: string | undefined;

  beforeEach(async () => {
    ({ world, number: pull } = await worldWithPullRequest({ [SALES]: (smallProject()[SALES] ?? "").replace('"voice_speed": 1,', '"voice_speed": 1.2,') }));
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
    await validate(world, pull);
    tip = world.git.branches.get("feature");
  });

  /** The comment's run, in which something happens as soon as Retell is read: long after the command was allowed. */
  async function meanwhile(happens: (id: number) => void): Promise<Awaited<ReturnType<typeof run>>> {
    world.clock.advance(10_000);
    const { id } = world.github.comment(pull, "/retell use-console staging sales");
    world.git.checkout(world.git.branches.get("develop") ?? "");
    world.clock.advance(5_000);
    const ports = world.ports(world.github.commentJob(id));
    let done = false;
    return run(INPUTS, {
      ...ports,
      openRetell: (...asked) => {
        if (!done) happens(id);
        done = true;
        return ports.openRetell(...asked);
      },
    });
  }

  test.each<[what: string, reason: string, happens: (id: number) => void]>([
    ["the person loses the permission to write", "no-permission", () => world.github.people.set("octocat", "read")],
    ["the comment is edited", "comment-changed", (id) => world.github.editComment(id, "/retell diff")],
    ["the comment is deleted", "comment-changed", (id) => world.github.deleteComment(id)],
  ])("%s: nothing is committed, and it is said why", async (what, reason, happens) => {
    await expect(meanwhile(happens)).rejects.toMatchObject({ reason });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect((await answers(world, pull)).at(-1)).toContain("Nothing was committed");
    told(what);
  });

  test("nothing of it happens: the decision is committed", async () => {
    expect(await meanwhile(() => undefined)).toMatchObject({ outcome: "resolved" });
    expect(world.git.branches.get("feature")).not.toBe(tip);
  });
});
