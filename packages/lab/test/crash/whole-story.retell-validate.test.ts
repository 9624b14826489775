import { proveStories } from "./matrix.ts";
import { VALIDATE } from "./stories.ts";

proveStories(VALIDATE);
