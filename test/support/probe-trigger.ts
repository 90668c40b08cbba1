/** A record and a trigger for tests of the declaration language alone. */

import { both } from '../../lib/language.ts';
import { field } from '../../lib/pack/expression.ts';
import { integer } from '../../lib/pack/input.ts';
import { timeOf } from '../../lib/pack/instant.ts';
import { type FeedDeclaration, trigger } from '../../lib/pack/operation.ts';
import { record } from '../../lib/pack/record.ts';

export const parcel = record({
  key: 'parcel',
  id: 'parcel_no',
  link: 'https://example.com/parcels/{parcel_no}',
  fields: {
    parcel_no: { label: both('Parcel'), from: 'no', as: 'id', required: true },
    city: { label: both('City'), from: 'city', as: 'text' },
    weight: { label: both('Weight'), from: 'weight', as: 'integer' },
    sent_at: { label: both('Sent At'), from: 'sent', as: 'pacific_time' },
    lost_at: { label: both('Lost At'), from: 'lost', as: 'pacific_time' },
    due_at_door: { label: both('Due'), from: 'due', as: 'pacific_time' },
  },
});

const parcels: FeedDeclaration<typeof parcel.fields> = {
  key: 'parcels',
  record: parcel,
  reads: [],
  cost: both('none'),
  freshness: both('Never checked.'),
};

/** The common part of triggers over parcels. A test adds its own. */
export const parcelSent = {
  key: 'parcel_sent',
  noun: 'Parcel',
  makeLabel: 'Watch Parcels',
  label: both('Parcel Sent'),
  description: both('Triggers when a parcel is sent.'),
  feed: parcels,
  inputs: { min_weight: integer({ label: both('Minimum Weight') }) },
  id: field('parcel_no'),
  occurredAt: field('sent_at'),
  matchedAt: timeOf('sent_at'),
  message: {
    severity: 'warning',
    title: { en: 'Parcel {parcel_no}', zh: '包裹 {parcel_no}' },
    text: { en: '{weight} g of at least {min_weight} g', zh: '{weight} 克，至少 {min_weight} 克' },
  },
} as const;

export const plainTrigger = trigger(parcelSent);

/** A parcel as the feed returns it. */
export const aParcel = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  parcel_no: '77',
  city: 'Madrid',
  weight: 250,
  sent_at: '2026-10-09T08:05:00Z',
  lost_at: null,
  due_at_door: '2026-10-20T16:00:00Z',
  ...more,
});
