// The script of the HTML selection report. It stands at the end of a document that says everything without it, and
// builds what can be explored: the lineage graph with search, filters and details, and a table that follows them.
//
// What it expects of the document (report_html.cc makes it) and what it makes there:
//
//   #report-data           application/json: the document of schemas/report.schema.json; without nodes, no graph
//   #report-header .title  gets the button #theme-toggle
//   #lineage[hidden]       an empty section; gets the graph and is shown
//     .toolbar             #search, #match-count, #filter-package, -type, -tag, -state, -finding, -tests, -reset,
//                          #graph-scope
//     #graph               the window; data-x, data-y and data-scale tell what part is seen
//       .node[data-id]     a node; .node.box[data-box] a collapsed `package:NAME` or `folder:PACKAGE/FOLDER`;
//                          classes selected, upstream, downstream, matching, dimmed
//       canvas#edges       data-count, data-upstream, data-downstream tell how many edges are drawn and marked
//     #zoom-in, #zoom-out, #zoom-fit, #collapse-packages, #collapse-folders, #expand-all, .chip
//     #details             the selected node; #details-close
//   #commands .command[data-shell]   become tabs #shell-tab-SHELL, each panel with a button .copy
//   #nodes-table           th[data-key] become sortable; tr[data-node] (the place in `nodes`) are filtered, selected;
//                          #table-more shows the rest of a long table. Its .scroll.long waits for the script
//   #link-message          says that the address names a node that is not there
//   .node-ref[data-node]   anywhere else: becomes a link to that node
//   #live                  says what has happened, for screen readers
//   html[data-ready]       "true" when all of this stands; html[data-theme] light or dark once the reader has chosen
//
// The content security policy of the page allows this script and one style sheet by their hashes and nothing else: no
// style attributes in markup, no handlers in markup, no eval, no network. Styles are set through the CSSOM.
import {announcer} from './announce';
import {allPackages} from './boxes';
import {takeOverCommands} from './commands';
import {followAddress} from './deep_link';
import {Details} from './details';
import type {Report} from './document';
import {readReport} from './document';
import {element} from './dom';
import {Drawn, kTooMuch} from './drawn';
import {kNoFilter, Matcher} from './filter';
import {GraphView} from './graph_view';
import {followShortcuts} from './keys';
import {Lineage} from './lineage';
import {NodeTable, takeOverReferences} from './node_table';
import {packageChips} from './package_chips';
import {packageColours, packagesOf} from './package_colours';
import {nodeSelector} from './selecting';
import type {Choices} from './store';
import {Store} from './store';
import {themeButton} from './theme';
import {collapseButtons, Toolbar, zoomButtons} from './toolbar';

const kHelp =
  'Drag or use the arrow keys to pan, the wheel or plus and minus to zoom, 0 to fit. Enter goes to the boxes: there, ' +
  'arrow keys walk along the edges, Enter shows the details, c collapses a package or opens a box.';

function ready(): void {
  document.documentElement.dataset.ready = 'true';
}

function tell(message: string): void {
  document.getElementById('app')?.prepend(element('p', {id: 'app-message', class: 'note', role: 'alert'}, message));
}

// Whatever the reader chooses, no more is drawn than the limit allows.
function choicesFor(lineage: Lineage, drawn: Drawn, say: (text: string) => void): Store {
  const start: Choices = {
    selection: null,
    filter: {...kNoFilter, tests: lineage.nodes.every((_, at) => lineage.isTest(at))},
    scope: 'all',
    collapsed: new Set(),
  };
  const collapsed = drawn.isTooMuch(start) ? allPackages(lineage) : start.collapsed;
  return new Store({...start, collapsed}, (next, before) => {
    if (!drawn.exceeds(next, before)) return next;
    say(kTooMuch);
    return drawn.within(next);
  });
}

function explore(report: Report, section: HTMLElement, say: (text: string) => void): void {
  const lineage = new Lineage(report);
  const matcher = new Matcher(lineage);
  const drawn = new Drawn(lineage, matcher);
  const store = choicesFor(lineage, drawn, say);
  const selectNode = nodeSelector(lineage, matcher, drawn, store);
  const packages = packagesOf(lineage);
  const colour = packageColours(packages);

  const toolbar = new Toolbar(lineage, matcher, store, selectNode);
  const graph = new GraphView(lineage, matcher, drawn, store, colour);
  const details = new Details(lineage, drawn, store, selectNode, () => graph.centreSelection());
  const zoom = {
    zoomIn: () => graph.viewport.zoomIn(),
    zoomOut: () => graph.viewport.zoomOut(),
    fit: () => graph.viewport.fit(),
  };
  const wait = element('p', {class: 'graph-wait', role: 'status'}, 'Laying out the graph\u2026');
  graph.frame.append(wait);
  section.replaceChildren(
    element('h2', {}, 'Lineage'),
    toolbar.root,
    element('div', {class: 'stage'}, graph.frame, zoomButtons(zoom), details.root),
    element(
      'div',
      {class: 'below'},
      packageChips(drawn, store, packages, colour),
      collapseButtons(lineage, drawn, store, say),
    ),
    element('p', {id: 'graph-help', class: 'muted'}, kHelp),
  );
  section.hidden = false;

  const table = document.getElementById('nodes-table');
  if (table instanceof HTMLTableElement) new NodeTable(table, lineage, matcher, store, selectNode);
  takeOverReferences(lineage, selectNode);
  followShortcuts(section, toolbar.search, store, zoom);
  const note = element('p', {id: 'link-message', class: 'note', dir: 'auto', hidden: ''});
  section.before(note);
  followAddress(
    lineage,
    store,
    selectNode,
    () => graph.centreSelection(),
    (text) => {
      note.textContent = text;
      note.hidden = text === '';
      if (text) say(text);
    },
  );

  // The page is seen before the layout takes its time.
  window.requestAnimationFrame(() =>
    window.setTimeout(() => {
      wait.remove();
      graph.start();
      ready();
    }),
  );
}

function main(): void {
  document.querySelector('#report-header .title')?.append(themeButton());
  const {root, say} = announcer();
  document.body.append(root);
  let report: Report | undefined;
  try {
    report = readReport();
  } catch {
    tell('The data of this report cannot be read, so there is no graph. Was the file cut off?');
  }
  const section = document.getElementById('lineage');
  if (report) takeOverCommands(report, say);
  if (report && section && report.nodes.length > 0) explore(report, section, say);
  else ready();
}

try {
  main();
} finally {
  // Whatever happened, a long table that waited for the script (page.css) is shown.
  document.getElementById('nodes-table')?.classList.add('taken');
}
