// What a report shows without its script: everything but the graph.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sampleReport, withPage} from './support.mjs';

test('without scripts: the whole report can be read, from disk, with no network', async () => {
  const report = sampleReport();
  await withPage(report.url, {javaScriptEnabled: false}, async page => {
    const text = await page.innerText('body');
    for (const node of report.json.nodes) {
      assert.ok(text.includes(node.name), node.name);
      for (const reason of node.reasons) assert.ok(text.includes(reason), reason);
    }
    for (const line of Object.values(report.json.command.lines)) assert.ok(text.includes(line), line);
    assert.ok(text.includes(report.json.project.generated_at));
    assert.ok(text.includes(report.json.models_to_run.statement));
    for (const window of report.json.first_windows) {
      assert.ok(text.includes(window.from) && text.includes(window.to), window.package);
    }
    assert.equal(await page.locator('#nodes-table tbody tr').count(), report.json.nodes.length);
    assert.equal(await page.locator('#lineage').isVisible(), false);
    assert.match(text, /need scripts|no lineage graph/);
  });
});

test('without scripts: sections have headings, and tables headers that name their columns', async () => {
  await withPage(sampleReport().url, {javaScriptEnabled: false}, async page => {
    const tree = await page.locator('body').ariaSnapshot();
    assert.match(tree, /- banner:/);
    assert.match(tree, /- main:/);
    assert.match(tree, /heading "Selection report: snowplow_shop" \[level=1\]/);
    assert.match(tree, /- heading "Nodes" \[level=2\]/);
    assert.match(tree, /- columnheader "Name"/);
    assert.match(tree, /- rowheader "my_new_model"/);
  });
});
