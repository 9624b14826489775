/** `npm run demo`: the main job of the suite, played on the lab. Fails if anything does not come out as told. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { printStory } from "./demo/print.ts";
import { reportPage } from "./demo/report-page.ts";
import { playStory } from "./demo/story.ts";
import { paintFor } from "./demo/terminal.ts";

const report = "demo-report/index.html";
const story = await playStory();
const folder = new URL("../demo-report/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(fileURLToPath(new URL("index.html", folder)), reportPage(story));
process.stdout.write(printStory(story, { paint: paintFor({ isTty: process.stdout.isTTY, environment: process.env }), report }));
process.exitCode = story.broken.length === 0 ? 0 : 1;
