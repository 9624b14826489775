import { expect, test } from "@jest/globals";
import { resolveMessage } from "@retell-actions/core/report/resolve-pull-request";
import { originTrailer, readDigests, readTrailers } from "@retell-actions/core/resolve/commit-trailers";

const READ = new Map([
  ["staging", new Map([["support", "0123456789ab"], ["sales", "ba9876543210"]])],
  ["prod-eu", new Map([["sales", "aaaaaaaaaaaa"]])],
]);

test("a later run reads from the message what the commands were held against", () => {
  const line = "/retell use-git sales";
  const message = resolveMessage({ commands: [{ kind: "done", line, agents: [] }], author: "dana", trailers: [...readTrailers(READ), originTrailer({ comment: 7 })] });
  expect(message.split("\n").slice(-5)).toEqual(["Retell-Decided-By: dana", "Retell-Read: prod-eu sales @aaaaaaaaaaaa", "Retell-Read: staging sales @ba9876543210", "Retell-Read: staging support @0123456789ab", "Retell-Command: 7"]);
  expect(readDigests(message)).toEqual(READ);
});

test("other lines name no state", () => {
  expect(readDigests("Retell-Read: staging sales\n Retell-Read: staging sales @0123456789ab\nRetell-Read: staging sales @XYZ\r\n/retell use-git sales @0123456789ab").size).toBe(0);
  expect(originTrailer({ run: "12" })).toBe("Retell-Run: 12");
});
