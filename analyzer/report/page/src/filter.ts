// Which nodes match what the reader asks for: words in names and tags, and one value each of package, type, tag,
// state and finding. All conditions must hold; an empty one always does.
import type {Lineage} from './lineage';

export interface Filter {
  text: string;
  package: string;
  type: string;
  tag: string;
  state: string;
  finding: string; // error, warn, none
  tests: boolean; // tests are among the nodes at all
}

export const kNoFilter: Omit<Filter, 'tests'> = {text: '', package: '', type: '', tag: '', state: '', finding: ''};

export function isActive(filter: Filter): boolean {
  return [filter.text.trim(), filter.package, filter.type, filter.tag, filter.state, filter.finding].some(
    (part) => part !== '',
  );
}

export function isTestType(type: string): boolean {
  return type === 'test' || type === 'unit_test';
}

export class Matcher {
  // Lower-case name, id and tags of each node, made once.
  private readonly words: string[];

  constructor(private readonly lineage: Lineage) {
    this.words = lineage.nodes.map((node) => [node.name, node.unique_id, ...node.tags].join('\n').toLowerCase());
  }

  // The nodes that are there to be matched.
  candidates(filter: Filter): number[] {
    const places: number[] = [];
    const tests = filter.tests || isTestType(filter.type);
    for (let at = 0; at < this.lineage.nodes.length; ++at) if (tests || !this.lineage.isTest(at)) places.push(at);
    return places;
  }

  matches(filter: Filter): Set<number> {
    const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    return new Set(this.candidates(filter).filter((place) => this.fits(place, filter, words)));
  }

  private fits(place: number, filter: Filter, words: readonly string[]): boolean {
    const node = this.lineage.nodes[place]!;
    if (filter.package && node.package_name !== filter.package) return false;
    if (filter.type && node.resource_type !== filter.type) return false;
    if (filter.tag && !node.tags.includes(filter.tag)) return false;
    if (filter.state && node.state?.is !== filter.state) return false;
    if (filter.finding && !this.hasFinding(place, filter.finding)) return false;
    return words.every((word) => this.words[place]!.includes(word));
  }

  private hasFinding(place: number, finding: string): boolean {
    const {errors, warnings} = this.lineage.severities(place);
    if (finding === 'error') return errors > 0;
    if (finding === 'warn') return warnings > 0;
    return errors + warnings === 0;
  }
}
