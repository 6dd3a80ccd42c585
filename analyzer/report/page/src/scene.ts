// What is drawn at the moment: the boxes, where they stand, and their elements. Made anew whenever something is
// collapsed, hidden or shown; never changed otherwise.
import type {Drawing} from './boxes';
import {boxTitle} from './boxes';
import type {Lineage} from './lineage';
import type {BoxSize, Layout} from './layout';
import {layOut} from './layout';
import type {PackageColour} from './node_box';
import {nodeBox} from './node_box';
import type {Area} from './viewport';

const kMostOnTwoLines = 600;

export interface Scene {
  drawing: Drawing;
  layout: Layout;
  boxes: HTMLElement[]; // one per item
  order: number[]; // items from left to right, then from top to bottom: the order for keys and screen readers
  parents: number[][]; // per item
  children: number[][];
}

export function makeScene(lineage: Lineage, drawing: Drawing, colour: PackageColour): Scene {
  const {size, lines} = boxSize(lineage, drawing);
  const layout = layOut(drawing.items.length, drawing.edges, size);
  const {x, y} = layout;
  const boxes = drawing.items.map((item, at) => {
    const box = nodeBox(lineage, item, colour, {lines, room: size.width - 25});
    box.style.left = `${x[at]}px`;
    box.style.top = `${y[at]}px`;
    box.style.width = `${layout.box.width}px`;
    box.style.height = `${layout.box.height}px`;
    return box;
  });
  const order = drawing.items.map((_, at) => at).sort((one, other) => x[one]! - x[other]! || y[one]! - y[other]!);
  const parents: number[][] = drawing.items.map(() => []);
  const children: number[][] = drawing.items.map(() => []);
  for (const {from, to} of drawing.edges) {
    children[from]!.push(to);
    parents[to]!.push(from);
  }
  return {drawing, layout, boxes, order, parents, children};
}

// All boxes are equally large: as wide as the longest name needs on one line or, where there are few boxes, on two.
// Many layers side by side can then still be read.
function boxSize(lineage: Lineage, drawing: Drawing): {size: BoxSize; lines: number} {
  const perCharacter = 7.3;
  const longest = drawing.items.reduce((most, {key, places}) => {
    return Math.max(most, key ? boxTitle(key).length : lineage.nodes[places[0]!]!.name.length);
  }, 0);
  const needed = Math.ceil(longest * perCharacter) + 26;
  const within = (least: number, width: number, most: number) => Math.min(most, Math.max(least, width));
  if (needed <= 190 || drawing.items.length > kMostOnTwoLines) {
    return {size: {width: within(150, needed, 240), height: 46}, lines: 1};
  }
  return {size: {width: within(150, needed / 2 + 30, 200), height: 62}, lines: 2};
}

export function areaOf(scene: Scene, item: number): Area {
  const {x, y, box} = scene.layout;
  return {x: x[item]!, y: y[item]!, ...box};
}

// The item that shows a selection, if it is drawn.
export function itemOfBox(scene: Scene, key: string): number | undefined {
  const at = scene.drawing.items.findIndex((item) => item.key === key);
  return at < 0 ? undefined : at;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

// Where a key leads from an item: left and right along an edge, to the nearest; up and down within the column.
export function neighbour(scene: Scene, item: number, direction: Direction): number | undefined {
  const {order, layout} = scene;
  const nearest = (candidates: readonly number[]) =>
    [...candidates].sort((one, other) => distance(layout, item, one) - distance(layout, item, other) || one - other)[0];
  switch (direction) {
    case 'left':
      return nearest(scene.parents[item]!);
    case 'right':
      return nearest(scene.children[item]!);
    case 'first':
      return order[0];
    case 'last':
      return order.at(-1);
    default: {
      const next = order[order.indexOf(item) + (direction === 'down' ? 1 : -1)];
      return next !== undefined && Math.abs(layout.x[next]! - layout.x[item]!) < layout.box.width / 2
        ? next
        : undefined;
    }
  }
}

function distance(layout: Layout, one: number, other: number): number {
  return Math.abs(layout.y[one]! - layout.y[other]!);
}
