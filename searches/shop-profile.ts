import { shopProfile } from '../lib/feeds/lookups.ts';
import { choice } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'shop_profile',
  noun: 'Shop Profile',
  label: 'Find Shop Profile',
  description:
    'Finds the profile of the shop and how healthy it is judged to be. Uses up to two of the 200 calls of the day, and then none for a day.',
  inputs: {
    age: choice({
      label: 'Age',
      help: 'What was looked up within the last 24 hours is answered from memory, unless you want it anew.',
      choices: { day: 'At most a day old', now: 'Looked up now' },
      default: 'day',
    }),
  },
  source: shopProfile,
});
