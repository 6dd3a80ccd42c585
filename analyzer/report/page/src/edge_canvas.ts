// The edges of the graph, on a canvas of the window's size below the boxes. Only what can be seen is drawn, anew
// whenever the view moves: thousands of curves as elements would cost the browser far more on every move than the
// boxes do.
//
// Colours come from the style sheet, as properties of the canvas that mean nothing else there: `color` for plain edges,
// `outline-color` upstream and `text-decoration-color` downstream of the selection.
import {element} from './dom';
import type {View} from './viewport';

const kArrow = 5;
const kPerStroke = 64; // curves in one path: more are slower to fill, fewer slower to set up
const kPlainBelow = 0.2; // below this zoom, curves are drawn as lines without arrow heads
const kFaded = 0.35;
const kDistant = 0.6; // so that a whole graph of small boxes is not hidden by its lines

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

// Edges of the scene by their place in it.
export interface Highlight {
  upstream: number[];
  downstream: number[];
  fadeOthers: boolean;
}

export class EdgeCanvas {
  readonly root = element('canvas', {id: 'edges', 'aria-hidden': 'true'});
  private routes: readonly number[][] = [];
  private bounds: Bounds[] = [];
  private highlight: Highlight = {upstream: [], downstream: [], fadeOthers: false};
  private view: View = {x: 0, y: 0, scale: 1};
  private waiting = false;

  constructor() {
    new ResizeObserver(() => this.draw()).observe(this.root);
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.request());
    new MutationObserver(() => this.request()).observe(document.documentElement, {attributeFilter: ['data-theme']});
  }

  setRoutes(routes: readonly number[][]): void {
    this.routes = routes;
    this.bounds = routes.map(boundsOf);
    this.root.dataset.count = String(routes.length);
    this.request();
  }

  setHighlight(highlight: Highlight): void {
    this.highlight = highlight;
    this.root.dataset.upstream = String(highlight.upstream.length);
    this.root.dataset.downstream = String(highlight.downstream.length);
    this.request();
  }

  setView(view: View): void {
    this.view = view;
    this.request();
  }

  private request(): void {
    if (this.waiting) return;
    this.waiting = true;
    window.requestAnimationFrame(() => this.draw());
  }

  draw(): void {
    this.waiting = false;
    const pixels = window.devicePixelRatio || 1;
    const {clientWidth: width, clientHeight: height} = this.root;
    const pen = this.root.getContext('2d');
    if (!pen) return;
    this.root.width = Math.round(width * pixels);
    this.root.height = Math.round(height * pixels);
    const {x, y, scale} = this.view;
    pen.setTransform(pixels * scale, 0, 0, pixels * scale, pixels * x, pixels * y);
    pen.lineJoin = 'round';
    const seen = {left: -x / scale, top: -y / scale, right: (width - x) / scale, bottom: (height - y) / scale};
    const colours = window.getComputedStyle(this.root);
    const {upstream, downstream, fadeOthers} = this.highlight;
    const marked = new Set([...upstream, ...downstream]);
    const plain = this.routes.map((_, at) => at).filter((at) => !marked.has(at));
    pen.globalAlpha = fadeOthers ? kFaded : scale < kPlainBelow ? kDistant : 1;
    this.stroke(pen, plain, seen, colours.color, 1.4);
    pen.globalAlpha = 1;
    this.stroke(pen, upstream, seen, colours.outlineColor, 2.2);
    this.stroke(pen, downstream, seen, colours.textDecorationColor, 2.2);
  }

  // `width` in pixels of the screen where the graph is small, so that lines do not vanish.
  private stroke(
    pen: CanvasRenderingContext2D,
    edges: readonly number[],
    seen: Bounds,
    colour: string,
    width: number,
  ): void {
    const {scale} = this.view;
    const visible = edges.filter((at) => overlap(this.bounds[at]!, seen));
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(width, (width * 0.5) / scale);
    for (let from = 0; from < visible.length; from += kPerStroke) {
      pen.beginPath();
      for (const at of visible.slice(from, from + kPerStroke)) trace(pen, this.routes[at]!, scale >= kPlainBelow);
      pen.stroke();
    }
  }
}

function boundsOf(route: readonly number[]): Bounds {
  const bounds = {left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity};
  for (let at = 0; at < route.length; at += 2) {
    bounds.left = Math.min(bounds.left, route[at]!);
    bounds.right = Math.max(bounds.right, route[at]!);
    bounds.top = Math.min(bounds.top, route[at + 1]!);
    bounds.bottom = Math.max(bounds.bottom, route[at + 1]!);
  }
  return bounds;
}

function overlap(one: Bounds, other: Bounds): boolean {
  const slack = 2 * kArrow;
  return (
    one.left - slack < other.right &&
    one.right + slack > other.left &&
    one.top - slack < other.bottom &&
    one.bottom + slack > other.top
  );
}

function trace(pen: CanvasRenderingContext2D, route: readonly number[], curved: boolean): void {
  pen.moveTo(route[0]!, route[1]!);
  for (let at = 2; at < route.length; at += 2) {
    const [fromX, fromY, x, y] = [route[at - 2]!, route[at - 1]!, route[at]!, route[at + 1]!];
    const middle = (fromX + x) / 2;
    if (curved) pen.bezierCurveTo(middle, fromY, middle, y, x, y);
    else pen.lineTo(x, y);
  }
  if (!curved) return;
  const [x, y] = [route.at(-2)!, route.at(-1)!];
  pen.moveTo(x - kArrow, y - kArrow + 1);
  pen.lineTo(x, y);
  pen.lineTo(x - kArrow, y + kArrow - 1);
}
