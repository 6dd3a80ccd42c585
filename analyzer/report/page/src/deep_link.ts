// `#node=` and the percent-encoded unique_id: a link to one node, which the address always shows.
import type {Lineage} from './lineage';
import type {SelectNode} from './selecting';
import type {Store} from './store';
import {sameSelection} from './store';

const kPrefix = '#node=';

export function linkTo(uniqueId: string): string {
  try {
    return kPrefix + encodeURIComponent(uniqueId);
  } catch {
    return '#'; // half a surrogate pair has no encoding
  }
}

function linkedPlace(lineage: Lineage): number | undefined {
  const {hash} = window.location;
  if (!hash.startsWith(kPrefix)) return undefined;
  try {
    return lineage.placeOf(decodeURIComponent(hash.slice(kPrefix.length)));
  } catch {
    return undefined; // no percent-encoding
  }
}

// Selects what the address names, now and whenever it changes, and keeps the address in step with the selection.
export function followAddress(lineage: Lineage, store: Store, selectNode: SelectNode, centre: () => void): void {
  const fromAddress = () => {
    const place = linkedPlace(lineage);
    if (place === undefined) return;
    selectNode(place);
    centre();
  };
  fromAddress();
  window.addEventListener('hashchange', fromAddress);
  store.follow((now, before) => {
    if (sameSelection(now.selection, before.selection)) return;
    const id = now.selection?.kind === 'node' ? lineage.nodes[now.selection.place]!.unique_id : undefined;
    replaceHash(id === undefined ? '' : linkTo(id));
  });
}

function replaceHash(hash: string): void {
  if (window.location.hash === hash) return;
  try {
    window.history.replaceState(null, '', hash || window.location.pathname + window.location.search);
  } catch {
    // Some places that show a file forbid it; the page works without.
  }
}
