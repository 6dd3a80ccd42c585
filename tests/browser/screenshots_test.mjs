// Pictures of the sample's report: build/…/browser/screenshots/report-light.png and report-dark.png. `make screenshots` copies
// them to samples/, where README.md finds them.
import assert from 'node:assert/strict';
import {cpSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {needsPage, reportOf, shop, withPage, work} from './support.mjs';

const mostBytes = 300_000;

for (const colorScheme of ['light', 'dark']) {
  test(`a picture of the sample's report, ${colorScheme}`, async t => {
    // Outside of the checkout, so that the picture does not depend on the commit.
    const folder = join(work, 'projects', 'shop');
    rmSync(folder, {recursive: true, force: true});
    cpSync(shop, folder, {recursive: true});
    const report = reportOf('picture', folder, '+my_new_model+', '--state', 'production');
    if (!needsPage(t, report)) return;
    mkdirSync(join(work, 'screenshots'), {recursive: true});
    const node = '#node=model.snowplow_shop.my_new_model';
    await withPage(report.url + node, {colorScheme, viewport: {width: 1280, height: 900}}, async page => {
      await page.evaluate(() => document.getElementById('identity')?.removeAttribute('open'));
      await page.click('#zoom-in');
      await page.getByRole('button', {name: 'Centre'}).click();
      await page.mouse.move(0, 0);
      await page.evaluate(() => scrollTo(0, 0));
      const picture = await page.screenshot({path: join(work, 'screenshots', `report-${colorScheme}.png`), animations: 'disabled'});
      assert.ok(picture.length > 10_000 && picture.length < mostBytes, `${picture.length} bytes`);
    });
  });
}
