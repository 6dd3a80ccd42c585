// Manifests written for the tests: a big one, and one of an attacker.

function emptyManifest(project) {
  return {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      dbt_version: '1.11.0',
      generated_at: '2026-01-02T03:04:05Z',
      project_name: project,
      adapter_type: 'postgres',
    },
    nodes: {}, sources: {}, macros: {}, docs: {}, exposures: {}, metrics: {}, groups: {}, selectors: {}, disabled: {},
    parent_map: {}, child_map: {}, saved_queries: {}, semantic_models: {}, unit_tests: {},
  };
}

function model(project, name, folder, parents, more = {}) {
  const file = `models/${folder}/${name}.sql`;
  return {
    unique_id: `model.${project}.${name}`, resource_type: 'model', name, alias: name, package_name: project,
    path: `${folder}/${name}.sql`, original_file_path: file, fqn: [project, ...folder.split('/'), name],
    database: 'db', schema: 'analytics', relation_name: `"db"."analytics"."${name}"`, tags: [],
    config: {enabled: true, materialized: 'table', tags: []}, checksum: {name: 'sha256', checksum: ''},
    description: `What ${name} holds.`, columns: {}, raw_code: 'select 1', language: 'sql', access: 'protected',
    depends_on: {nodes: parents, macros: []}, refs: [], sources: [], metrics: [], ...more,
  };
}

// `count` models in layers, each with up to three parents near it, in eight folders of four packages: as wide, deep and
// tangled as large projects are. `packageOf(i)` names another package for the model i.
export function manyNodes(count, packageOf = i => (i % 10 < 7 ? 'many' : `package_${i % 3}`)) {
  const manifest = emptyManifest('many');
  let seed = 1;
  const random = limit => {
    seed = (seed * 48271) % 2147483647;
    return seed % limit;
  };
  const ids = [];
  const layers = 25;
  for (let i = 0; i < count; ++i) {
    const layer = Math.floor((i * layers) / count);
    const project = packageOf(i);
    const parents = new Set();
    const start = Math.floor(((layer - 1) * count) / layers);
    for (let wanted = layer === 0 ? 0 : 1 + random(3); wanted > 0; --wanted) {
      parents.add(ids[Math.max(0, start + random(Math.floor(count / layers)))]);
    }
    const node = model(project, `model_${String(i).padStart(5, '0')}`, `layer_${layer % 8}`, [...parents], {
      tags: i % 5 === 0 ? ['nightly'] : [],
    });
    ids.push(node.unique_id);
    manifest.nodes[node.unique_id] = node;
  }
  return manifest;
}

// The same with `count` tests on its models, in turn.
export function withTests(manifest, count) {
  const models = Object.values(manifest.nodes);
  for (let i = 0; i < count; ++i) {
    const {unique_id: tested, package_name: project} = models[i % models.length];
    const name = `test_${String(i).padStart(5, '0')}`;
    manifest.nodes[`test.${project}.${name}`] = model(project, name, 'tests', [tested], {
      unique_id: `test.${project}.${name}`, resource_type: 'test', original_file_path: `tests/${name}.sql`,
      config: {enabled: true, materialized: 'test', severity: 'ERROR', tags: []},
    });
  }
  return manifest;
}

// What an attacker would write in place of a name.
export const hostileWords = [
  '<script>window.pwned = 1; alert(1)</script>',
  '</script><script>window.pwned = 1</script>',
  '<!--<script>', '--><img src=x onerror="window.pwned = 1">',
  '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<iframe src="javascript:alert(1)"></iframe>',
  '"><img src=x onerror=alert(1)>', '\' onmouseover=\'alert(1)', '" autofocus onfocus="alert(1)" x="',
  '</table></section></main><h1>evil</h1>', '</bdi></td><td>', '</title><script>alert(1)</script>',
  '</style><style>* { display: none }</style>', '<base href="https://example.com/">',
  '<meta http-equiv="refresh" content="0; url=https://example.com/">', '<link rel=stylesheet href=https://example.com/>',
  '<form action=https://example.com><button autofocus>', 'javascript:alert(1)', '[click](javascript:alert(1))',
  '![picture](https://example.com/i.png)', '<https://example.com>', 'https://example.com www.example.com a@example.com',
  '@team #1 GH-1', '**bold** _it_ `code` ~~no~~', '| a | b |\n|---|---|', '```\n</details>\n```', '# heading',
  '- item\n- item', '{{ ref("x") }} {% raw %}', '${7*7} {{7*7}} #{7*7}', '__proto__', 'constructor', 'toString',
  'it\'s "quoted" \\', 'a&lt;b&gt;&amp;&#60;', 'rtl \u202e evil \u2066 x \u061c', '\u2028line\u2029', 'אבג دهو',
  'größe 日本 🙂', '\u0000nul', '\u001b[31mred', '%3Cscript%3E', 'graph TD; A-->B', '"]; click n0 "javascript:alert(1)"; x["',
  '%%{init: {"securityLevel": "loose"}}%%', 'end', ' ', 'x'.repeat(10_000), '<b>'.repeat(3_400), '\u202e'.repeat(3_000),
];

// Each of the words in every place of a model, a source or an exposure; in a chain.
export function hostileManifest() {
  const manifest = emptyManifest(hostileWords[0]);
  let before = [];
  hostileWords.forEach((word, i) => {
    const type = ['model', 'model', 'source', 'exposure'][i % 4];
    const node = model(word, `${word} ${i}`, word, type === 'source' ? [] : before, {
      unique_id: `${type}.${word}.${i}`, resource_type: type, path: `${word}.sql`, original_file_path: `models/${word}.sql`,
      fqn: [word, word, `${word} ${i}`], relation_name: word, tags: [word], description: word, access: word, group: word,
      config: {enabled: true, materialized: word, tags: [word], meta: {[word]: word}},
      columns: {[word]: {name: word, description: word, tags: [word], meta: {}, data_type: word}},
    });
    if (type === 'source') {
      Object.assign(node, {source_name: word, source_description: word, loader: word, identifier: word});
      manifest.sources[node.unique_id] = node;
    } else if (type === 'exposure') {
      Object.assign(node, {type: 'dashboard', owner: {name: word, email: word}, label: word, url: `javascript:${word}`});
      manifest.exposures[node.unique_id] = node;
    } else {
      manifest.nodes[node.unique_id] = node;
    }
    manifest.groups[`group.${word}`] = {
      unique_id: `group.${word}`, name: word, resource_type: 'group', package_name: word, path: word,
      original_file_path: word, owner: {name: word, email: word},
    };
    if (type !== 'exposure') before = [node.unique_id];
  });
  for (const key of ['dbt_version', 'adapter_type', 'generated_at']) manifest.metadata[key] = hostileWords[1];
  return manifest;
}
