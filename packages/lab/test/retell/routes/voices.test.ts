import { expect, test } from "@jest/globals";
import { clientOf, laboratory, refusal } from "../laboratory.ts";

const organizations = [
  { id: "org_a", name: "A", keys: [{ key: "a", name: "a", permissions: { agent: "read" as const } }], voices: [{ voice_id: "custom_voice_1", voice_name: "Ada", gender: "male" as const }] },
  { id: "org_b", name: "B", keys: [{ key: "b", name: "b", permissions: { agent: "read" as const } }] },
];

test("stock voices are everywhere, custom voices where they were made", async () => {
  const { lab, client } = await laboratory({ organizations });
  const other = clientOf(lab, "b");
  const ids = (voices: { voice_id: string }[]) => voices.map((voice) => voice.voice_id);
  const stock = ids(await other.voice.list());
  expect(stock).toEqual(expect.arrayContaining(["retell-Cimo", "11labs-Adrian"]));
  expect(ids(await client.voice.list())).toEqual([...stock, "custom_voice_1"]);
  expect(await client.voice.retrieve("custom_voice_1")).toEqual({ voice_id: "custom_voice_1", voice_name: "Ada", provider: "elevenlabs", gender: "male" });
  expect(await other.voice.retrieve("retell-Cimo")).toMatchObject({ voice_name: "Cimo", provider: "platform" });
  expect((await refusal(other.voice.retrieve("custom_voice_1"))).status).toBe(404);
});
