// Where each box of the graph stands: layered from left to right, parents left of their children. Lengths are pixels at
// zoom 1; a box is named by its place in the drawing.
//
// Boxes without edges are set in a grid below and never reach the layered layout (layered.ts). Where there are too many
// boxes for it, or it gives up, plain columns stand in: the page always has a graph.
import {layered} from './layered';

export interface BoxSize {
  width: number;
  height: number;
}

export interface Edge {
  from: number;
  to: number;
}

export interface Layout {
  box: BoxSize;
  width: number;
  height: number;
  x: Float64Array; // left edges
  y: Float64Array; // top edges
  routes: number[][]; // per edge: x, y, x, y, …, first to last point
}

export const kRowGap = 14;
export const kColumnGap = 64;
const kMargin = 24;
const kMostLayered = 3000;
const kMostLayeredEdges = 7000;

export function layOut(count: number, edges: readonly Edge[], box: BoxSize): Layout {
  const linked = new Set<number>();
  for (const {from, to} of edges) linked.add(from).add(to);
  const single: number[] = [];
  for (let at = 0; at < count; ++at) if (!linked.has(at)) single.push(at);
  const made: Layout = {box, width: 0, height: 0, x: new Float64Array(count), y: new Float64Array(count), routes: []};
  if (linked.size > 0)
    placeLinked(
      made,
      [...linked].sort((one, other) => one - other),
      edges,
    );
  placeGrid(made, single);
  moveBy(made, kMargin);
  made.width += 2 * kMargin;
  made.height += 2 * kMargin;
  return made;
}

// From the middle of the right side to the middle of the left side, over `between`. What leads back to the left, as one
// edge of a circle of packages does, passes below both boxes.
export function routed(made: Layout, {from, to}: Edge, between: readonly number[]): number[] {
  const {x, y, box} = made;
  const start = [x[from]! + box.width, y[from]! + box.height / 2];
  const end = [x[to]!, y[to]! + box.height / 2];
  if (x[to]! >= start[0]!) return [...start, ...between, ...end];
  const below = Math.max(y[from]!, y[to]!) + box.height + kRowGap;
  return [...start, start[0]! + kRowGap, below, end[0]! - kRowGap, below, ...end];
}

function placeLinked(made: Layout, linked: readonly number[], edges: readonly Edge[]): void {
  if (linked.length <= kMostLayered && edges.length <= kMostLayeredEdges) {
    try {
      layered(made, linked, edges);
      return;
    } catch {
      // Plain columns then.
    }
  }
  columns(made, linked, edges);
}

function moveBy(made: Layout, distance: number): void {
  for (let at = 0; at < made.x.length; ++at) {
    made.x[at]! += distance;
    made.y[at]! += distance;
  }
  made.routes = made.routes.map((route) => route.map((length) => length + distance));
}

// One column per layer, in the order in which the boxes come.
function columns(made: Layout, linked: readonly number[], edges: readonly Edge[]): void {
  const {box} = made;
  const layers = layersOf(linked, edges);
  const rows = new Map<number, number>();
  for (const at of linked) {
    const layer = layers.get(at) ?? 0;
    const row = rows.get(layer) ?? 0;
    rows.set(layer, row + 1);
    made.x[at] = layer * (box.width + kColumnGap);
    made.y[at] = row * (box.height + kRowGap);
    made.width = Math.max(made.width, made.x[at]! + box.width);
    made.height = Math.max(made.height, made.y[at]! + box.height);
  }
  made.routes = edges.map((edge) => routed(made, edge, []));
}

// The length of the longest way to each box; 0 on a circle.
function layersOf(linked: readonly number[], edges: readonly Edge[]): Map<number, number> {
  const next = new Map<number, number[]>(linked.map((at) => [at, []]));
  const missing = new Map<number, number>(linked.map((at) => [at, 0]));
  for (const {from, to} of edges) {
    next.get(from)!.push(to);
    missing.set(to, missing.get(to)! + 1);
  }
  const layers = new Map<number, number>();
  const open = linked.filter((at) => missing.get(at) === 0);
  for (let done = 0; done < open.length; ++done) {
    const at = open[done]!;
    const layer = layers.get(at) ?? 0;
    for (const to of next.get(at)!) {
      layers.set(to, Math.max(layers.get(to) ?? 0, layer + 1));
      missing.set(to, missing.get(to)! - 1);
      if (missing.get(to) === 0) open.push(to);
    }
  }
  return layers;
}

// As wide as what is above it, or about twice as wide as high.
function placeGrid(made: Layout, single: readonly number[]): void {
  if (single.length === 0) return;
  const {box} = made;
  const step = {x: box.width + kRowGap, y: box.height + kRowGap};
  const alone = Math.ceil(Math.sqrt((2 * single.length * step.y) / step.x));
  const perRow = Math.max(alone, Math.floor((made.width + kRowGap) / step.x), 1);
  const top = made.height > 0 ? made.height + 2 * kRowGap : 0;
  single.forEach((at, index) => {
    made.x[at] = (index % perRow) * step.x;
    made.y[at] = top + Math.floor(index / perRow) * step.y;
  });
  made.width = Math.max(made.width, Math.min(perRow, single.length) * step.x - kRowGap);
  made.height = top + Math.ceil(single.length / perRow) * step.y - kRowGap;
}
