import { fires, toEvent } from '../../lib/pack/event.ts';
import { hasAlerts } from '../../lib/pack/event-fields.ts';
import { field, gte, hoursSince, hoursUntil, input, literal, lt, lte } from '../../lib/pack/expression.ts';
import { trigger } from '../../lib/pack/operation.ts';
import { contextAt } from '../support/event-context.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const NOW = Date.parse('2026-10-09T12:00:00Z');
const toPlainEvent = (more = {}) => toEvent(plainTrigger, aParcel(more), { min_weight: 100 }, contextAt(NOW));
const { message } = parcelSent;
const withTitle = (title: string) =>
  trigger({ ...parcelSent, message: { ...message, title: { en: title, zh: title } } } as never);
const withText = (text: string) =>
  trigger({ ...parcelSent, message: { ...message, text: { en: text, zh: text } } } as never);
const titleOf = (template: string, more = {}) =>
  toEvent(withTitle(template), aParcel(more), {}, contextAt(NOW)).title;
const textOf = (template: string, more = {}) =>
  toEvent(withText(template), aParcel(more), {}, contextAt(NOW));

describe('Event', () => {
  test('An event carries the same keys whatever its trigger, and the fields of its record', () => {
    expect(toPlainEvent()).toEqual({
      id: '77',
      event_type: 'parcel_sent',
      title: 'Parcel 77',
      title_zh: '包裹 77',
      text: '250 g of at least 100 g',
      text_zh: '250 克，至少 100 克',
      severity: 'warning',
      link: 'https://example.com/parcels/77',
      occurred_at: '2026-10-09T08:05:00Z',
      occurred_at_local: '2026-10-09 16:05',
      shop_id: '2201234567890',
      shop_name: null,
      is_example: false,
      ...aParcel(),
    });
  });

  test('An event of a record that another release has stored has the declared fields, and no other', () => {
    const { due_at_door: _, ...older } = aParcel();
    const event = toEvent(plainTrigger, { ...older, added_later: 'x' }, {}, contextAt(NOW));
    expect(event).toHaveProperty('due_at_door', null);
    expect(event).not.toHaveProperty('added_later');
  });

  test('An event has a due time if its trigger declares one', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel(), {}, contextAt(NOW))).toMatchObject({
      due_at: '2026-10-20T16:00:00Z',
      due_at_local: '2026-10-21 00:00',
    });
  });

  test('The due time of an event is null if the record lacks it', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel({ due_at_door: null }), {}, contextAt(NOW)).due_at).toBeNull();
  });

  test('An event has no due time if its trigger declares none', () => {
    expect(toPlainEvent()).not.toHaveProperty('due_at');
  });

  test.each([null, undefined, 5])('The time of an event is null if the record says %j', (sent_at) => {
    expect(toPlainEvent({ sent_at }).occurred_at).toBeNull();
  });

  test('An id may consist of several fields', () => {
    const byCity = trigger({ ...parcelSent, id: '{parcel_no}-{city}' });
    expect(toEvent(byCity, aParcel(), {}, contextAt(NOW)).id).toBe('77-Madrid');
  });

  test('The id of an event is the same whatever the inputs are', () => {
    const other = toEvent(plainTrigger, aParcel(), { min_weight: 5, parcel_no: '1' }, contextAt(NOW));
    expect(other.id).toBe(toPlainEvent().id);
  });

  test('A template shows the field if an input has the same name', () => {
    expect(toEvent(plainTrigger, aParcel(), { parcel_no: '1' }, contextAt(NOW)).title).toBe('Parcel 77');
  });

  test('A missing value is shown as a dash', () => {
    expect(toPlainEvent({ weight: null }).text).toBe('– g of at least 100 g');
  });
});

describe('Shop of an event', () => {
  const named = toEvent(
    withText('**Sent** {sent_at|time}'),
    aParcel(),
    {},
    {
      now: NOW,
      shop: { id: '2201234567890', name: 'Harbor Lane Store' },
    },
  );

  test('An event carries the number and the name of its shop', () => {
    expect(named).toMatchObject({ shop_id: '2201234567890', shop_name: 'Harbor Lane Store' });
  });

  test('The name of the shop is the last line of a text but for the zone', () => {
    expect([named.text, named.text_zh]).toEqual([
      '**Sent** 10-09 16:05\n**Shop** Harbor Lane Store\n_Beijing time_',
      '**Sent** 10-09 16:05\n**店铺** Harbor Lane Store\n_时间均为北京时间_',
    ]);
  });

  test('A text has no line for a shop whose name is unknown', () => {
    expect(toPlainEvent().text).not.toContain('Shop');
  });
});

describe('Example', () => {
  const example = toEvent(plainTrigger, aParcel(), {}, { ...contextAt(NOW), isExample: true });

  test('An example is marked in a key, in its id and in its title', () => {
    expect(example).toMatchObject({
      is_example: true,
      id: 'example/77',
      title: 'Example · Parcel 77',
      title_zh: '示例 · 包裹 77',
    });
  });

  test('The title of an example is cut to 66 columns too', () => {
    const { title } = toEvent(
      withTitle('{city}'),
      aParcel({ city: 'A'.repeat(80) }),
      {},
      {
        ...contextAt(NOW),
        isExample: true,
      },
    );
    expect(title).toHaveLength(66);
  });
});

