/** `npm run demo`: the main job of the suite, played on the lab. Fails if anything does not come out as told. */
import { mkdir, writeFile } from "node:fs/promises";
import { printChapter, printEnding, printOpening, type PrintOptions } from "./demo/print.ts";
import { reportPage } from "./demo/report-page.ts";
import { playStory, TITLE } from "./demo/story.ts";
import { paintFor } from "./demo/terminal.ts";

const options: PrintOptions = {
  paint: paintFor({ isTty: process.stdout.isTTY, environment: process.env }),
  report: "demo-report/index.html",
};
const write = (text: string): void => void process.stdout.write(text);

write(printOpening({ title: TITLE }, options));
const story = await playStory((chapter, number) => write(printChapter(chapter, number, options)));
const folder = new URL("../demo-report/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("index.html", folder), reportPage(story));
write(printEnding(story, options));
process.exitCode = story.broken.length === 0 ? 0 : 1;
