// The selected nodes and the edges between them, with the walks that the page needs. Nodes are named by their place
// in the report. Read-only after it is made.
import type {Finding, Report, ReportedNode} from './document';

export interface Reach {
  upstream: number;
  downstream: number;
}

export class Lineage {
  readonly nodes: readonly ReportedNode[];
  readonly findings: readonly Finding[];
  readonly parents: number[][];
  readonly children: number[][];
  private readonly places = new Map<string, number>();
  private readonly stamps: Uint32Array;
  private stamp = 0;

  constructor(readonly report: Report) {
    this.nodes = report.nodes;
    this.findings = report.findings ?? [];
    this.parents = this.nodes.map(() => []);
    this.children = this.nodes.map(() => []);
    this.stamps = new Uint32Array(this.nodes.length);
    this.nodes.forEach((node, place) => this.places.set(node.unique_id, place));
    for (const {parent, child} of report.edges) {
      this.children[parent]?.push(child);
      this.parents[child]?.push(parent);
    }
  }

  placeOf(uniqueId: string): number | undefined {
    return this.places.get(uniqueId);
  }

  isTest(place: number): boolean {
    const type = this.nodes[place]?.resource_type;
    return type === 'test' || type === 'unit_test';
  }

  // Everything that can be reached from `seeds`, without them.
  upstream(seeds: readonly number[]): Set<number> {
    return walked(seeds, this.parents);
  }
  downstream(seeds: readonly number[]): Set<number> {
    return walked(seeds, this.children);
  }

  // How many nodes are upstream and downstream of one, tests left out. Costs a walk.
  reach(place: number): Reach {
    return {upstream: this.countFrom(place, this.parents), downstream: this.countFrom(place, this.children)};
  }

  severities(place: number): {errors: number; warnings: number} {
    let errors = 0;
    let warnings = 0;
    for (const at of this.nodes[place]?.findings ?? []) {
      if (this.findings[at]?.severity === 'error') ++errors;
      else ++warnings;
    }
    return {errors, warnings};
  }

  private countFrom(place: number, next: number[][]): number {
    const stamp = ++this.stamp;
    const open = [place];
    this.stamps[place] = stamp;
    let count = 0;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const to of next[at]!) {
        if (this.stamps[to] === stamp) continue;
        this.stamps[to] = stamp;
        if (!this.isTest(to)) ++count;
        open.push(to);
      }
    }
    return count;
  }
}

function walked(seeds: readonly number[], next: number[][]): Set<number> {
  const seen = new Set(seeds);
  const open = [...seeds];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const to of next[at]!) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  for (const seed of seeds) seen.delete(seed);
  return seen;
}
