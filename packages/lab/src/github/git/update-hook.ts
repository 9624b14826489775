/**
 * The `update` hook of the lab's repositories, run by git as a program of its own: asks the lab whether the ref may move
 * and prints what GitHub would print. The lab looks at the new objects through git's quarantine, which only the hook knows.
 */
const url = process.env["LAB_HOOK_URL"];
const [ref, old, target] = process.argv.slice(2);

if (url !== undefined) {
  const quarantine = Object.fromEntries(
    ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ ref, old, new: target, quarantine }) });
  const verdict = (await response.json()) as { lines: string[] } | null;
  if (verdict !== null) {
    for (const line of verdict.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 1;
  }
}

export {};
