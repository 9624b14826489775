/** Which packages a bundle holds: from the modules that the bundler put into it, so nothing is missed and nothing is only "installed". */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as package-lock.json has it. */
  readonly license: string;
  /** Subresource integrity of the package's archive, as package-lock.json has it. */
  readonly integrity: string;
  /** License and notice files of the package and of the folders that its bundled modules stand in: path in the package → text. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The part of webpack's statistics that is read here. */
export interface BundleModule {
  readonly resource?: string;
  /** Modules that were joined into this one. */
  readonly modules?: Iterable<BundleModule>;
}

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
}

/** Paths of all files that the modules came from; our own sources too. */
export function filesOfModules(modules: Iterable<BundleModule>): string[] {
  return [...modules].flatMap((module) => [...(module.resource === undefined ? [] : [module.resource]), ...filesOfModules(module.modules ?? [])]);
}

/**
 * The packages that `files` belong to, by name and version. A package that is installed in two versions is there twice.
 * @throws {Error} for a package that package-lock.json does not pin, or that brings no license text.
 */
export function bundledPackages(files: readonly string[], root: string): BundledPackage[] {
  const locked = (JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, Locked> }).packages;
  return [...Map.groupBy(files, packageFolder)]
    .flatMap(([folder, own]) => (folder === undefined ? [] : describe(folder, own, locked[relative(root, folder).replaceAll("\\", "/")])))
    .sort((one, other) => compare(one.name, other.name) || compare(one.version, other.version));
}

function describe(folder: string, files: readonly string[], locked: Locked | undefined): BundledPackage {
  const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
  const { version, license, integrity } = locked ?? {};
  if (version === undefined || license === undefined || integrity === undefined) throw new Error(`package-lock.json does not say version, license and integrity of ${folder}`);
  const texts = licenseTexts(folder, files);
  if (texts.size === 0) throw new Error(`${name} ${version} has no license file`);
  return { name, version, license, integrity, texts };
}

/** The innermost package that a file belongs to; undefined for our own sources. */
function packageFolder(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0].replaceAll("\\", "/");
}

/** A package may hold code of others, with their license beside it. */
function licenseTexts(folder: string, files: readonly string[]): Map<string, string> {
  const folders = new Set<string>();
  for (const file of files) for (let at = dirname(file); at.length >= folder.length && existsSync(at); at = dirname(at)) folders.add(at);
  const paths = [...folders].flatMap((at) => readdirSync(at).filter((name) => /^(licen[sc]e|copying|notice)([.-].*)?$/i.test(name) && !/\.[cm]?[jt]s$/.test(name)).map((name) => join(at, name)));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll("\\", "/"), path] as const).sort(([one], [other]) => compare(one, other)).map(([name, path]) => [name, readText(path)]));
}

function readText(path: string): string {
  return `${readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim()}\n`;
}

/** By code units: the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
