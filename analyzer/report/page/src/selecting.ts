// Selecting a node from outside the graph (the table, a link, a search): what hides it is opened first. A graph that
// draws only what matches goes back to everything only where the node does not match.
import type {Drawn} from './drawn';
import type {Matcher} from './filter';
import {isTestType} from './filter';
import type {Lineage} from './lineage';
import type {Choices, Store} from './store';

export type SelectNode = (place: number) => void;

export function nodeSelector(lineage: Lineage, matcher: Matcher, drawn: Drawn, store: Store): SelectNode {
  return (place) => {
    const {filter, scope} = store.now;
    const hiddenTest = lineage.isTest(place) && !filter.tests && !isTestType(filter.type);
    const next: Choices = {
      ...store.now,
      selection: {kind: 'node', place},
      filter: hiddenTest ? {...filter, tests: true} : filter,
      scope: scope === 'matching' && !matcher.matches(filter).has(place) ? 'all' : scope,
    };
    const fitting = drawn.exceeds(next, store.now) ? drawn.within(next) : next;
    store.update({...fitting, collapsed: drawn.revealing(fitting, place)});
  };
}
