/**
 * Finds the kit that a signed object names: by the SGTIN in the packing list that the catalogue
 * keeps of each kit aboard. A list that was written ahead of a KIT record which a power cut
 * prevented is no kit's.
 */
import { crc32, CRC32_START, equal } from '../core/bytes.js';
import type { CborReader } from '../core/cbor/cbor.js';
import { KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import {
  PACKING_LIST_BYTES_MAX,
  PackingListView,
  parsePackingList,
} from '../core/kit/packing-list.js';
import { CUSTODY } from '../core/units.js';

export class KitFinder {
  /** The packing list that was loaded last, and where its parts lie. */
  readonly list = new Uint8Array(PACKING_LIST_BYTES_MAX);
  readonly view = new PackingListView();
  private readonly words: Int32Array;
  private readonly catalogue: Catalogue;

  /** `words` are the durable KITS_WORDS. */
  constructor(words: Int32Array, catalogue: Catalogue) {
    this.words = words;
    this.catalogue = catalogue;
  }

  /** Index of the kit with this SGTIN, whatever its custody, or -1. Uses up the reader. */
  find(reader: CborReader, bytes: Uint8Array, sgtinAt: number, sgtinLength: number): number {
    const { view, list } = this;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      if (this.load(reader, kit) < 0 || view.sgtinLength !== sgtinLength) continue;
      if (equal(list, view.sgtinAt, bytes, sgtinAt, sgtinLength)) return kit;
    }
    return -1;
  }

  /** Loads a kit's packing list: 0, or a fault, and then it has none that counts. */
  load(reader: CborReader, kit: number): number {
    const at = kitAt(kit);
    if (this.words[at + KIT.custody] === CUSTODY.none) return -1;
    const length = this.catalogue.get(ENTRY.kit, kit, this.list);
    if (length < 0) return length;
    if (crc32(this.list, 0, length, CRC32_START) !== this.words[at + KIT.listCrc]) return -1;
    return parsePackingList(reader, this.list, 0, length, this.view);
  }
}
