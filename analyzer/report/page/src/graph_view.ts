// The graph: boxes and edges in a window that pans and zooms. It follows the store and draws anew only when other
// boxes are to be seen; a selection or a filter only changes marks.
//
// For the keyboard, the window itself is one stop (arrow keys pan) and the boxes are another (a roving tab stop:
// arrow keys walk along edges and columns).
import type {Drawing, Item} from './boxes';
import {drawing, packageKey} from './boxes';
import {element} from './dom';
import type {Drawn} from './drawn';
import {EdgeCanvas} from './edge_canvas';
import type {Matcher} from './filter';
import {isActive} from './filter';
import type {Lineage} from './lineage';
import type {Related} from './marks';
import {mark, relatedToSelection} from './marks';
import type {PackageColour} from './node_box';
import type {Direction, Scene} from './scene';
import {areaOf, itemOfBox, makeScene, neighbour} from './scene';
import type {Choices, Selection, Store} from './store';
import {sameSelection} from './store';
import type {Area} from './viewport';
import {Viewport} from './viewport';

const kKeys: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

export class GraphView {
  readonly frame = element('div', {
    id: 'graph',
    role: 'application',
    tabindex: '0',
    'aria-label': 'Lineage graph',
    'aria-describedby': 'graph-help',
  });
  readonly viewport: Viewport;
  private readonly world = element('div', {class: 'world'});
  private readonly edges = new EdgeCanvas();
  private readonly empty = element('p', {class: 'graph-empty', hidden: ''}, 'No node to draw.');
  private scene: Scene | undefined;
  private related: Related = {seeds: new Set(), upstream: new Set(), downstream: new Set()};
  private current = 0; // the box that the tab key reaches
  private clicked: Item | undefined; // by the first click of what may become a double click

  constructor(
    private readonly lineage: Lineage,
    private readonly matcher: Matcher,
    private readonly drawn: Drawn,
    private readonly store: Store,
    private readonly colour: PackageColour,
  ) {
    this.frame.append(this.edges.root, this.world, this.empty);
    this.viewport = new Viewport(this.frame, this.world, (view) => this.edges.setView(view));
    this.frame.addEventListener('click', (event) => this.click(event));
    document.addEventListener('click', (event) => this.secondClick(event), {capture: true});
    this.world.addEventListener('focusin', (event) => this.focused(event));
    this.frame.addEventListener('keydown', (event) => this.key(event));
    // The browser must not scroll the window to a focused box by itself: the viewport does that.
    this.frame.addEventListener('scroll', () => this.frame.scrollTo(0, 0));
  }

  // The first drawing. The frame has to be in the document.
  start(): void {
    this.draw();
    this.frame.parentElement?.classList.toggle('low', this.isLow());
    this.viewport.fit(this.home());
    this.store.follow((now, before) => this.follow(now, before));
    if (this.store.now.selection) this.centreSelection();
    this.followPrinting();
  }

  // Where to begin in a graph that is too large for the window: the middle of the first column that leads anywhere.
  private home(): Area | undefined {
    const {order, layout, children} = this.scene!;
    const start = order.find((item) => children[item]!.length > 0) ?? order[0];
    if (start === undefined) return undefined;
    const first = order.filter(
      (item) => layout.x[item] === layout.x[start] && (children[item]!.length > 0 || item === start),
    );
    return areaOf(this.scene!, first[Math.floor(first.length / 2)]!);
  }

  // On paper the whole graph is shown, in a window that fits the paper.
  private followPrinting(): void {
    let before = this.viewport.view;
    window.addEventListener('beforeprint', () => {
      before = this.viewport.view;
      this.frame.classList.add('printed');
      this.viewport.fit();
      this.edges.draw();
    });
    window.addEventListener('afterprint', () => {
      this.frame.classList.remove('printed');
      this.viewport.restore(before);
      this.edges.draw();
    });
  }

  // A graph that is far wider than high leaves most of the window empty: such a window is lower.
  private isLow(): boolean {
    const {width, height} = this.scene!.layout;
    return height * Math.min(1, this.frame.clientWidth / width) < 300;
  }

  centreSelection(): void {
    const item = this.itemOf(this.store.now.selection);
    if (this.scene && item !== undefined) {
      this.setCurrent(item);
      this.viewport.centre(areaOf(this.scene, item));
    }
  }

  private follow(now: Choices, before: Choices): void {
    const moved = !sameSelection(now.selection, before.selection);
    if (this.needsDrawing(now, before, moved)) {
      this.draw();
      if (now.scope !== before.scope || !now.selection) this.viewport.fit(this.home());
      if (now.selection) this.showSelection();
      return;
    }
    this.mark(moved);
    if (moved && now.selection) this.showSelection();
  }

  private needsDrawing(now: Choices, before: Choices, moved: boolean): boolean {
    if (now.collapsed !== before.collapsed || now.scope !== before.scope) return true;
    const filtered = now.filter !== before.filter;
    if (filtered && now.scope === 'matching') return true;
    if (moved && now.scope === 'related') return true;
    return filtered && this.candidateCount(now) !== this.candidateCount(before);
  }

