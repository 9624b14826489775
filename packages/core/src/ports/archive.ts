/** A file of an archive; folders are made from the paths. */
export interface ArchiveEntry {
  /** From the archive's root, with `/` as separator. */
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * Making archives whose bytes depend on nothing but the entries and the time (epoch milliseconds): neither on the order of
 * the entries nor on machine, user, time zone or clock. Files are 0644, folders 0755, owned by nobody in particular.
 */
export interface Archiver {
  tarGz(entries: readonly ArchiveEntry[], modifiedAt: number): Promise<Uint8Array>;
  zip(entries: readonly ArchiveEntry[], modifiedAt: number): Uint8Array;
}
