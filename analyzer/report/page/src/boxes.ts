// Packages and folders drawn as one box. A box is named by a key, `package:NAME` or `folder:PACKAGE/FOLDER`; the set of
// collapsed keys says what is drawn. A package's box holds its folders'.
import type {ReportedNode} from './document';
import type {Lineage} from './lineage';

export function packageKey(node: ReportedNode): string {
  return `package:${node.package_name}`;
}

export function folderOf(node: ReportedNode): string {
  const path = (node.original_file_path ?? '').replaceAll('\\', '/');
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function folderKey(node: ReportedNode): string {
  return `folder:${node.package_name}/${folderOf(node)}`;
}

export function boxTitle(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

// One thing that is drawn: a node, or the nodes of a box.
export interface Item {
  key: string; // the box's, or empty for a node
  places: number[];
}

export interface Drawing {
  items: Item[];
  edges: {from: number; to: number}[]; // between items
  itemOf: Map<number, number>; // a node's place to its item
}

function boxOf(node: ReportedNode, collapsed: ReadonlySet<string>): string {
  if (collapsed.size === 0) return '';
  const outer = packageKey(node);
  if (collapsed.has(outer)) return outer;
  const inner = folderKey(node);
  return collapsed.has(inner) ? inner : '';
}

export function drawing(lineage: Lineage, places: readonly number[], collapsed: ReadonlySet<string>): Drawing {
  const items: Item[] = [];
  const itemOf = new Map<number, number>();
  const boxes = new Map<string, number>();
  for (const place of places) {
    const key = boxOf(lineage.nodes[place]!, collapsed);
    let item = key ? boxes.get(key) : undefined;
    if (item === undefined) {
      item = items.push({key, places: []}) - 1;
      if (key) boxes.set(key, item);
    }
    items[item]!.places.push(place);
    itemOf.set(place, item);
  }
  return {items, edges: edgesBetween(lineage, itemOf), itemOf};
}

// How many items that drawing has.
export function boxCount(lineage: Lineage, places: readonly number[], collapsed: ReadonlySet<string>): number {
  const boxes = new Set<string>();
  let nodes = 0;
  for (const place of places) {
    const key = boxOf(lineage.nodes[place]!, collapsed);
    if (key) boxes.add(key);
    else ++nodes;
  }
  return boxes.size + nodes;
}

function edgesBetween(lineage: Lineage, itemOf: Map<number, number>): Drawing['edges'] {
  const edges: Drawing['edges'] = [];
  const seen = new Set<number>();
  const stride = lineage.nodes.length + 1;
  for (const {parent, child} of lineage.report.edges) {
    const from = itemOf.get(parent);
    const to = itemOf.get(child);
    if (from === undefined || to === undefined || from === to || seen.has(from * stride + to)) continue;
    seen.add(from * stride + to);
    edges.push({from, to});
  }
  return edges;
}

export function allPackages(lineage: Lineage): Set<string> {
  return new Set(lineage.nodes.map(packageKey));
}

export function allFolders(lineage: Lineage): Set<string> {
  return new Set(lineage.nodes.map(folderKey));
}
