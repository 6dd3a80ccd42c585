// `#node=` and the percent-encoded unique_id: a link to one node, which the address always shows.
import {cut} from './dom';
import type {Lineage} from './lineage';
import type {SelectNode} from './selecting';
import type {Store} from './store';
import {sameSelection} from './store';

const kPrefix = '#node=';
const kLongestId = 200;

export function linkTo(uniqueId: string): string {
  try {
    return kPrefix + encodeURIComponent(uniqueId);
  } catch {
    return '#'; // half a surrogate pair has no encoding
  }
}

// The unique_id that the address names; undefined where it names none.
function linkedId(): string | undefined {
  const {hash} = window.location;
  if (!hash.startsWith(kPrefix)) return undefined;
  const id = hash.slice(kPrefix.length);
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // no percent-encoding
  }
}

// Selects what the address names, now and whenever it changes, and keeps the address in step with the selection. `tell`
// gets what is wrong with the address; an empty text where nothing is.
export function followAddress(
  lineage: Lineage,
  store: Store,
  selectNode: SelectNode,
  centre: () => void,
  tell: (text: string) => void,
): void {
  const fromAddress = () => {
    const id = linkedId();
    const place = id === undefined ? undefined : lineage.placeOf(id);
    tell(id !== undefined && place === undefined ? `This report has no node ${cut(id, kLongestId)}.` : '');
    if (place === undefined) return;
    selectNode(place);
    centre();
  };
  fromAddress();
  window.addEventListener('hashchange', fromAddress);
  store.follow((now, before) => {
    if (sameSelection(now.selection, before.selection)) return;
    if (now.selection) tell('');
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
