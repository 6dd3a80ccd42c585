// How boxes and edges are marked: what is selected, its upstream and downstream, and what the filter leaves. Classes on
// the boxes; edges are marked by the canvas.
import {folderKey, packageKey} from './boxes';
import type {Highlight} from './edge_canvas';
import type {Lineage} from './lineage';
import type {Scene} from './scene';
import type {Selection} from './store';

export interface Related {
  seeds: Set<number>; // places of the selected nodes
  upstream: Set<number>;
  downstream: Set<number>;
}

function seedsOf(lineage: Lineage, selection: Selection): number[] {
  if (selection === null) return [];
  if (selection.kind === 'node') return [selection.place];
  return lineage.nodes
    .map((_, place) => place)
    .filter((place) => {
      const node = lineage.nodes[place]!;
      return packageKey(node) === selection.key || folderKey(node) === selection.key;
    });
}

export function relatedToSelection(lineage: Lineage, selection: Selection): Related {
  const seeds = seedsOf(lineage, selection);
  return {seeds: new Set(seeds), upstream: lineage.upstream(seeds), downstream: lineage.downstream(seeds)};
}

// On which side of the selection an item is; the first of these that one of its nodes is.
type Side = 'selected' | 'upstream' | 'downstream' | '';

function sideOf(places: readonly number[], related: Related): Side {
  const holds = (set: Set<number>) => places.some((place) => set.has(place));
  if (holds(related.seeds)) return 'selected';
  if (holds(related.upstream)) return 'upstream';
  return holds(related.downstream) ? 'downstream' : '';
}

// Marks the boxes and says which edges to mark.
export function mark(scene: Scene, related: Related, matching: Set<number> | null): Highlight {
  const selecting = related.seeds.size > 0;
  const sides = scene.drawing.items.map((item) => (selecting ? sideOf(item.places, related) : ''));
  scene.boxes.forEach((box, at) => {
    const side = sides[at]!;
    box.classList.toggle('selected', side === 'selected');
    box.classList.toggle('upstream', side === 'upstream');
    box.classList.toggle('downstream', side === 'downstream');
    const matches = matching === null || scene.drawing.items[at]!.places.some((place) => matching.has(place));
    box.classList.toggle('matching', matching !== null && matches);
    box.classList.toggle('dimmed', !matches || (selecting && side === ''));
    if (side === 'selected') box.setAttribute('aria-pressed', 'true');
    else box.removeAttribute('aria-pressed');
  });
  return edgesOnTheWay(scene, sides, selecting || matching !== null);
}

// An edge is upstream where it leads from an upstream box to another or to the selected one; downstream likewise.
function edgesOnTheWay(scene: Scene, sides: readonly Side[], fadeOthers: boolean): Highlight {
  const highlight: Highlight = {upstream: [], downstream: [], fadeOthers};
  scene.drawing.edges.forEach(({from, to}, at) => {
    const [start, end] = [sides[from], sides[to]];
    if (start === 'upstream' && (end === 'upstream' || end === 'selected')) highlight.upstream.push(at);
    else if (end === 'downstream' && (start === 'downstream' || start === 'selected')) highlight.downstream.push(at);
  });
  return highlight;
}
