// The document that stands in #report-data: what schemas/report.schema.json describes. Its strings are the artifacts'
// own text and may be anything; the page puts them into text nodes and attributes only.

export interface Named {
  unique_id: string;
  name: string;
}

export type StateWord = 'new' | 'modified' | 'unchanged';

export interface ReportedState {
  is: StateWord;
  changes: {aspect: string; key: string | null}[];
  macros: string[];
}

export interface ReportedNode extends Named {
  resource_type: string;
  package_name: string;
  materialized: string | null;
  relation_name: string | null;
  original_file_path: string | null;
  description: string | null;
  tags: string[];
  owner: string | null;
  group: string | null;
  access: string | null;
  runs: boolean;
  reasons: string[];
  counted_by: string[];
  tests: (Named & {selected: boolean})[];
  state: ReportedState | null;
  findings: number[];
  downstream: {models: number; exposures: number; metrics: number};
}

export interface Finding {
  rule: string;
  severity: 'warn' | 'error';
  unique_id: string;
  column: string | null;
  message: string;
  file: string | null;
  line: number | null;
}

export interface FirstWindow {
  package: string;
  models: string[];
  from: string | null;
  to: string | null;
  problem: string | null;
}

export interface Report {
  state: {manifest: string} | null;
  command: {lines: Record<string, string | null>};
  nodes: ReportedNode[];
  edges: {parent: number; child: number}[];
  findings: Finding[] | null;
  first_windows: FirstWindow[];
}

// Undefined where there is no such document; throws SyntaxError where it is no JSON.
export function readReport(): Report | undefined {
  const text = document.getElementById('report-data')?.textContent;
  return text ? (JSON.parse(text) as Report) : undefined;
}