  private candidateCount(choices: Choices): number {
    return this.matcher.candidates(choices.filter).length;
  }

  private showSelection(): void {
    const item = this.itemOf(this.store.now.selection);
    if (!this.scene || item === undefined) return;
    this.setCurrent(item);
    this.viewport.show(areaOf(this.scene, item));
  }

  private draw(): void {
    const hadFocus = this.world.contains(document.activeElement);
    this.updateRelated();
    const scene = makeScene(this.lineage, this.drawing(), this.colour);
    this.scene = scene;
    const {width, height, routes} = scene.layout;
    this.edges.setRoutes(routes);
    this.world.replaceChildren(...scene.order.map((item) => scene.boxes[item]!));
    this.empty.hidden = scene.drawing.items.length > 0;
    this.viewport.setContent(width, height);
    const count = scene.drawing.items.length;
    this.frame.setAttribute('aria-label', `Lineage graph, ${count} ${count === 1 ? 'box' : 'boxes'}`);
    this.mark(false);
    this.setCurrent(this.itemOf(this.store.now.selection) ?? scene.order[0] ?? 0);
    if (hadFocus) this.focusCurrent();
  }

  private drawing(): Drawing {
    return drawing(this.lineage, this.drawn.places(this.store.now), this.store.now.collapsed);
  }

  private updateRelated(): void {
    this.related = relatedToSelection(this.lineage, this.store.now.selection);
  }

  private mark(moved: boolean): void {
    if (!this.scene) return;
    if (moved) this.updateRelated();
    const {filter} = this.store.now;
    const matching = isActive(filter) ? this.matcher.matches(filter) : null;
    this.edges.setHighlight(mark(this.scene, this.related, matching));
  }

  private itemOf(selection: Selection): number | undefined {
    if (!this.scene || !selection) return undefined;
    if (selection.kind === 'box') return itemOfBox(this.scene, selection.key);
    return this.scene.drawing.itemOf.get(selection.place);
  }

  private itemAt(target: EventTarget | null): number | undefined {
    const box = target instanceof Element ? target.closest('.node') : null;
    const at = box ? (this.scene?.boxes.indexOf(box as HTMLElement) ?? -1) : -1;
    return at < 0 ? undefined : at;
  }

  private setCurrent(item: number): void {
    this.scene?.boxes[this.current]?.setAttribute('tabindex', '-1');
    this.current = item;
    this.scene?.boxes[item]?.setAttribute('tabindex', '0');
  }

  private focusCurrent(): void {
    this.scene?.boxes[this.current]?.focus({preventScroll: true});
  }

  private focused(event: FocusEvent): void {
    const item = this.itemAt(event.target);
    if (item === undefined || !this.scene) return;
    this.setCurrent(item);
    // A box that was clicked is in sight already; one that was reached by a key may not be.
    if ((event.target as Element).matches(':focus-visible')) this.viewport.show(areaOf(this.scene, item));
  }

  private click(event: MouseEvent): void {
    if (event.detail > 1) return;
    const item = this.itemAt(event.target);
    if (item === undefined) return;
    this.clicked = this.scene!.drawing.items[item];
    this.select(item);
  }

  // The second click of a double click belongs to the first one's box: the graph may have moved between, and the details
  // that the first click opens may lie where the second one falls.
  private secondClick(event: MouseEvent): void {
    const clicked = this.clicked;
    if (event.detail > 0) this.clicked = undefined; // (a key's click has none)
    if (event.detail !== 2 || clicked === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(clicked);
  }

  private select(item: number): void {
    const {key, places} = this.scene!.drawing.items[item]!;
    this.setCurrent(item);
    this.store.update({selection: key ? {kind: 'box', key} : {kind: 'node', place: places[0]!}});
    this.focusCurrent();
  }

  // A box opens; a node's package closes.
  private toggle({key, places}: Item): void {
    const {collapsed} = this.store.now;
    if (key) this.store.update({collapsed: this.drawn.opened({...this.store.now, selection: null}, key), selection: null});
    else {
      const closed = packageKey(this.lineage.nodes[places[0]!]!);
      this.store.update({collapsed: new Set(collapsed).add(closed), selection: {kind: 'box', key: closed}});
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = this.itemAt(event.target);
    if (item === undefined ? this.frameKey(event.key) : this.boxKey(event.key, item)) event.preventDefault();
  }

  private frameKey(key: string): boolean {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[key];
    if (step) this.viewport.pan(...step);
    else if (key === 'Enter') this.focusCurrent();
    else return false;
    return true;
  }

  private boxKey(key: string, item: number): boolean {
    const direction = kKeys[key];
    if (direction) {
      const next = neighbour(this.scene!, item, direction);
      if (next !== undefined) {
        this.setCurrent(next);
        this.focusCurrent();
        this.viewport.show(areaOf(this.scene!, next));
      }
      return true;
    }
    if (key === 'Enter' || key === ' ') this.select(item);
    else if (key === 'c') this.toggle(this.scene!.drawing.items[item]!);
    else return false;
    return true;
  }
}
