// The layered layout, by dagre. Three things make it fast enough for 2,000 boxes and 3,500 edges on a slow machine:
//
// - The ranker 'tight-tree': the default (network simplex) takes minutes for such a graph, and gains little.
// - dagre keeps every second layer free for the labels of edges, which here have none. A minimal length of one half
//   takes those layers out again, and with them most of the points that long edges are held by.
// - The order within the layers is ours (crossings.ts).
import type {Edge as GraphEdge, EdgeLabel, GraphLabel, NodeLabel} from '@dagrejs/dagre';
import {Graph, layout} from '@dagrejs/dagre';
import {orderedLayers} from './crossings';
import type {Edge, Layout} from './layout';
import {kColumnGap, kRowGap, routed} from './layout';

type LayoutGraph = Graph<GraphLabel, NodeLabel, EdgeLabel>;

const kEdgeGap = 6;
// dagre expects a point on every edge: this one stands on those that need none. It is far from everything and never
// drawn.
const kNoPoint = {x: -1e6, y: -1e6};

// Fills in the places of `linked`, the routes of `edges`, and the size. Throws where dagre does.
export function layered(made: Layout, linked: readonly number[], edges: readonly Edge[]): void {
  const {width, height} = made.box;
  const graph: LayoutGraph = new Graph();
  graph.setGraph({rankdir: 'LR', ranker: 'tight-tree', nodesep: kRowGap, edgesep: kEdgeGap, ranksep: 2 * kColumnGap});
  for (const at of linked) graph.setNode(String(at), {width, height});
  for (const {from, to} of edges) graph.setEdge(String(from), String(to), {labelpos: 'c', minlen: 0.5});
  layout(graph, {customOrder: order});
  for (const at of linked) {
    const node = graph.node(String(at));
    made.x[at] = (node.x ?? NaN) - width / 2;
    made.y[at] = (node.y ?? NaN) - height / 2;
    if (!Number.isFinite(made.x[at]! + made.y[at]!)) throw new Error('no position');
  }
  made.routes = edges.map((edge) => routed(made, edge, heldPoints(graph, edge, width)));
  made.width = Math.max(...linked.map((at) => made.x[at]!)) + width;
  made.height = graph.graph().height ?? 0;
}

// The way between the two ends: straight past the boxes of each layer in between. dagre's place-holder is no part of
// it.
function heldPoints(graph: LayoutGraph, {from, to}: Edge, width: number): number[] {
  const points = (graph.edge(String(from), String(to)).points ?? []).slice(1, -1);
  return points.flatMap(({x, y}) => (x > kNoPoint.x / 2 ? [x - width / 2, y, x + width / 2, y] : []));
}

// Gives each node its place within its layer, as dagre expects it at this point.
function order(graph: LayoutGraph): void {
  const ids = graph.nodes();
  const places = new Map(ids.map((id, place) => [id, place]));
  const above: number[][] = ids.map(() => []);
  const below: number[][] = ids.map(() => []);
  for (const edge of graph.edges() as GraphEdge[]) {
    const from = places.get(edge.v)!;
    const to = places.get(edge.w)!;
    below[from]!.push(to);
    above[to]!.push(from);
    graph.edge(edge).points ??= [{...kNoPoint}];
  }
  const layers = firstOrder(
    ids.map((id) => graph.node(id).rank ?? 0),
    below,
  );
  for (const layer of orderedLayers({layers, above, below})) {
    layer.forEach((place, index) => (graph.node(ids[place]!).order = index));
  }
}

// Depth first from the left: what belongs together comes together.
function firstOrder(ranks: readonly number[], below: number[][]): number[][] {
  const layers: number[][] = Array.from({length: Math.max(...ranks) + 1}, () => []);
  const seen = new Set<number>();
  const open = ranks.map((_, place) => place).sort((one, other) => ranks[other]! - ranks[one]! || other - one);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    layers[ranks[place]!]!.push(place);
    for (const next of [...below[place]!].reverse()) open.push(next);
  }
  return layers;
}
