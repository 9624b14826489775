import { proveStories } from "./matrix.ts";
import { PRODUCTIONS } from "./stories.ts";

proveStories(PRODUCTIONS);
