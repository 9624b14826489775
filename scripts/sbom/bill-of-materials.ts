/**
 * The software bill of materials of the suite: which packages are inside which action. Source of the format: CycloneDX 1.6, JSON
 * (ECMA-424). It has no date and no random number: the same content is the same bytes.
 */
import { createHash } from "node:crypto";
import type { BundledPackage } from "./bundled-packages.ts";

export interface BundledAction {
  readonly name: string;
  /** The bytes of its `index.js`. */
  readonly code: string;
  readonly packages: readonly BundledPackage[];
}

/** `version` is the suite's; `actions` are in the order of their names. */
export function billOfMaterials(version: string, actions: readonly BundledAction[]): object {
  const suite = { type: "application", "bom-ref": `retell-actions@${version}`, name: "retell-actions", version, licenses: [{ license: { id: "MIT" } }] };
  const libraries = new Map(actions.flatMap((action) => action.packages.map((one) => [packageUrl(one), library(one)] as const)));
  const sorted = [...libraries.keys()].sort();
  const content = {
    metadata: { component: suite },
    components: [...actions.map((action) => application(action, version)), ...sorted.map((reference) => libraries.get(reference))],
    dependencies: [
      { ref: suite["bom-ref"], dependsOn: actions.map((action) => reference(action, version)) },
      ...actions.map((action) => ({ ref: reference(action, version), dependsOn: action.packages.map(packageUrl).sort() })),
      ...sorted.map((ref) => ({ ref })),
    ],
    // "What is in an action" is complete; what its packages depend on among each other is not told here.
    compositions: [{ aggregate: "complete", assemblies: actions.map((action) => reference(action, version)) }],
  };
  return { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialNumber(JSON.stringify(content)), version: 1, ...content };
}

function application(action: BundledAction, version: string): object {
  return {
    type: "application", "bom-ref": reference(action, version), name: action.name, version,
    hashes: [{ alg: "SHA-256", content: createHash("sha256").update(action.code).digest("hex") }],
    licenses: [{ license: { id: "MIT" } }],
  };
}

function library(one: BundledPackage): object {
  const [algorithm = "", digest = ""] = one.integrity.split("-", 2);
  return {
    type: "library", "bom-ref": packageUrl(one), name: one.name, version: one.version,
    hashes: [{ alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") }],
    licenses: [/[ ()]/.test(one.license) ? { expression: one.license } : { license: { id: one.license } }],
    purl: packageUrl(one),
  };
}

function reference(action: BundledAction, version: string): string {
  return `${action.name}@${version}`;
}

/** Source: purl specification, type npm. */
function packageUrl(one: BundledPackage): string {
  return `pkg:npm/${one.name.replace("@", "%40")}@${one.version}`;
}

/** A UUID made of the content. Source: RFC 9562, version 8 (own digest). */
function serialNumber(content: string): string {
  const bytes = createHash("sha256").update(content).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `urn:uuid:${bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}
