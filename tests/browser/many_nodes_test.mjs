// Two thousand nodes, and more than a graph of single nodes is made for.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {manyNodes} from './manifests.mjs';
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
