/**
 * Walks a whole value through the core's CBOR writer and reader, for the tests: the core itself
 * never builds a tree. The same value through the library cborg is what it is held against; that
 * one is published for `import` only, hence the promise.
 */
import { CBOR_TYPE, type CborReader, type CborWriter } from '../../../firmware/core/cbor/cbor.js';

export type Tree = number | boolean | null | string | Uint8Array | Tree[] | TreeMap | Tagged;
export type TreeMap = Map<number, Tree>;

/** A tag and the item that it stands for. */
export class Tagged {
  readonly tag: number;
  readonly item: Tree;

  constructor(tag: number, item: Tree) {
    this.tag = tag;
    this.item = item;
  }
}

/** Answers cborg's encoder under the rules of RFC 8949 §4.2.1. */
export async function loadEncoder(): Promise<(tree: Tree) => Uint8Array> {
  const cborg = await import('cborg');
  const converted = (tree: Tree): unknown => {
    if (tree instanceof Tagged) return new cborg.Tagged(tree.tag, converted(tree.item));
    if (Array.isArray(tree)) return tree.map(converted);
    if (tree instanceof Map) return new Map([...tree].map(([key, item]) => [key, converted(item)]));
    return tree;
  };
  return (tree) => cborg.encode(converted(tree), cborg.rfc8949EncodeOptions);
}

/** Writes a tree; keys of maps go in the order in which the map has them. */
export function putTree(writer: CborWriter, tree: Tree): void {
  if (tree === null) writer.putNull();
  else if (typeof tree === 'boolean') writer.putBool(tree);
  else if (typeof tree === 'number') writer.putInt(tree);
  else if (typeof tree === 'string') {
    const text = Buffer.from(`..${tree}`);
    writer.putText(text, 2, text.length - 2);
  } else if (tree instanceof Uint8Array) {
    writer.putBytes(tree, 0, tree.length);
  } else if (tree instanceof Tagged) {
    writer.putTag(tree.tag);
    putTree(writer, tree.item);
  } else if (Array.isArray(tree)) {
    writer.putArrayHeader(tree.length);
    for (const item of tree) putTree(writer, item);
  } else {
    writer.putMapHeader(tree.size);
    for (const [key, value] of tree) {
      writer.putInt(key);
      putTree(writer, value);
    }
  }
}

/** Reads the tree that lies in `bytes`; throws the fault's code as soon as there is one. */
export function readTree(reader: CborReader, bytes: Uint8Array): Tree {
  const type = sound(reader.nextType());
  switch (type) {
    case CBOR_TYPE.int: {
      const value = reader.readInt();
      sound(reader.fault());
      return value;
    }
    case CBOR_TYPE.bytes: {
      const length = sound(reader.readBytes());
      return Uint8Array.from(bytes.subarray(reader.dataAt, reader.dataAt + length));
    }
    case CBOR_TYPE.text: {
      const length = sound(reader.readText());
      return Buffer.from(bytes.subarray(reader.dataAt, reader.dataAt + length)).toString();
    }
    case CBOR_TYPE.array: {
      const items: Tree[] = [];
      for (let left = sound(reader.readArrayHeader()); left > 0; left--) {
        items.push(readTree(reader, bytes));
      }
      return items;
    }
    case CBOR_TYPE.map: {
      const map: TreeMap = new Map();
      for (let left = sound(reader.readMapHeader()); left > 0; left--) {
        const key = reader.readInt();
        sound(reader.fault());
        map.set(key, readTree(reader, bytes));
      }
      return map;
    }
    case CBOR_TYPE.tag: {
      const tag = sound(reader.readTag());
      return new Tagged(tag, readTree(reader, bytes));
    }
    case CBOR_TYPE.bool:
      return sound(reader.readBool()) === 1;
    default:
      sound(reader.readNull());
      return null;
  }
}

/** Reads all of `bytes` as one tree; answers it, or the code of the fault. */
export function treeOrFault(reader: CborReader, bytes: Uint8Array): Tree | { fault: number } {
  reader.begin(bytes, 0, bytes.length);
  try {
    const tree = readTree(reader, bytes);
    sound(reader.end());
    return tree;
  } catch (error) {
    if (error instanceof ReadFault) return { fault: error.code };
    throw error;
  }
}

class ReadFault extends Error {
  override name = 'ReadFault';
  readonly code: number;

  constructor(code: number) {
    super(`fault ${code}`);
    this.code = code;
  }
}

function sound(answer: number): number {
  if (answer < 0) throw new ReadFault(answer);
  return answer;
}
