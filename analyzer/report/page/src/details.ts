// The panel beside the graph: everything the report knows of the selected node, or what a collapsed box holds.
import {boxTitle, folderKey, folderOf, packageKey} from './boxes';
import {linkTo} from './deep_link';
import {append, button, counted, element, isolated} from './dom';
import type {Named, ReportedNode} from './document';
import type {Drawn} from './drawn';
import type {Lineage} from './lineage';
import type {SelectNode} from './selecting';
import type {Choices, Store} from './store';
import {sameSelection} from './store';

const kMostListed = 100;

type Part = HTMLElement | null;

export class Details {
  readonly root = element('aside', {id: 'details', 'aria-label': 'Details', hidden: '', tabindex: '-1'});

  constructor(
    private readonly lineage: Lineage,
    private readonly drawn: Drawn,
    private readonly store: Store,
    private readonly selectNode: SelectNode,
    private readonly centre: () => void,
  ) {
    store.follow((now, before) => {
      if (!sameSelection(now.selection, before.selection)) this.show(now);
    });
    this.show(store.now);
  }

  private show(now: Choices): void {
    const {selection} = now;
    // The focus never falls out of the page with what held it.
    if (this.root.contains(document.activeElement)) {
      (selection === null ? document.getElementById('graph') : this.root)?.focus({preventScroll: true});
    }
    this.root.hidden = selection === null;
    if (selection === null) this.root.replaceChildren();
    else
      this.root.replaceChildren(...(selection.kind === 'node' ? this.node(selection.place) : this.box(selection.key)));
    this.root.scrollTop = 0;
  }

  private head(title: string, subtitle: string): HTMLElement {
    const close = button('\u00d7', {id: 'details-close', class: 'quiet', 'aria-label': 'Close the details'}, () => {
      this.store.update({selection: null});
    });
    return element(
      'header',
      {},
      element(
        'div',
        {class: 'names'},
        element('h2', {dir: 'auto'}, title),
        element('p', {class: 'muted', dir: 'auto'}, subtitle),
      ),
      close,
    );
  }

  private node(place: number): HTMLElement[] {
    const node = this.lineage.nodes[place]!;
    const parts: Part[] = [
      this.head(node.name, node.unique_id),
      badges(node),
      this.actions(node),
      textList('Why it is selected', node.reasons),
      this.findings(node),
      changes(node),
      this.windows(node),
      facts(node),
      this.relatives(place),
      impact(node),
      tests(node),
      description(node),
    ];
    return parts.filter((part): part is HTMLElement => part !== null);
  }

  private actions(node: ReportedNode): HTMLElement {
    const collapse = (key: string) =>
      this.store.update({collapsed: new Set(this.store.now.collapsed).add(key), selection: {kind: 'box', key}});
    const related = this.store.now.scope === 'related';
    return element(
      'div',
      {class: 'actions'},
      button('Centre', {}, this.centre),
      button(related ? 'Draw everything' : 'Draw only its lineage', {}, () => {
        this.store.update({scope: related ? 'all' : 'related'});
        this.show(this.store.now);
      }),
      button('Collapse package', {}, () => collapse(packageKey(node))),
      folderOf(node) ? button('Collapse folder', {}, () => collapse(folderKey(node))) : null,
    );
  }

  private findings(node: ReportedNode): Part {
    const items = node.findings.map((at) => {
      const finding = this.lineage.findings[at];
      if (!finding) return null;
      const where = [finding.file, finding.line].filter((part) => part !== null).join(':');
      return element(
        'li',
        {},
        element('span', {class: `badge ${finding.severity}`}, finding.severity === 'error' ? 'error' : 'warning'),
        ' ',
        element('code', {}, finding.rule),
        element('p', {dir: 'auto'}, finding.message),
        where ? element('p', {class: 'muted', dir: 'auto'}, where) : null,
      );
    });
    return section('Findings', list(items, 'findings'));
  }

  private windows(node: ReportedNode): Part {
    const mine = this.lineage.report.first_windows.filter((window) => window.models.includes(node.unique_id));
    const items = mine.map((window) =>
      element(
        'li',
        {},
        isolated(window.package),
        ': ',
        window.problem !== null ? isolated(window.problem) : `${window.from ?? '?'} to ${window.to ?? '?'} (UTC)`,
      ),
    );
    return section('Window of the first run', list(items));
  }

  private relatives(place: number): Part {
    const {upstream, downstream} = this.lineage.reach(place);
    const links = (places: readonly number[]) => list(places.map((at) => this.link(at)));
    const part = section(
      'Lineage in this selection',
      element(
        'p',
        {},
        `${counted(upstream, 'node')} upstream, ${counted(downstream, 'node')} downstream (tests not counted)`,
      ),
    );
    append(part!, [
      sub('Reads directly', links(this.lineage.parents[place]!)),
      sub('Read directly by', links(this.lineage.children[place]!)),
    ]);
    return part;
  }

