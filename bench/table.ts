/** A table of measurements, for the terminal and for results.md. */
export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
  notes: string[];
}

export function toMarkdown({ title, head, rows, notes }: Table): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

export function toText({ title, head, rows, notes }: Table): string {
  const all = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]) => cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ');
  return [title, '', ...all.map(line), '', ...notes.map((note) => `* ${note}`), ''].join('\n');
}
