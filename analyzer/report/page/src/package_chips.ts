// The packages of the selection as a legend of the graph's colours; pressing one collapses or expands it.
import {button, cut, element, isolated} from './dom';
import type {Drawn} from './drawn';
import type {PackageShare} from './package_colours';
import type {Store} from './store';

const kShown = 12;
const kLongestName = 60;

export function packageChips(
  drawn: Drawn,
  store: Store,
  packages: readonly PackageShare[],
  colour: (name: string) => string,
): HTMLElement {
  const root = element('div', {
    class: 'chips',
    role: 'group',
    'aria-label': 'Packages: press one to collapse or expand it',
  });
  const chips = packages.slice(0, kShown).map(({name, nodes}) => {
    const key = `package:${name}`;
    const chip = button('', {class: `chip ${colour(name)}`, title: 'Collapse or expand this package'}, () => {
      const {collapsed} = store.now;
      const next = collapsed.has(key)
        ? drawn.opened({...store.now, selection: null}, key)
        : new Set(collapsed).add(key);
      store.update({collapsed: next, selection: null});
    });
    chip.append(
      isolated(cut(name, kLongestName), 'clip'),
      element('span', {class: 'muted'}, nodes.toLocaleString('en')),
    );
    return {key, chip};
  });
  root.append(...chips.map(({chip}) => chip));
  if (packages.length > kShown)
    root.append(element('span', {class: 'muted'}, `and ${packages.length - kShown} more packages`));
  const show = () => {
    for (const {key, chip} of chips) chip.setAttribute('aria-pressed', String(store.now.collapsed.has(key)));
  };
  store.follow(show);
  show();
  return root;
}
