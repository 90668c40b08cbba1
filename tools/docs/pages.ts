/** The pages that are made from the declarations, and not by hand. `npm run docs` writes them. */

import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { behaviorPage } from './behavior-page.ts';
import { errorsPages } from './errors-page.ts';
import { recipePages } from './recipe-pages.ts';

export interface Page {
  /** From the folder of the project, with slashes. */
  path: string;
  text: string;
}

export const pages = (): Page[] => [
  { path: 'docs/behavior.md', text: behaviorPage(operations) },
  ...errorsPages(),
  ...recipePages(recipes),
];

/** Folders in which nothing else may be. */
export const generatedFolders = ['docs/recipes'];
