// The window through which the graph is seen: what part of it, and how large. Panning and zooming move one composited
// layer of boxes; nothing is laid out again.

const kSmallest = 0.005;
const kLargest = 3;
const kStep = 1.25;
const kPanStep = 60;
const kClickSlack = 4; // pixels that a pointer may move in a click
const kFarBelow = 0.42; // names cannot be read below this zoom
const kSettled = 140; // milliseconds without a change of zoom after which the layer is drawn sharply

export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Viewport {
  private x = 0;
  private y = 0;
  private scale = 1;
  private content = {width: 1, height: 1};
  private readonly pointers = new Map<number, {x: number; y: number}>();
  private dragged = false;
  private settling = 0;

  // `world` lies in `frame` at its top left corner.
  constructor(
    private readonly frame: HTMLElement,
    private readonly world: HTMLElement,
    private readonly moved: (view: View) => void,
  ) {
    frame.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
    frame.addEventListener('pointerdown', (event) => this.pointerDown(event));
    frame.addEventListener('pointermove', (event) => this.pointerMove(event));
    for (const end of ['pointerup', 'pointercancel'] as const) {
      frame.addEventListener(end, (event) => this.pointerUp(event));
    }
    // A drag that ends on a node is no click on it.
    frame.addEventListener('click', (event) => this.dragged && event.stopPropagation(), {capture: true});
  }

  setContent(width: number, height: number): void {
    this.content = {width: Math.max(width, 1), height: Math.max(height, 1)};
  }

  // The whole graph. With `home`, at a zoom where names can be read: what does not fit then is left out, but not
  // `home`.
  fit(home?: Area): void {
    const {clientWidth: width, clientHeight: height} = this.frame;
    if (width === 0 || height === 0) return;
    let scale = Math.min(width / this.content.width, height / this.content.height, 1.1);
    const least = 0.5;
    const tooSmall = home !== undefined && scale < least;
    if (tooSmall) scale = least;
    this.scale = clamp(scale);
    const free = width - this.content.width * this.scale;
    this.x = tooSmall && free < 0 ? 0 : free / 2;
    this.y = (height - this.content.height * this.scale) / 2;
    if (tooSmall && this.y < 0) this.y = height / 2 - (home.y + home.height / 2) * this.scale;
    this.apply();
  }

  get view(): View {
    return {x: this.x, y: this.y, scale: this.scale};
  }
  restore({x, y, scale}: View): void {
    [this.x, this.y, this.scale] = [x, y, scale];
    this.apply();
  }

  zoomBy(factor: number): void {
    this.zoomAt(factor, this.frame.clientWidth / 2, this.frame.clientHeight / 2);
  }
  zoomIn(): void {
    this.zoomBy(kStep);
  }
  zoomOut(): void {
    this.zoomBy(1 / kStep);
  }

  // In steps of one key press.
  pan(columns: number, rows: number): void {
    this.x -= columns * kPanStep;
    this.y -= rows * kPanStep;
    this.apply();
  }

  centre(area: Area): void {
    if (this.scale < kFarBelow) this.scale = 0.8;
    this.x = this.frame.clientWidth / 2 - (area.x + area.width / 2) * this.scale;
    this.y = this.frame.clientHeight / 2 - (area.y + area.height / 2) * this.scale;
    this.apply();
  }

  // Moves no further than needed.
  show(area: Area): void {
    const margin = 24;
    const shift = (from: number, length: number, room: number) => {
      if (from < margin) return margin - from;
      if (from + length > room - margin) return room - margin - from - length;
      return 0;
    };
    const dx = shift(this.x + area.x * this.scale, area.width * this.scale, this.frame.clientWidth);
    const dy = shift(this.y + area.y * this.scale, area.height * this.scale, this.frame.clientHeight);
    if (dx === 0 && dy === 0) return;
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  private zoomAt(factor: number, atX: number, atY: number): void {
    const scale = clamp(this.scale * factor);
    const real = scale / this.scale;
    this.x = atX - (atX - this.x) * real;
    this.y = atY - (atY - this.y) * real;
    this.scale = scale;
    this.apply();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const amount = Math.max(-120, Math.min(120, event.deltaY * lines));
    const {left, top} = this.frame.getBoundingClientRect();
    this.zoomAt(Math.exp(-amount * (event.ctrlKey ? 0.01 : 0.002)), event.clientX - left, event.clientY - top);
  }

  private pointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    if (this.pointers.size === 1) this.dragged = false;
  }

  private pointerMove(event: PointerEvent): void {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const here = {x: event.clientX, y: event.clientY};
    if (!this.dragged && Math.hypot(here.x - last.x, here.y - last.y) < kClickSlack) return;
    if (!this.dragged) {
      this.dragged = true;
      this.frame.setPointerCapture(event.pointerId);
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.pinch(last, here, other);
    else {
      this.x += here.x - last.x;
      this.y += here.y - last.y;
      this.apply();
    }
    this.pointers.set(event.pointerId, here);
  }

  // The click that follows still belongs to the drag.
  private pointerUp(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    window.setTimeout(() => (this.dragged &&= this.pointers.size > 0));
  }

  private pinch(last: {x: number; y: number}, here: {x: number; y: number}, other: {x: number; y: number}): void {
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(here.x - other.x, here.y - other.y);
    const {left, top} = this.frame.getBoundingClientRect();
    if (before > 0 && after > 0) {
      this.zoomAt(after / before, (here.x + other.x) / 2 - left, (here.y + other.y) / 2 - top);
    }
  }

  // The 3D translation gives `world` a layer of its own, drawn sharply for its scale. While the scale changes, the
  // style of `.zooming` keeps the browser from drawing it again at every step.
  private apply(): void {
    this.keepInSight();
    const {x, y, scale} = this;
    this.world.style.transform = `translate3d(${x}px, ${y}px, 0) scale(${scale})`;
    const before = this.frame.dataset.scale;
    this.frame.dataset.x = x.toFixed(1);
    this.frame.dataset.y = y.toFixed(1);
    this.frame.dataset.scale = scale.toFixed(4);
    this.moved(this.view);
    if (before === this.frame.dataset.scale) return;
    this.world.classList.toggle('far', scale < kFarBelow);
    this.world.classList.add('zooming');
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.world.classList.remove('zooming'), kSettled);
  }

  // Some part of the graph always stays in the window.
  private keepInSight(): void {
    const keep = 80;
    const within = (from: number, length: number, room: number) =>
      Math.min(room - keep, Math.max(keep - length * this.scale, from));
    this.x = within(this.x, this.content.width, this.frame.clientWidth);
    this.y = within(this.y, this.content.height, this.frame.clientHeight);
  }
}

function clamp(scale: number): number {
  return Math.min(kLargest, Math.max(kSmallest, scale));
}
