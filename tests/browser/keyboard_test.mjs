// The page without a mouse, and for those who hear it.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isTest, needsPage, sampleReport, withPage} from './support.mjs';

const report = sampleReport();

function pageTest(name, look) {
  test(name, async t => {
    if (needsPage(t, report)) await withPage(report.url, {}, look);
  });
}

const focused = page => page.evaluate(() => {
  const at = document.activeElement;
  return {id: at.id, node: at.dataset.id ?? '', name: at.localName, row: at.closest('tr')?.dataset.node ?? '', key: at.closest('th')?.dataset.key ?? ''};
});

// Presses Tab until `fits`; what was reached on the way. Every stop must be seen to have the focus.
async function tabTo(page, fits) {
  const stops = [];
  for (let i = 0; i < 200; ++i) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    stops.push(at);
    if (at.name === 'body') continue;
    const shown = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
    });
    assert.ok(shown, `no focus to be seen on ${JSON.stringify(at)}`);
    if (fits(at)) return stops;
  }
  throw new Error(`not reached: ${JSON.stringify(stops)}`);
}

pageTest('keyboard: search, the next match, and back', async page => {
  await tabTo(page, at => at.id === 'search');
  await page.keyboard.type('my_new_model');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#details h2').textContent(), 'my_new_model');
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#search'), '');
});

pageTest('keyboard: the graph, along its edges', async page => {
  await tabTo(page, at => at.id === 'graph');
  const x = await page.locator('#graph').getAttribute('data-x');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(before => document.querySelector('#graph').dataset.x !== before, x);
  await page.keyboard.press('Enter');
  const first = (await focused(page)).node;
  assert.notEqual(first, '');
  await page.keyboard.press('Enter');
  assert.deepEqual(await page.locator('.node.selected').evaluateAll(all => all.map(one => one.dataset.id)), [first]);
  await page.keyboard.press('ArrowRight');
  const second = (await focused(page)).node;
  const places = new Map(report.json.nodes.map((node, place) => [node.unique_id, place]));
  assert.ok(report.json.edges.some(edge => edge.parent === places.get(first) && edge.child === places.get(second)), `${first} → ${second}`);
  await page.keyboard.press(' ');
  assert.deepEqual(await page.locator('.node.selected').evaluateAll(all => all.map(one => one.dataset.id)), [second]);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#details').isVisible(), false);
});

pageTest('keyboard: theme, a shell, sorting, a row', async page => {
  await tabTo(page, at => at.id === 'theme-toggle');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await tabTo(page, at => at.id.startsWith('shell-tab-'));
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('[role=tab][aria-selected=true]').getAttribute('id'), 'shell-tab-bash');
  await tabTo(page, at => at.key === 'name');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('th[data-key=name]').getAttribute('aria-sort'), 'ascending');
  const stops = await tabTo(page, at => at.row !== '');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#details h2').textContent(), report.json.nodes[Number(stops.at(-1).row)].name);
});

pageTest('the accessibility tree: landmarks, headings, names of all that can be used', async page => {
  const tree = await page.locator('body').ariaSnapshot();
  for (const line of [/- banner:/, /- main:/, /- contentinfo/, /- heading "Lineage" \[level=2\]/, /- heading "Commands" \[level=2\]/,
    /- searchbox "[^"]+"/, /- combobox "Package"/, /- tablist "Shell"/, /- tab "POSIX shell" \[selected\]/, /- columnheader "Name"/,
    /- application "Lineage graph[^"]*"/, /- button "my_new_model[^"]* \d+ upstream, \d+ downstream"/])
    assert.match(tree, line);
  const session = await page.context().newCDPSession(page);
  const {nodes} = await session.send('Accessibility.getFullAXTree');
  const used = new Set(['button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'tab', 'tabpanel', 'application', 'columnheader', 'image', 'img']);
  const nameless = nodes.filter(node => !node.ignored && used.has(node.role?.value) && !node.name?.value?.trim());
  assert.deepEqual(nameless.map(node => node.role.value), []);
  assert.equal(nodes.filter(node => node.role?.value === 'button' && node.name?.value?.includes(' upstream, ')).length,
    report.json.nodes.filter(node => !isTest(node)).length);
});

pageTest('what happens is said', async page => {
  assert.equal(await page.locator('#match-count').getAttribute('aria-live'), 'polite');
  assert.equal(await page.locator('#live').getAttribute('aria-live'), 'polite');
});

pageTest('ids stand once, and what refers to one finds it', async page => {
  const wrong = await page.evaluate(() => {
    const found = [];
    const seen = new Set();
    for (const {id} of document.querySelectorAll('[id]')) {
      if (seen.has(id)) found.push(`twice: ${id}`);
      seen.add(id);
    }
    for (const name of ['aria-controls', 'aria-labelledby', 'aria-describedby', 'for']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        for (const id of element.getAttribute(name).split(' ')) if (!seen.has(id)) found.push(`${name}: ${id}`);
      }
    }
    return found;
  });
  assert.deepEqual(wrong, []);
});
