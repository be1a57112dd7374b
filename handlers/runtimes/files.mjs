// Files in memory.

import { Directory, File, Inode } from "@bjorn3/browser_wasi_shim";

/** A folder with these files, by their paths: a text, a list of lines, bytes, {"base64": text}. */
export function folder(files) {
  const top = new Directory(new Map());
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop();
    let place = top;
    for (const part of parts) {
      if (!place.contents.has(part)) place.contents.set(part, new Directory(new Map()));
      place = place.contents.get(part);
    }
    place.contents.set(name, content instanceof Inode ? content : new File(bytesOf(content)));
  }
  return top;
}

function bytesOf(content) {
  if (content.base64 !== undefined) return Buffer.from(content.base64, "base64");
  if (content instanceof Uint8Array) return content;
  return Buffer.from(Array.isArray(content) ? content.map((line) => line + "\n").join("") : content);
}
