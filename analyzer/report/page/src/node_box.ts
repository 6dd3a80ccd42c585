// One box of the graph: a node, or a package or folder that is collapsed. It is HTML, so that the browser cuts long
// names and keeps their direction to themselves, and it is a button for those who hear the page.
import type {Item} from './boxes';
import {boxTitle} from './boxes';
import type {StateWord} from './document';
import {append, counted, cut, element, isolated} from './dom';
import type {Lineage} from './lineage';

const kLongestShown = 60; // characters; what is still too wide is cut below or by the style
const kLongestHeard = 200;
const kPlainKind = 26; // of this many characters, the second line fits for certain

export type PackageColour = (packageName: string) => string;

// How names are shown: on one line or two, and how many pixels wide.
export interface Look {
  lines: number;
  room: number;
}

export function nodeBox(lineage: Lineage, item: Item, colour: PackageColour, look: Look): HTMLElement {
  return item.key ? collapsedBox(lineage, item, colour, look) : singleBox(lineage, item.places[0]!, colour, look);
}

function singleBox(lineage: Lineage, place: number, colour: PackageColour, look: Look): HTMLElement {
  const node = lineage.nodes[place]!;
  const {errors, warnings} = lineage.severities(place);
  const {upstream, downstream} = lineage.reach(place);
  const kind = [node.resource_type, node.materialized].filter(Boolean).join(' \u00b7 ');
  const changed = changedWord(node.state?.is);
  const heard = [
    [cut(node.name, kLongestHeard), kind, changed].filter(Boolean).join(' '), // as it is seen
    `package ${cut(node.package_name, kLongestHeard)}`,
    node.state?.is === 'unchanged' ? 'unchanged' : '',
    node.runs ? '' : 'not run',
    errors ? counted(errors, 'error') : '',
    warnings ? counted(warnings, 'warning') : '',
    `${upstream} upstream`,
    `${downstream} downstream`,
  ];
  return element(
    'div',
    {
      class: ['node', colour(node.package_name), node.runs ? 'runs' : 'idle', look.lines > 1 ? 'tall' : '']
        .join(' ')
        .trim(),
      role: 'button',
      tabindex: '-1',
      'aria-label': heard.filter(Boolean).join(', '),
      'data-id': node.unique_id,
    },
    shownName(node.name, look),
    ' ',
    shownKind(kind),
    ' ',
    marks(changed, errors, warnings),
  );
}

// On two lines, a name may break after what joins its words.
function shownName(name: string, look: Look): HTMLElement {
  if (look.lines === 1) return isolated(...shortened(name, look.room));
  const made = element('bdi', {class: 'name'});
  for (const word of cut(name, kLongestShown).split(/(?<=[_./])/)) append(made, [word, element('wbr')]);
  return made;
}

// Plain names are cut here, so that the browser need not clip each; of others nobody knows how wide they are drawn.
function shortened(name: string, room: number): [string, string] {
  if (!/^[ -~]*$/.test(name)) return [cut(name, kLongestShown), 'name clipped'];
  const width = widthOf(cut(name, kLongestShown));
  if (width <= room) return [name, 'name'];
  return [cut(name, Math.floor((Math.min(name.length, kLongestShown) * (room - 12)) / width)), 'name'];
}

let pen: CanvasRenderingContext2D | null | undefined;

function widthOf(text: string): number {
  if (pen === undefined) {
    pen = document.createElement('canvas').getContext('2d');
    if (pen) pen.font = `600 13px ${window.getComputedStyle(document.body).fontFamily}`; // as .node .name has it
  }
  return pen ? pen.measureText(text).width : text.length * 8;
}

function shownKind(kind: string): HTMLElement {
  return element(
    'span',
    {class: kind.length > kPlainKind ? 'kind clipped' : 'kind'},
    isolated(cut(kind, kLongestShown)),
  );
}

function changedWord(state: StateWord | undefined): string {
  return state === 'new' || state === 'modified' ? state : '';
}

function marks(changed: string, errors: number, warnings: number): HTMLElement | null {
  if (!changed && errors + warnings === 0) return null;
  const made = element('span', {class: 'marks'});
  if (changed) made.append(element('span', {class: `mark ${changed}`}, changed));
  if (errors > 0) made.append(element('span', {class: 'mark error'}, String(errors)));
  if (warnings > 0) made.append(element('span', {class: 'mark warn'}, String(warnings)));
  return made;
}

function collapsedBox(lineage: Lineage, item: Item, colour: PackageColour, look: Look): HTMLElement {
  const kind = item.key.startsWith('package:') ? 'package' : 'folder';
  const title = boxTitle(item.key);
  const total = {errors: 0, warnings: 0, changed: 0};
  for (const place of item.places) {
    const {errors, warnings} = lineage.severities(place);
    total.errors += errors;
    total.warnings += warnings;
    if (changedWord(lineage.nodes[place]!.state?.is)) ++total.changed;
  }
  const heard = [
    `${kind} ${cut(title, kLongestHeard)}`,
    `collapsed, ${counted(item.places.length, 'node')}`,
    total.changed ? `${total.changed} new or modified` : '',
    total.errors ? counted(total.errors, 'error') : '',
    total.warnings ? counted(total.warnings, 'warning') : '',
  ];
  return element(
    'div',
    {
      class: ['node', 'box', colour(lineage.nodes[item.places[0]!]!.package_name), look.lines > 1 ? 'tall' : '']
        .join(' ')
        .trim(),
      role: 'button',
      tabindex: '-1',
      'aria-label': heard.filter(Boolean).join(', '),
      'data-box': item.key,
    },
    shownName(title, look),
    ' ',
    shownKind(`${kind} \u00b7 ${item.places.length.toLocaleString('en')}`),
    marks('', total.errors, total.warnings),
  );
}
