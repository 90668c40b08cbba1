/** The keys that events have in addition to their record's fields: labels and types, for output fields and docs. */

import type { OutputDeclaration, Title, TitleCase, TriggerDeclaration } from './operation.ts';

/** Labels and types of the event keys, for output fields and docs. */
export const EVENT_FIELDS = {
  id: { label: { en: 'Event ID', zh: '事件编号' }, type: 'string' },
  event_type: { label: { en: 'Event Type', zh: '事件类型' }, type: 'string' },
  title: { label: { en: 'Title', zh: '标题（英文）' }, type: 'string' },
  title_zh: { label: { en: 'Title (Chinese)', zh: '标题' }, type: 'string' },
  text: { label: { en: 'Text', zh: '正文（英文）' }, type: 'string' },
  text_zh: { label: { en: 'Text (Chinese)', zh: '正文' }, type: 'string' },
  severity: { label: { en: 'Severity', zh: '级别' }, type: 'string' },
  link: { label: { en: 'Link', zh: '链接' }, type: 'string' },
  occurred_at: { label: { en: 'Occurred At', zh: '发生时间' }, type: 'datetime' },
  occurred_at_local: { label: { en: 'Occurred At (Beijing)', zh: '发生时间（北京）' }, type: 'string' },
  due_at: { label: { en: 'Due At', zh: '截止时间' }, type: 'datetime' },
  due_at_local: { label: { en: 'Due At (Beijing)', zh: '截止时间（北京）' }, type: 'string' },
  shop_id: { label: { en: 'Shop Number', zh: '店铺编号' }, type: 'string' },
  shop_name: { label: { en: 'Shop Name', zh: '店铺名称' }, type: 'string' },
  is_example: { label: { en: 'Example', zh: '是否示例' }, type: 'boolean' },
} as const;

/** Labels and types of the keys that events of a trigger with kinds of alerts have more. */
export const ALERT_FIELDS = {
  alert_type: { label: { en: 'Alert Type', zh: '提醒类型' }, type: 'string' },
  alert_name: { label: { en: 'Alert', zh: '提醒（英文）' }, type: 'string' },
  alert_name_zh: { label: { en: 'Alert (Chinese)', zh: '提醒' }, type: 'string' },
} as const;

export const hasAlerts = ({ message: { title } }: TriggerDeclaration): boolean =>
  isTitleList(title) && title.some(({ alert }) => alert !== undefined);

/** The keys of the events of a trigger: those of deadlines and alerts only where it is about them. */
export const eventFieldsOf = (trigger: TriggerDeclaration): Record<string, OutputDeclaration> => {
  const { due_at, due_at_local, ...always } = EVENT_FIELDS;
  return {
    ...(trigger.dueAt ? EVENT_FIELDS : always),
    ...(hasAlerts(trigger) && ALERT_FIELDS),
  };
};

export const isTitleList = (title: Title): title is readonly TitleCase[] => Array.isArray(title);
