import { expect, test } from "@jest/globals";
import { z } from "zod";
import { createClient } from "../../../src/adapters/github/client.ts";
import { startFake } from "../fake-server.ts";
import { recordingLog } from "../recording-log.ts";

test("a server that says nothing is unavailable: a time-out has a number where other failures have the name of an error", async () => {
  const fake = await startFake(() => "hang");
  const client = createClient({ token: "t", apiUrl: fake.url, graphqlUrl: `${fake.url}/graphql`, repository: "o/r", log: recordingLog(), clock: { now: () => 0 }, sleep: async () => undefined, chance: () => 0, timeout: 20 });
  try {
    const purpose = { what: "read the repository", permission: "contents: read", write: false } as const;
    await expect(client.request({ ...purpose, send: (octokit) => octokit.rest.repos.get({ owner: "o", repo: "r" }), schema: z.unknown() })).rejects.toMatchObject({
      reason: "github-unavailable",
      message: expect.stringContaining("the connection broke or timed out"),
    });
    expect(await client.mutate({ ...purpose, write: true, query: "mutation { x }", variables: {}, schema: z.unknown() })).toMatchObject({ ok: false, failure: { kind: "no-answer", text: "the connection broke or timed out" } });
  } finally {
    await fake.close();
  }
});
