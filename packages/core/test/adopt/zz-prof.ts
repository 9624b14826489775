import fc from "/work/main/node_modules/fast-check/lib/fast-check.js";
import { adopt } from "/work/main/packages/core/src/adopt/adopt.ts";
import { validateProject } from "/work/main/packages/core/src/project/validate-project.ts";
import { toCanonicalContent } from "/work/main/packages/core/src/canonical/canonical-form.ts";
import { edited, editsBetween } from "/work/main/packages/core/test/adopt/adopt-fixture.ts";
import { changeArbitrary, projectArbitrary } from "/work/main/packages/core/test/adopt/project-arbitrary.ts";
let t0 = (process.cpuUsage().user / 1000);
const samples = fc.sample(fc.tuple(projectArbitrary, changeArbitrary, changeArbitrary), { numRuns: 100, seed: 7 });
console.log("gen", ((process.cpuUsage().user / 1000) - t0) / 100);
let tv = 0, ta = 0, te = 0; let adopted = 0, un = 0; const reasons = new Map();
for (const [p, c1, c2] of samples) {
  let t = (process.cpuUsage().user / 1000);
  const v = validateProject({ files: p.files, workingDirectory: "" });
  tv += (process.cpuUsage().user / 1000) - t; t = (process.cpuUsage().user / 1000);
  const ws = p.workspaces[1];
  const edits = new Map(); const live = new Map();
  for (const [a, c] of [["alpha", c1], ["beta", c2]]) {
    const d = v.desired.get(ws).get(a);
    const l = toCanonicalContent(edited(d.content, c));
    edits.set(a, editsBetween(d.content, l)); live.set(a, l);
  }
  te += (process.cpuUsage().user / 1000) - t; t = (process.cpuUsage().user / 1000);
  const r = adopt({ files: p.files, workingDirectory: "", workspace: ws, edits, live });
  ta += (process.cpuUsage().user / 1000) - t;
  for (const x of r.agents.values()) { adopted += x.adopted.length; un += x.unmappable.length; for (const u of x.unmappable) { const k = u.reason.slice(0, 90); reasons.set(k, (reasons.get(k) ?? 0) + 1); } }
}
console.log({ tv: tv / 100, te: te / 100, ta: ta / 100, adopted, un });
for (const [k, n] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(n, k);
