// What the reader has chosen, in one place. Parts of the page change it with update() and follow it with follow();
// none of them calls another.
import type {Filter} from './filter';

export type Selection = {kind: 'node'; place: number} | {kind: 'box'; key: string} | null;

// What the graph draws: everything, only what matches the filter, or only what is related to the selected node.
export type Scope = 'all' | 'matching' | 'related';

export interface Choices {
  selection: Selection;
  filter: Filter;
  scope: Scope;
  collapsed: ReadonlySet<string>; // keys of boxes, see boxes.ts
}

export type Follower = (now: Choices, before: Choices) => void;

export class Store {
  private followers: Follower[] = [];

  // `adjust` has the last word on what the choices become.
  constructor(
    private choices: Choices,
    private readonly adjust: (next: Choices, before: Choices) => Choices = (next) => next,
  ) {}

  get now(): Choices {
    return this.choices;
  }

  follow(follower: Follower): void {
    this.followers.push(follower);
  }

  update(part: Partial<Choices>): void {
    const before = this.choices;
    this.choices = this.adjust({...before, ...part}, before);
    for (const follower of this.followers) follower(this.choices, before);
  }

  filter(part: Partial<Filter>): void {
    this.update({filter: {...this.choices.filter, ...part}});
  }
}

export function sameSelection(one: Selection, other: Selection): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === 'node') return other.kind === 'node' && one.place === other.place;
  return other.kind === 'box' && one.key === other.key;
}
