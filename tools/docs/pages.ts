/** The pages that are made from the declarations, and not by hand. `npm run docs` writes them. */

import { fileURLToPath } from 'node:url';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { zapTemplates } from '../zapier/templates.ts';
import { behaviorPages } from './behavior-page.ts';
import { callsPages } from './calls-page.ts';
import { envExample } from './env-example.ts';
import { errorsPages } from './errors-page.ts';
import { figurePages } from './figures.ts';
import type { Page } from './page.ts';
import { valuePages } from './page-values.ts';
import { recipePages } from './recipe-pages.ts';
import { FOLDER as ZAP_TEMPLATES, zapTemplatePages } from './zap-template-pages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const pages = (): Page[] => [
  ...behaviorPages(operations),
  ...callsPages(operations),
  ...errorsPages(),
  ...recipePages(recipes),
  ...zapTemplatePages(zapTemplates),
  ...figurePages(recipes),
  ...valuePages(),
  envExample(root),
];

/** Folders in which nothing else may be. */
export const generatedFolders = ['docs/recipes', ZAP_TEMPLATES];
