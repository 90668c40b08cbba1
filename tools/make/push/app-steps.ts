/** Steps for what belongs to the app as a whole. */

import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import type { Section } from './app-folder.ts';
import { APP_KEY, fileKey } from './comparison.ts';
import { VERSION } from './kinds.ts';
import { APP_FIELDS, APP_NAME, type Remote } from './remote.ts';
import { fileLine, type Step, simple } from './step.ts';

const createdSchema = z.object({ name: z.string().min(1) });

export function appSteps(remote: Remote | undefined): Step[] {
  const { label, description, theme, language } = APP_FIELDS;
  if (!remote) {
    const line = {
      en: `app: create ${APP_NAME}-…, "${label}", private`,
      zh: `app：创建 ${APP_NAME}-…，“${label}”，私有`,
    };
    return [
      {
        line,
        async take(account, state) {
          const body = {
            name: APP_NAME,
            label,
            description,
            theme,
            language,
            audience: 'global',
            private: true,
          };
          const created = await account.request(line, async (make) =>
            createdSchema.parse(await make.sdk.apps.create(body)),
          );
          state.app = created.name;
        },
      },
    ];
  }
  const changed = Object.entries(APP_FIELDS).filter(([name, value]) => remote.fields[name] !== value);
  if (changed.length === 0) return [];
  const line = both(`app: ${changed.map(([name]) => name).join(', ')}`);
  return [simple(line, (make, { app }) => make.sdk.apps.update(app, VERSION, Object.fromEntries(changed)))];
}

export function appFile(
  { file, text }: Section,
  section: 'base' | 'groups',
  remote: Remote | undefined,
): Step[] {
  if (remote?.same.has(fileKey(APP_KEY, file))) return [];
  const line = fileLine(`app: ${file}`, text);
  return [simple(line, (make, { app }) => make.sdk.apps.setSection(app, VERSION, section, text))];
}

export function readmeStep(text: string, remote: Remote | undefined): Step[] {
  if (remote?.same.has(fileKey(APP_KEY, 'readme'))) return [];
  const line = fileLine('app: readme', text);
  return [simple(line, (make, { app }) => make.sdk.apps.setDocs(app, VERSION, text))];
}

/** Make shows a picture that it computes from the icon, so that the two cannot be compared. */
export function iconStep(icon: Uint8Array, isNew: boolean, remote: Remote | undefined): Step[] {
  if (remote?.hasIcon && !isNew) return [];
  const line = fileLine('app: icon', icon);
  return [simple(line, (make, { app }) => make.sdk.apps.setIcon(app, VERSION, icon))];
}
