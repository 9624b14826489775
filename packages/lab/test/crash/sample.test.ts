/** What an ordinary run takes of the matrix of whole templates; `npm run prove:crash` plays all of it, in the files `whole-story`. */
import { casesOf, proveStories } from "./matrix.ts";
import { NEW_AGENT } from "./stories.ts";

proveStories(NEW_AGENT, casesOf(NEW_AGENT).filter(({ at, disturbance }) => at === 3 && disturbance === "killed after"));
