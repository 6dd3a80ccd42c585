// The controls above the graph: search, filters, what is drawn, what is collapsed, and zoom. They only change the
// store and the viewport, and follow the store.
import {allFolders, allPackages} from './boxes';
import {button, counted, cut, element} from './dom';
import type {Drawn} from './drawn';
import {kTooMuch} from './drawn';
import type {Matcher} from './filter';
import {isActive, isTestType, kNoFilter} from './filter';
import type {Lineage} from './lineage';
import type {SelectNode} from './selecting';
import type {Choices, Scope, Store} from './store';

const kLongestOption = 60;

type FilterKey = 'package' | 'type' | 'tag' | 'state' | 'finding';

export interface ZoomControls {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
}

export class Toolbar {
  readonly root = element('div', {class: 'toolbar', role: 'group', 'aria-label': 'Search and filter'});
  readonly search = element('input', {
    id: 'search',
    type: 'search',
    placeholder: 'Search names and tags',
    'aria-label': 'Search names and tags',
    'aria-describedby': 'match-count',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
    dir: 'auto',
  });
  private readonly matchCount = element('span', {id: 'match-count', role: 'status', 'aria-live': 'polite'});
  private readonly selects = new Map<FilterKey, HTMLSelectElement>();
  private readonly tests = element('input', {id: 'filter-tests', type: 'checkbox'});
  private readonly scope = element('select', {id: 'graph-scope'});
  private readonly reset: HTMLButtonElement;
  private turn = -1; // which match Enter showed last

  constructor(
    private readonly lineage: Lineage,
    private readonly matcher: Matcher,
    private readonly store: Store,
    private readonly selectNode: SelectNode,
  ) {
    this.reset = button('Reset', {id: 'filter-reset', class: 'quiet'}, () => this.clear());
    this.search.addEventListener('input', () => {
      this.turn = -1;
      this.store.filter({text: this.search.value});
    });
    this.search.addEventListener('keydown', (event) => this.searchKey(event));
    this.root.append(element('div', {class: 'field search'}, this.search, this.matchCount));
    this.addFilters();
    this.addTests();
    this.addScope();
    this.root.append(this.reset);
    this.show(store.now);
    store.follow((now) => this.show(now));
  }

  private addFilters(): void {
    const nodes = this.lineage.nodes;
    const values = (of: (at: number) => readonly string[]) => [...new Set(nodes.flatMap((_, at) => of(at)))].sort();
    this.addFilter(
      'package',
      'Package',
      values((at) => [nodes[at]!.package_name]),
    );
    this.addFilter(
      'type',
      'Type',
      values((at) => [nodes[at]!.resource_type]),
    );
    this.addFilter(
      'tag',
      'Tag',
      values((at) => nodes[at]!.tags),
    );
    if (this.lineage.report.state) this.addFilter('state', 'State', ['new', 'modified', 'unchanged']);
    if (this.lineage.report.findings) {
      this.addFilter(
        'finding',
        'Findings',
        ['error', 'warn', 'none'],
        ['with errors', 'with warnings', 'without findings'],
      );
    }
  }

  private addFilter(
    key: FilterKey,
    label: string,
    values: readonly string[],
    labels: readonly string[] = values,
  ): void {
    if (values.length === 0) return;
    const select = element('select', {id: `filter-${key}`}, element('option', {value: ''}, 'all'));
    values.forEach((value, at) =>
      select.append(element('option', {value, dir: 'auto'}, cut(labels[at]!, kLongestOption))),
    );
    select.addEventListener('change', () => this.store.filter({[key]: select.value}));
    this.selects.set(key, select);
    this.root.append(element('label', {class: 'field'}, element('span', {}, label), select));
  }

  private addTests(): void {
    const count = this.lineage.nodes.filter((_, at) => this.lineage.isTest(at)).length;
    if (count === 0 || count === this.lineage.nodes.length) return;
    this.tests.addEventListener('change', () => this.store.filter({tests: this.tests.checked}));
    this.root.append(element('label', {class: 'check'}, this.tests, `Show ${counted(count, 'test')}`));
  }

  private addScope(): void {
    const labels: Record<Scope, string> = {
      all: 'everything',
      matching: 'what matches',
      related: 'lineage of the selected node',
    };
    for (const [value, label] of Object.entries(labels)) this.scope.append(element('option', {value}, label));
    this.scope.addEventListener('change', () => this.store.update({scope: this.scope.value as Scope}));
    this.root.append(element('label', {class: 'field'}, element('span', {}, 'Draw'), this.scope));
  }

  private clear(): void {
    this.store.update({filter: {...this.store.now.filter, ...kNoFilter}, scope: 'all'});
    this.search.focus();
  }

  private searchKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      this.nextMatch(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && this.search.value !== '') {
      event.preventDefault();
      event.stopPropagation();
      this.search.value = '';
      this.store.filter({text: ''});
    }
  }

  private nextMatch(step: number): void {
    const found = [...this.matcher.matches(this.store.now.filter)];
    if (found.length === 0) return;
    this.turn = this.turn < 0 && step < 0 ? found.length - 1 : (this.turn + step + found.length) % found.length;
    this.selectNode(found[this.turn]!);
  }

  private show(now: Choices): void {
    const {filter} = now;
    if (this.search.value !== filter.text) this.search.value = filter.text;
    for (const [key, select] of this.selects) select.value = filter[key];
    this.tests.checked = filter.tests || isTestType(filter.type);
    this.scope.value = now.scope;
    this.reset.disabled = !isActive(filter) && now.scope === 'all';
    const candidates = this.matcher.candidates(filter).length;
    this.setCount(
      isActive(filter)
        ? `${this.matcher.matches(filter).size.toLocaleString('en')} of ${counted(candidates, 'node')} match`
        : counted(candidates, 'node'),
    );
  }

  // Written only where it changes: a screen reader speaks every change.
  private setCount(text: string): void {
    if (this.matchCount.textContent !== text) this.matchCount.textContent = text;
  }
}

export function zoomButtons(controls: ZoomControls): HTMLElement {
  return element(
    'div',
    {class: 'zoom', role: 'group', 'aria-label': 'Zoom'},
    button('+', {id: 'zoom-in', 'aria-label': 'Zoom in', title: 'Zoom in (+)'}, () => controls.zoomIn()),
    button('\u2212', {id: 'zoom-out', 'aria-label': 'Zoom out', title: 'Zoom out (-)'}, () => controls.zoomOut()),
    button('Fit', {id: 'zoom-fit', 'aria-label': 'Fit the whole graph', title: 'Fit the whole graph (0 or f)'}, () =>
      controls.fit(),
    ),
  );
}

export function collapseButtons(
  lineage: Lineage,
  drawn: Drawn,
  store: Store,
  announce: (text: string) => void,
): HTMLElement {
  const collapse = (keys: ReadonlySet<string>) => store.update({collapsed: keys, selection: null});
  const expandAll = () => {
    const open = {...store.now, collapsed: new Set<string>(), selection: null};
    const fitting = drawn.within(open);
    if (fitting !== open) announce(kTooMuch);
    collapse(fitting.collapsed);
  };
  return element(
    'div',
    {class: 'collapse', role: 'group', 'aria-label': 'Collapse and expand'},
    button('Collapse packages', {id: 'collapse-packages'}, () => collapse(allPackages(lineage))),
    button('Collapse folders', {id: 'collapse-folders'}, () => collapse(allFolders(lineage))),
    button('Expand all', {id: 'expand-all'}, expandAll),
  );
}
