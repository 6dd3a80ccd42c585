// A colour of the palette for each package, the larger packages first. Colours only help the eye: every name is
// written out.
import type {Lineage} from './lineage';

const kColours = 8; // .package-0 to .package-7 in page.css

export interface PackageShare {
  name: string;
  nodes: number;
}

// Most nodes first.
export function packagesOf(lineage: Lineage): PackageShare[] {
  const counts = new Map<string, number>();
  for (const node of lineage.nodes) counts.set(node.package_name, (counts.get(node.package_name) ?? 0) + 1);
  return [...counts]
    .map(([name, nodes]) => ({name, nodes}))
    .sort((one, other) => other.nodes - one.nodes || (one.name < other.name ? -1 : 1));
}

export function packageColours(packages: readonly PackageShare[]): (name: string) => string {
  const classes = new Map(packages.map(({name}, at) => [name, `package-${at % kColours}`]));
  return (name) => classes.get(name) ?? 'package-0';
}
