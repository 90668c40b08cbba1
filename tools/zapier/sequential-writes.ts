/**
 * Loaded into Zapier's command line tool, whose self-test unpacks every file of the build at once. It then needs as
 * many file handles as there are files, and macOS allows 256.
 */

import fs from 'node:fs/promises';

const { writeFile } = fs;
let last: Promise<void> = Promise.resolve();

fs.writeFile = (...parameters: Parameters<typeof writeFile>) => {
  const written = last.then(() => writeFile(...parameters));
  last = written.catch(() => {});
  return written;
};