  private link(place: number): HTMLElement {
    const node = this.lineage.nodes[place]!;
    const made = element('a', {href: linkTo(node.unique_id), class: 'node-link'}, isolated(node.name));
    made.addEventListener('click', (event) => {
      event.preventDefault();
      this.selectNode(place);
    });
    return element('li', {}, made, element('span', {class: 'muted'}, ` ${node.resource_type}`));
  }

  private box(key: string): HTMLElement[] {
    const inside = this.lineage.nodes
      .map((_, place) => place)
      .filter(
        (place) => packageKey(this.lineage.nodes[place]!) === key || folderKey(this.lineage.nodes[place]!) === key,
      );
    const kind = key.startsWith('package:') ? 'package' : 'folder';
    const expand = button('Expand', {}, () =>
      this.store.update({
        collapsed: this.drawn.opened({...this.store.now, selection: null}, key),
        selection: null,
      }),
    );
    const nodes = inside.filter((place) => !this.lineage.isTest(place));
    return [
      this.head(boxTitle(key), `${kind}, ${counted(inside.length, 'node')}`),
      element('div', {class: 'actions'}, button('Centre', {}, this.centre), expand),
      section('Nodes', list((nodes.length > 0 ? nodes : inside).map((place) => this.link(place))))!,
    ];
  }
}

function section(title: string, content: Part): Part {
  return content && element('section', {}, element('h3', {}, title), content);
}

function sub(title: string, content: Part): Part {
  return content && element('div', {}, element('h4', {}, title), content);
}

function list(items: readonly Part[], className?: string): Part {
  if (items.length === 0) return null;
  const made = element('ul', {class: className}, ...items.slice(0, kMostListed));
  if (items.length > kMostListed)
    made.append(element('li', {class: 'muted'}, `and ${items.length - kMostListed} more`));
  return made;
}

function textList(title: string, texts: readonly string[]): Part {
  return section(title, list(texts.map((text) => element('li', {dir: 'auto'}, text))));
}

function badges(node: ReportedNode): HTMLElement {
  const made = element('p', {class: 'badges'});
  const add = (text: string | null, className = '') =>
    text && made.append(element('span', {class: `badge ${className}`.trim()}, isolated(text)), ' ');
  add(node.resource_type);
  add(node.materialized);
  if (node.state) add(node.state.is, node.state.is);
  add(node.runs ? 'runs' : 'not run by the command');
  add(node.access);
  return made;
}

function facts(node: ReportedNode): Part {
  const made = element('dl', {class: 'facts'});
  const add = (name: string, value: string | null) =>
    value && made.append(element('div', {}, element('dt', {}, name), element('dd', {dir: 'auto'}, value)));
  add('Package', node.package_name);
  add('Relation', node.relation_name);
  add('File', node.original_file_path);
  add('Tags', node.tags.join(', '));
  add('Owner', node.owner);
  add('Group', node.group);
  add('Counted by', node.counted_by.join(', '));
  return section('Facts', made);
}

function changes(node: ReportedNode): Part {
  if (!node.state || node.state.is === 'unchanged') return null;
  if (node.state.is === 'new') return section('State', element('p', {}, 'New: the earlier manifest does not have it.'));
  const items = node.state.changes.map(({aspect, key}) =>
    element(
      'li',
      {},
      isolated(aspect),
      key === null ? null : ': ',
      key === null ? null : element('code', {dir: 'auto'}, key),
    ),
  );
  const macros = node.state.macros.map((macro) => element('li', {}, 'macro ', element('code', {dir: 'auto'}, macro)));
  return section('What changed', list([...items, ...macros]));
}

function impact(node: ReportedNode): Part {
  const {models, exposures, metrics} = node.downstream;
  const parts: [number, string][] = [
    [models, 'model'],
    [exposures, 'exposure'],
    [metrics, 'metric'],
  ];
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => counted(count, word))
    .join(', ');
  return section('Impact, selected or not', element('p', {}, text ? `${text} downstream` : 'Nothing is downstream.'));
}

function tests(node: ReportedNode): Part {
  const item = (test: Named & {selected: boolean}) =>
    element('li', {}, isolated(test.name), test.selected ? null : element('span', {class: 'muted'}, ' not selected'));
  return section(`Tests (${node.tests.length})`, list(node.tests.map(item)));
}

function description(node: ReportedNode): Part {
  return node.description
    ? section('Description', element('p', {class: 'description', dir: 'auto'}, node.description))
    : null;
}
