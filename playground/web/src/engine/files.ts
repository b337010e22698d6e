import { Errno } from "./errno.js";
import type { Source } from "./source.js";

let lastInode = 0;

/** A file of the guest's file system. */
export class FileNode {
  readonly inode = ++lastInode;

  constructor(readonly source: Source) {}
}

/** A directory of the guest's file system. */
export class DirectoryNode {
  readonly inode = ++lastInode;
  readonly entries = new Map<string, Node>();
}

export type Node = FileNode | DirectoryNode;

/**
 * Files is the file system that a guest sees. Only the host puts files there, and no path leads anywhere else: names
 * are looked up in maps.
 */
export class Files {
  readonly root = new DirectoryNode();

  /** Puts a file at a path, such as /in/model.gguf, with the directories that lead there. */
  mount(path: string, source: Source): void {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) {
      throw new RangeError("no name for a file");
    }
    let directory = this.root;
    for (const name of names) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = new DirectoryNode();
        directory.entries.set(name, next);
      }
      if (next instanceof FileNode) {
        throw new RangeError(`${name} is a file and a directory`);
      }
      directory = next;
    }
    directory.entries.set(name, new FileNode(source));
  }

  /** Takes away what is at a path, and closes it. */
  unmount(path: string): void {
    const names = namesOf(path);
    const name = names.pop();
    const directory = this.find(this.root, names.join("/"));
    if (name !== undefined && directory instanceof DirectoryNode) {
      const node = directory.entries.get(name);
      directory.entries.delete(name);
      if (node !== undefined) {
        close(node);
      }
    }
  }

  /** Returns what a path below a directory leads to. As WASI wants it, the path cannot leave the directory. */
  find(from: DirectoryNode, path: string): Node | Errno {
    if (path.startsWith("/")) {
      return Errno.Notcapable;
    }
    const way: Node[] = [from];
    for (const name of path.split("/")) {
      const here = way[way.length - 1];
      if (!(here instanceof DirectoryNode)) {
        return Errno.Notdir;
      }
      if (name === "" || name === ".") {
        continue;
      }
      if (name === "..") {
        if (way.length === 1) {
          return Errno.Notcapable;
        }
        way.pop();
        continue;
      }
      const next = here.entries.get(name);
      if (next === undefined) {
        return Errno.Noent;
      }
      way.push(next);
    }
    return way[way.length - 1] ?? from;
  }
}

function close(node: Node): void {
  if (node instanceof FileNode) {
    node.source.close?.();
  } else {
    node.entries.forEach(close);
  }
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
