import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Digests of a repository, by tag. */
const indexSchema = z.record(z.string(), z.string());

/** An image in the registry. */
export interface RegistryImage {
  readonly tag: string;
  readonly digest: string;
}

/** The account's image registry, kept in a folder: a repository is a folder, an image its entry file named by digest. */
export class Registry {
  constructor(private readonly directory: string) {}

  /** Images of a repository, by tag. */
  images(repository: string): readonly RegistryImage[] {
    const file = this.indexFile(repository);
    if (!existsSync(file)) return [];
    const index = indexSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return Object.entries(index).map(([tag, digest]) => ({ tag, digest }));
  }

  /** Stores an entry file under its digest and names it by a tag. */
  push(repository: string, tag: string, digest: string, entryFile: string): void {
    mkdirSync(this.folder(repository), { recursive: true });
    copyFileSync(entryFile, this.entryFile(repository, digest));
    const index = new Map(this.images(repository).map((image) => [image.tag, image.digest])).set(tag, digest);
    writeFileSync(this.indexFile(repository), JSON.stringify(Object.fromEntries(index), undefined, 1));
  }

  deleteImages(repository: string): void {
    rmSync(this.folder(repository), { recursive: true, force: true });
  }

  /**
   * Path of the entry file of an image such as `123456789012.dkr.ecr.us-east-1.amazonaws.com/users@sha256:…`.
   * Throws `CannotPullContainerError` as a task's stopped reason has it when the registry holds no such image.
   */
  entryPoint(image: string): string {
    const match = /^[^/]+\/([^@:]+)(?::([^@]+))?(?:@(.+))?$/.exec(image);
    const [, repository = "", tag, pinned] = match ?? [];
    const digest = pinned ?? this.images(repository).find((stored) => stored.tag === tag)?.digest ?? "";
    const file = this.entryFile(repository, digest);
    if (!existsSync(file)) {
      throw new Error(`CannotPullContainerError: failed to resolve ref ${image}: ${image}: not found`);
    }
    return file;
  }

  private folder(repository: string): string {
    return join(this.directory, ...repository.split("/"));
  }

  private indexFile(repository: string): string {
    return join(this.folder(repository), "tags.json");
  }

  private entryFile(repository: string, digest: string): string {
    return join(this.folder(repository), `${digest.replace(":", "-")}.cjs`);
  }
}
