// Selecting a node from outside the graph (the table, a link, a search): what hides it is opened first. A graph that
// draws only what matches goes back to everything only where the node does not match.
import {revealing} from './boxes';
import type {Matcher} from './filter';
import {isTestType} from './filter';
import type {Lineage} from './lineage';
import type {Store} from './store';

export type SelectNode = (place: number) => void;

export function nodeSelector(lineage: Lineage, matcher: Matcher, store: Store): SelectNode {
  return (place) => {
    const {filter, scope, collapsed} = store.now;
    const hiddenTest = lineage.isTest(place) && !filter.tests && !isTestType(filter.type);
    store.update({
      selection: {kind: 'node', place},
      collapsed: revealing(lineage, collapsed, place),
      filter: hiddenTest ? {...filter, tests: true} : filter,
      scope: scope === 'matching' && !matcher.matches(filter).has(place) ? 'all' : scope,
    });
  };
}
