// Two thousand nodes, and more than a graph of single nodes is made for.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {manyNodes, withTests} from './manifests.mjs';
import {needsPage, projectOf, reachable, reportOf, withPage} from './support.mjs';

test('2,000 nodes: all are drawn, found, filtered and highlighted', async t => {
  const report = reportOf('many', projectOf('many', manyNodes(2000)), '*');
  if (!needsPage(t, report)) return;
  assert.equal(report.json.nodes.length, 2000);
  const last = report.json.nodes.findIndex(node => node.name === 'model_01999');
  await withPage(`${report.url}#node=${encodeURIComponent(report.json.nodes[last].unique_id)}`, {}, async page => {
    assert.equal(await page.locator('#graph .node[data-id]').count(), 2000);
    assert.equal(await page.locator('#details h2').textContent(), 'model_01999');
    assert.equal(await page.locator('#graph .node.upstream').count(), reachable(report.json, last, 'upstream').size);
    await page.fill('#search', 'model_01234');
    await page.waitForFunction(() => document.getElementById('match-count').textContent.startsWith('1 of 2,000'));
    await page.press('#search', 'Enter');
    assert.equal(await page.locator('#details h2').textContent(), 'model_01234');
    await page.fill('#search', '');
    await page.selectOption('#filter-tag', 'nightly');
    await page.waitForFunction(() => document.getElementById('match-count').textContent.startsWith('400 of 2,000'));
    await page.click('#collapse-packages');
    assert.equal(await page.locator('#graph .node').count(), 4);
  });
});

test('the table of 2,000 nodes shows the rest on request', async t => {
  const report = reportOf('many', projectOf('many', manyNodes(2000)), '*');
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    assert.ok((await page.locator('#nodes-table tbody tr').count()) < 2000);
    await page.click('#table-more');
    assert.equal(await page.locator('#nodes-table tbody tr').count(), 2000);
  });
});

test('more nodes than that: the graph starts with a box per package', async t => {
  const report = reportOf('more', projectOf('more', manyNodes(4000)), '*');
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    const packages = new Set(report.json.nodes.map(node => `package:${node.package_name}`));
    const boxes = await page.locator('#graph .node').evaluateAll(all => all.map(box => box.dataset.box));
    assert.deepEqual(boxes.sort(), [...packages].sort());
    // A node within a box is found all the same.
    await page.fill('#search', 'model_03210');
    await page.press('#search', 'Enter');
    assert.equal(await page.locator('#details h2').textContent(), 'model_03210');
  });
});

test('tests that are not drawn do not count: 900 models of one package with 1,500 tests', async t => {
  const manifest = withTests(manyNodes(900, () => 'many'), 1500);
  const report = reportOf('tested', projectOf('tested', manifest), '*');
  if (!needsPage(t, report)) return;
  assert.equal(report.json.nodes.length, 2400);
  await withPage(report.url, {}, async page => {
    const count = () => page.locator('#graph .node').count();
    const folders = () => page.locator('#graph .node.box[data-box^="folder:"]').count();
    const heard = () => page.waitForFunction(() => document.getElementById('live').textContent.startsWith('More than 2,000'));
    assert.equal(await count(), 900);
    await page.click('#collapse-packages');
    assert.equal(await count(), 1);
    await page.click('#expand-all');
    assert.equal(await count(), 900);
    for (const open of [() => page.locator('.chip').click(), () => page.locator('#graph .node.box').dblclick()]) {
      await page.click('#collapse-packages');
      await open();
      assert.equal(await count(), 900);
    }
    assert.equal(await page.locator('#live').textContent(), '');
    // With the tests it would be too much: whichever comes last, the tests or the boxes that open.
    await page.check('#filter-tests');
    await heard();
    assert.equal(await count(), 9);
    assert.equal(await folders(), 9);
    await page.click('#expand-all');
    assert.equal(await folders(), 9);
    await page.click('#collapse-packages');
    await page.locator('.chip').click();
    assert.equal(await folders(), 9);
    // A test that is chosen in the table is drawn all the same.
    await page.uncheck('#filter-tests');
    await page.click('#expand-all');
    assert.equal(await count(), 900);
    await page.evaluate(() => (window.location.hash = '#node=test.many.test_00007'));
    await page.waitForFunction(() => document.querySelector('#details h2')?.textContent === 'test_00007');
    assert.equal(await page.locator('#graph .node.selected').getAttribute('data-id'), 'test.many.test_00007');
    assert.ok((await count()) <= 2000);
  });
});

test('more packages than fit: one after another opens into its folders', async t => {
  const report = reportOf('more', projectOf('more', manyNodes(4000)), '*');
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    for (const chip of await page.locator('.chip').all()) {
      await chip.click();
      assert.ok((await page.locator('#graph .node').count()) <= 2000);
    }
    await page.click('#collapse-packages');
    await page.fill('#search', 'model_032');
    await page.selectOption('#graph-scope', 'matching');
    await page.click('#expand-all');
    assert.equal(await page.locator('#graph .node[data-id]').count(), 100);
    await page.selectOption('#graph-scope', 'all');
    assert.equal(await page.locator('#graph .node[data-id]').count(), 0);
  });
});