describe('Title', () => {
  test('A title that begins with a value begins with a capital', () => {
    expect(titleOf('{city} calls', { city: 'madrid' })).toBe('Madrid calls');
  });

  test('A part of a title whose values are missing is left out', () => {
    expect(titleOf('Parcel · {city} · {weight} g', { city: null })).toBe('Parcel · 250 g');
  });

  test('A title is one line', () => {
    expect(titleOf('{city}', { city: 'Madrid\n  Centro ' })).toBe('Madrid Centro');
  });

  test('A title is cut to 66 columns', () => {
    expect(titleOf('{city}', { city: 'A'.repeat(80) })).toBe(`${'A'.repeat(65)}…`);
  });

  test('A title of exactly 66 columns is not cut', () => {
    expect(titleOf('{city}', { city: '市'.repeat(33) })).toBe('市'.repeat(33));
  });

  const due = trigger({
    ...parcelSent,
    inputs: {},
    message: {
      ...message,
      title: [
        {
          when: lte(hoursUntil('due_at_door'), literal(0)),
          alert: { type: 'late', name: { en: 'too late', zh: '已逾期' } },
          en: 'Late: {parcel_no}',
          zh: '已逾期：{parcel_no}',
        },
        { en: 'Due {due_at_door|time}', zh: '{due_at_door|time} 到期' },
      ],
      text: {
        en: '**Alert** {alert_name}?\n**City** {city}',
        zh: '**提醒** {alert_name_zh}?\n**城市** {city}',
      },
    },
  });
  const at = (time: string) => toEvent(due, aParcel(), {}, contextAt(Date.parse(time)));

  test('The first case whose condition holds is the title', () => {
    expect(at('2026-10-20T16:00:00Z').title_zh).toBe('已逾期：77');
  });

  test('The last case is the title if no condition holds', () => {
    expect(at('2026-10-20T15:59:00Z').title).toBe('Due 10-21 00:00');
  });

  test('An event whose title is that of an alert carries the kind of alert', () => {
    expect(at('2026-10-20T16:00:00Z')).toMatchObject({
      alert_type: 'late',
      alert_name: 'too late',
      alert_name_zh: '已逾期',
      text: '**Alert** too late\n**City** Madrid',
    });
  });

  test('An event whose title is not that of an alert carries none', () => {
    const event = at('2026-10-20T15:59:00Z');
    expect(event).not.toHaveProperty('alert_type');
    expect(event.text_zh).toBe('**城市** Madrid');
  });

  test('A trigger has alerts if one of its titles is that of an alert', () => {
    expect([hasAlerts(due), hasAlerts(plainTrigger)]).toEqual([true, false]);
  });
});

describe('Text', () => {
  test('A line that ends with a question mark is left out if its value is missing', () => {
    expect(textOf('**City** {city}?\n**Weight** {weight}?', { city: null }).text).toBe('**Weight** 250');
  });

  test('A line that ends with a question mark stays if one of its values is known', () => {
    expect(textOf('**City** {city}, {weight}?', { city: null }).text).toBe('**City** –, 250');
  });

  test('A question mark at the end of a value stays', () => {
    expect(textOf('{city}?', { city: 'Madrid?' }).text).toBe('Madrid?');
  });

  test('The zone stands once, as the last line of a text with times', () => {
    expect(textOf('{sent_at|time}\n{due_at_door|time}')).toMatchObject({
      text: '10-09 16:05\n10-21 00:00\n_Beijing time_',
      text_zh: '10-09 16:05\n10-21 00:00\n_时间均为北京时间_',
    });
  });

  test('A text without a known time names no zone', () => {
    expect(textOf('{lost_at|time}').text).toBe('–');
  });
});

describe('Condition of a trigger', () => {
  const heavy = trigger({ ...parcelSent, where: gte(field('weight'), input('min_weight')) });
  const fresh = trigger({ ...parcelSent, where: lt(hoursSince('sent_at'), literal(24)) });

  test('A trigger fires for a record that meets its condition', () => {
    expect(fires(heavy, aParcel(), { min_weight: 250 }, NOW)).toBe(true);
  });

  test('A trigger does not fire for a record that does not meet its condition', () => {
    expect(fires(heavy, aParcel(), { min_weight: 251 }, NOW)).toBe(false);
  });

  test('A trigger without a condition fires for every record', () => {
    expect(fires(plainTrigger, {}, {}, NOW)).toBe(true);
  });

  test.each([
    ['2026-10-10T08:04:00Z', true],
    ['2026-10-10T08:06:00Z', false],
  ])('A condition about the last 24 hours is evaluated at %s as %s', (now, expected) => {
    expect(fires(fresh, aParcel(), {}, Date.parse(now))).toBe(expected);
  });
});

describe('Id of an event', () => {
  const counted = trigger({ ...parcelSent, id: '{parcel_no}/{due_at_door|hour}', idPerEntry: true });
  const idOf = (entry?: number, due = '2026-10-20T16:12:00Z') =>
    toEvent(counted, aParcel({ due_at_door: due }), {}, { ...contextAt(NOW), ...(entry && { entry }) }).id;

  test('The id of the first entry into a state is plain, and a later one ends in its number', () => {
    expect([idOf(), idOf(1), idOf(2), idOf(3)]).toEqual([
      '77/2026-10-20T16:00Z',
      '77/2026-10-20T16:00Z',
      '77/2026-10-20T16:00Z/2',
      '77/2026-10-20T16:00Z/3',
    ]);
  });

  test('A time in an id is rounded to the whole hour', () => {
    expect(idOf(1, '2026-10-20T15:30:00Z')).toBe(idOf(1, '2026-10-20T16:29:59Z'));
    expect(idOf(1, '2026-10-20T16:30:00Z')).toBe('77/2026-10-20T17:00Z');
  });

  test('A part whose value is missing is left out of an id', () => {
    const fields = aParcel({ due_at_door: null });
    expect(toEvent(counted, fields, {}, { ...contextAt(NOW), entry: 2 }).id).toBe('77/2');
  });

  test('A trigger that does not count entries has one id', () => {
    expect(toEvent(plainTrigger, aParcel(), {}, { ...contextAt(NOW), entry: 2 }).id).toBe('77');
  });
});
