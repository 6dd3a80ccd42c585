// The table of the nodes. The document brings it with all rows; the script sorts them, shows those that match the
// filter, and marks the selected one. At most kShown rows stand in the document until the reader asks for all.
import {linkTo} from './deep_link';
import {button, element} from './dom';
import type {ReportedNode} from './document';
import type {Matcher} from './filter';
import type {Lineage} from './lineage';
import type {SelectNode} from './selecting';
import type {Choices, Store} from './store';
import {sameSelection} from './store';

const kShown = 200;
const kClipped = 48; // cells with more characters are cut to their column

type Value = string | number;

const kStates: Record<string, number> = {new: 0, modified: 1, unchanged: 2};

function sortValue(lineage: Lineage, key: string): ((node: ReportedNode, place: number) => Value) | undefined {
  const values: Record<string, (node: ReportedNode, place: number) => Value> = {
    name: (node) => node.name,
    type: (node) => node.resource_type,
    package: (node) => node.package_name,
    materialized: (node) => node.materialized ?? '',
    relation: (node) => node.relation_name ?? '',
    path: (node) => node.original_file_path ?? '',
    state: (node) => kStates[node.state?.is ?? ''] ?? 3,
    findings: (_, place) => -(lineage.severities(place).errors * 1e6 + lineage.severities(place).warnings),
    tags: (node) => node.tags.join(' '),
    downstream: ({downstream}) => -(downstream.models + downstream.exposures + downstream.metrics),
    reasons: (node) => node.reasons.join(' '),
    runs: (node) => (node.runs ? 0 : 1),
    access: (node) => node.access ?? '',
    group: (node) => node.group ?? '',
    owner: (node) => node.owner ?? '',
    tests: (node) => -node.tests.length,
  };
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function compared(one: Value, other: Value): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export class NodeTable {
  private readonly rows = new Map<number, HTMLTableRowElement>();
  private readonly body: HTMLTableSectionElement;
  private readonly more: HTMLButtonElement;
  private order: number[];
  private sortedBy = '';
  private descending = false;
  private all = false;

  constructor(
    private readonly table: HTMLTableElement,
    private readonly lineage: Lineage,
    private readonly matcher: Matcher,
    private readonly store: Store,
    private readonly selectNode: SelectNode,
  ) {
    this.body = table.tBodies[0] ?? table.createTBody();
    this.more = button('', {id: 'table-more', hidden: ''}, () => {
      this.all = true;
      this.show();
    });
    (table.closest('.scroll') ?? table).after(this.more);
    table.classList.add('taken');
    for (const row of [...this.body.rows]) this.takeRow(row);
    table.closest('.scroll')?.classList.toggle('long', this.rows.size > kShown);
    this.order = [...this.rows.keys()];
    this.body.addEventListener('click', (event) => this.click(event));
    for (const head of table.querySelectorAll<HTMLTableCellElement>('th[data-key]')) this.takeHead(head);
    this.show();
    this.mark(store.now);
    store.follow((now, before) => this.follow(now, before));
    window.addEventListener('beforeprint', () => this.show(true));
    window.addEventListener('afterprint', () => this.show());
  }

  private takeRow(row: HTMLTableRowElement): void {
    const place = Number(row.dataset.node);
    const node = this.lineage.nodes[place];
    if (!node || row.dataset.node === undefined) return;
    this.rows.set(place, row);
    for (const cell of row.cells) cell.classList.toggle('clipped', (cell.textContent ?? '').length > kClipped);
    const head = row.querySelector('th');
    if (!head) return;
    const link = element('a', {class: 'node-link', href: linkTo(node.unique_id)});
    link.append(...head.childNodes);
    head.append(link);
    head.title = node.unique_id.slice(0, 300);
  }

  private takeHead(head: HTMLTableCellElement): void {
    const key = head.dataset.key ?? '';
    if (!sortValue(this.lineage, key)) return;
    const made = button('', {class: 'sort'}, () => this.sort(key));
    made.append(...head.childNodes);
    head.append(made);
  }

  // Once up, once down, and then as dbt lists them.
  private sort(key: string): void {
    const value = sortValue(this.lineage, key)!;
    if (this.sortedBy !== key) [this.sortedBy, this.descending] = [key, false];
    else if (!this.descending) this.descending = true;
    else this.sortedBy = '';
    this.order = [...this.rows.keys()];
    if (this.sortedBy) {
      const values = new Map(this.order.map((place) => [place, value(this.lineage.nodes[place]!, place)]));
      const sign = this.descending ? -1 : 1;
      this.order.sort((one, other) => sign * compared(values.get(one)!, values.get(other)!) || one - other);
    }
    for (const head of this.table.querySelectorAll('th[data-key]')) {
      if (head.getAttribute('data-key') !== this.sortedBy) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', this.descending ? 'descending' : 'ascending');
    }
    this.show();
  }

  private follow(now: Choices, before: Choices): void {
    if (now.filter !== before.filter) this.show();
    if (!sameSelection(now.selection, before.selection)) this.mark(now);
  }

  private show(everything = this.all): void {
    const matching = this.matcher.matches(this.store.now.filter);
    const places = this.order.filter((place) => matching.has(place));
    const shown = everything ? places : places.slice(0, kShown);
    this.body.replaceChildren(...shown.map((place) => this.rows.get(place)!));
    this.more.hidden = shown.length === places.length;
    this.more.textContent = `Show all ${places.length.toLocaleString('en')} rows`;
  }

  private mark(now: Choices): void {
    for (const row of this.body.querySelectorAll('tr.selected')) {
      row.classList.remove('selected');
      row.removeAttribute('aria-current');
    }
    const row = now.selection?.kind === 'node' ? this.rows.get(now.selection.place) : undefined;
    row?.classList.add('selected');
    row?.setAttribute('aria-current', 'true');
  }

  private click(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = event.target.closest('tr');
    const other = event.target.closest('a, button, summary');
    if (!row || row.dataset.node === undefined || (other && !other.matches('.node-link'))) return;
    event.preventDefault();
    this.selectNode(Number(row.dataset.node));
    if (other) showGraph(); // the link leads there; a click elsewhere in the row only selects
  }
}

function showGraph(): void {
  document.querySelector('#lineage .stage')?.scrollIntoView({block: 'nearest'});
}

// Names of nodes elsewhere in the document become links to them.
export function takeOverReferences(lineage: Lineage, selectNode: SelectNode): void {
  for (const reference of document.querySelectorAll<HTMLElement>('.node-ref[data-node]')) {
    const place = Number(reference.dataset.node);
    const node = lineage.nodes[place];
    if (!node) continue;
    const link = element('a', {class: 'node-link', href: linkTo(node.unique_id)});
    link.append(...reference.childNodes);
    reference.append(link);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      selectNode(place);
      showGraph();
    });
  }
}
