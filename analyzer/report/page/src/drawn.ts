// What the graph draws for what the reader has chosen, and whether that is too much: one answer for the graph itself,
// for the buttons that open boxes, and for whatever else lets more be seen.
import {allFolders, allPackages, boxCount, folderKey, packageKey} from './boxes';
import type {Matcher} from './filter';
import {isActive} from './filter';
import type {Lineage} from './lineage';
import {relatedToSelection} from './marks';
import type {Choices} from './store';
import {sameSelection} from './store';

// More than this is never laid out box by box, unless the reader opens a folder that holds more.
export const kMostDrawn = 2000;

export const kTooMuch = `More than ${kMostDrawn.toLocaleString('en')} nodes: packages open into folders.`;

export class Drawn {
  constructor(
    private readonly lineage: Lineage,
    private readonly matcher: Matcher,
  ) {}

  // The nodes that are drawn, by themselves or within a box.
  places({filter, scope, selection}: Choices): number[] {
    const places = this.matcher.candidates(filter);
    if (scope === 'matching' && isActive(filter)) {
      const matching = this.matcher.matches(filter);
      return places.filter((place) => matching.has(place));
    }
    if (scope === 'related' && selection !== null) {
      const {seeds, upstream, downstream} = relatedToSelection(this.lineage, selection);
      return places.filter((place) => seeds.has(place) || upstream.has(place) || downstream.has(place));
    }
    return places;
  }

  count(choices: Choices): number {
    return boxCount(this.lineage, this.places(choices), choices.collapsed);
  }

  isTooMuch(choices: Choices): boolean {
    return this.count(choices) > kMostDrawn;
  }

  // The same choices, or where they are too much with all folders collapsed, and if need be all packages.
  within(choices: Choices): Choices {
    if (!this.isTooMuch(choices)) return choices;
    const withBoxes = (boxes: ReadonlySet<string>) => ({
      ...choices,
      collapsed: new Set([...choices.collapsed, ...boxes]),
    });
    const folders = withBoxes(allFolders(this.lineage));
    return this.isTooMuch(folders) ? withBoxes(allPackages(this.lineage)) : folders;
  }

  // Whether `next` draws more than the limit because of something else than a box that the reader has opened.
  exceeds(next: Choices, before: Choices): boolean {
    const moved = next.scope === 'related' && !sameSelection(next.selection, before.selection);
    if (next.filter === before.filter && next.scope === before.scope && !moved) return false;
    return this.count(next) > Math.max(kMostDrawn, this.count(before));
  }

  // What is collapsed once the box `key` is open. A package that would be too much opens into its folders.
  opened(choices: Choices, key: string): Set<string> {
    const next = new Set(choices.collapsed);
    next.delete(key);
    if (!key.startsWith('package:')) return next;
    const folders = this.lineage.nodes.filter((node) => packageKey(node) === key).map(folderKey);
    for (const folder of folders) next.delete(folder);
    if (this.isTooMuch({...choices, collapsed: next})) for (const folder of folders) next.add(folder);
    return next;
  }

  // The same so that one node is drawn by itself.
  revealing(choices: Choices, place: number): ReadonlySet<string> {
    const node = this.lineage.nodes[place]!;
    const [outer, inner] = [packageKey(node), folderKey(node)];
    if (!choices.collapsed.has(outer) && !choices.collapsed.has(inner)) return choices.collapsed;
    const next = choices.collapsed.has(outer) ? this.opened(choices, outer) : new Set(choices.collapsed);
    next.delete(inner);
    return next;
  }
}
