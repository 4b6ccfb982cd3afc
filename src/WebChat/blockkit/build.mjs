// Bundles the Block Kit renderer of the gallery for the page, with the licences of everything that is in the bundle.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const out = 'wwwroot/lib';
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  entryPoints: { blockkit: 'blockkit/blockkit.js' },
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  outdir: out,
  outExtension: { '.js': '.min.js', '.css': '.min.css' },
  metafile: true,
});

const packages = new Set(Object.keys(metafile.inputs).map(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
const licences = [...packages].sort().map(name => {
  const folder = `node_modules/${name}`;
  const about = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find(f => /^licen[cs]e/i.test(f));
  return `${name} ${about.version}, ${about.license}\n\n${file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, 'utf8').trim() : '(no licence text in the package)'}\n`;
});
writeFileSync(`${out}/blockkit.LICENSES.txt`, licences.join('\n----\n\n'));
