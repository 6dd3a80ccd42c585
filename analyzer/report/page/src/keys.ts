// Keys that work anywhere on the page, or wherever no field is being typed in: `/` searches, Escape takes the
// selection back, `+`, `-`, `0` and `f` zoom while the graph or nothing has the focus.
import type {Store} from './store';
import type {ZoomControls} from './toolbar';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');
}

export function followShortcuts(
  section: HTMLElement,
  search: HTMLInputElement,
  store: Store,
  zoom: ZoomControls,
): void {
  const zooms: Record<string, () => void> = {
    '+': zoom.zoomIn,
    '=': zoom.zoomIn,
    '-': zoom.zoomOut,
    '0': zoom.fit,
    f: zoom.fit,
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const inGraph = event.target === document.body || (event.target instanceof Node && section.contains(event.target));
    if (event.key === '/') {
      search.focus();
      search.select();
      section.scrollIntoView({block: 'nearest'});
    } else if (event.key === 'Escape' && store.now.selection) store.update({selection: null});
    else if (inGraph && Object.hasOwn(zooms, event.key)) zooms[event.key]!();
    else return;
    event.preventDefault();
  });
}
