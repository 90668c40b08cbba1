/** Small apps that break one publishing check each, and apps that come close to it and are right. */

/** A correct operation, but for what an example changes; what it does not name as the operation's own goes inside. */
const anOperation =
  (room: 'triggers' | 'searches' | 'creates', usual: object) =>
  (changes: object = {}) => {
    const { key, noun, label, description, hidden, ...operation } = {
      key: 'new_lead',
      noun: 'Lead',
      hidden: false,
      inputFields: [{ key: 'name', label: 'Name', required: true }],
      outputFields: [
        { key: 'id', label: 'ID' },
        { key: 'name', label: 'Name' },
      ],
      sample: { id: '7', name: 'Bob' },
      label: '',
      description: '',
      ...usual,
      ...changes,
    };
    return { [room]: { [key]: { key, noun, display: { label, description, hidden }, operation } } };
  };
const aTrigger = anOperation('triggers', {
  label: 'New Lead',
  description: 'Triggers when a lead is created.',
  type: 'polling',
});
const aSearch = anOperation('searches', {
  key: 'find_lead',
  label: 'Find Lead',
  description: 'Finds a lead by its name.',
});
const aCreate = anOperation('creates', {
  key: 'create_lead',
  label: 'Create Lead',
  description: 'Creates a lead.',
});
const aHook = { type: 'hook', performSubscribe: '$func$2$f$', performUnsubscribe: '$func$2$f$' };
const aConnection = (changes: object = {}) => ({
  authentication: {
    type: 'custom',
    connectionLabel: '{{email}}',
    fields: [{ key: 'api_key', label: 'API Key', helpText: 'See [settings](https://example.com/keys).' }],
    ...changes,
  },
});
const input = (field: object) => ({ inputFields: [{ key: 'name', label: 'Name', ...field }] });
const output = (field: object, value: unknown) => ({
  outputFields: [
    { key: 'id', label: 'ID' },
    { key: 'value', label: 'Value', ...field },
  ],
  sample: { id: '7', [String({ key: 'value', ...field }.key)]: value },
});

/** One of everything, and all of it right. */
export const correct = {
  ...aConnection(),
  triggers: {
    ...aTrigger().triggers,
    ...aTrigger({ ...aHook, key: 'lead_won', label: 'Lead Won', performList: '$func$2$f$' }).triggers,
    ...aTrigger({ key: 'owners', noun: '', label: '', description: '', hidden: true, sample: null }).triggers,
  },
  ...aSearch(),
  ...aCreate({
    inputFields: [
      { key: 'name', label: 'Name', required: true, helpText: 'As on the card, see `https://example.com`.' },
      { key: 'owner_id', label: 'Owner', dynamic: 'owners.id.name', search: 'find_lead.id' },
      '$func$2$f$',
    ],
    outputFields: [
      { key: 'id', label: 'ID', required: true },
      { key: 'name', label: 'Name' },
      { key: 'is_won', label: 'Won', type: 'boolean' },
      { key: 'created_at', label: 'Created At', type: 'datetime' },
      { key: 'hours_open', label: 'Hours Open', type: 'integer' },
      { key: 'tags', label: 'Tags', list: true },
      { key: 'offers', label: 'Offers', children: [{ key: 'sum', label: 'Sum', type: 'number' }] },
    ],
    sample: {
      id: '7',
      name: 'Bob',
      is_won: false,
      created_at: '2026-10-08T02:12:44Z',
      hours_open: 5,
      tags: ['new'],
      offers: [{ sum: 12.5 }],
    },
  }),
  searchOrCreates: { find_lead: { key: 'find_lead', search: 'find_lead', create: 'create_lead' } },
};

export interface Examples {
  /** What it is, the app, and the heart of what is found. */
  bad: BadExample[];
  /** What comes close to it and is right. */
  good?: GoodExample[];
}
type BadExample = [what: string, app: object, finding: string];
type GoodExample = [what: string, app: object];

/** An example for each of several words. */
const each = <T>(words: string, example: (word: string) => T): T[] => words.split(' ').map(example);

export const examples: Record<string, Examples> = {
  D001: {
    bad: [
      ['an API key', aCreate(input({ key: 'api_key' })), 'input api_key asks for a credential'],
      ['a token', aTrigger(input({ key: 'apiToken' })), 'input apiToken asks for a credential'],
      [
        'a password among line items',
        aCreate(input({ children: [{ key: 'user_password' }] })),
        'input user_password asks for a credential',
      ],
      ['a code to sign in', aCreate(input({ key: 'auth_code' })), 'input auth_code asks for a credential'],
      ...each(
        'apikey auth jwt passwd pswd secret signature',
        (word): BadExample => [
          `a key with the word ${word}`,
          aCreate(input({ key: `my_${word}` })),
          `input my_${word} asks for a credential`,
        ],
      ),
    ],
    good: [['a key that only sounds alike', aCreate(input({ key: 'author_tag_name' }))]],
  },
  D002: {
    bad: [
      [
        'a help text without a link',
        aConnection({ fields: [{ key: 'api_key', helpText: 'On the settings page.' }] }),
        'api_key has no link',
      ],
    ],
    good: [
      ['a field of OAuth', aConnection({ type: 'oauth2', fields: [{ key: 'region' }] })],
      ['a field that is computed', aConnection({ fields: [{ key: 'account', computed: true }] })],
    ],
  },
  D003: {
    bad: [
      ['a missing label', aConnection({ connectionLabel: undefined }), 'there is no connection label'],
      [
        'a constant',
        aConnection({ connectionLabel: 'Slack' }),
        'the connection label "Slack" is the same for every connection',
      ],
      [
        'a token',
        aConnection({ connectionLabel: '{{token}}' }),
        'the connection label "{{token}}" shows a credential',
      ],
    ],
    good: [
      ['a function', aConnection({ connectionLabel: '$func$2$f$' })],
      ['an app without a connection', {}],
    ],
  },
  D004: {
    bad: [
      [
        'a key that ends in id',
        aSearch(input({ key: 'order_id' })),
        'input order_id asks for an id and has no dropdown',
      ],
      [
        'a key that ends in Ids',
        aSearch(input({ key: 'orderIds' })),
        'input orderIds asks for an id and has no dropdown',
      ],
      [
        'a label that ends in ID',
        aSearch(input({ key: 'order', label: 'Order ID' })),
        'input order asks for an id and has no dropdown',
      ],
    ],
    good: [
      ['an id with choices', aSearch(input({ key: 'plan_id', choices: { a: 'A' } }))],
      ['a key that only ends like one', aSearch(input({ key: 'amount_paid' }))],
      ['a key that only begins like one', aSearch(input({ key: 'new_idea', label: 'ID Card' }))],
    ],
  },
  D005: {
    bad: [
      [
        'a dropdown of no trigger',
        aCreate(input({ dynamic: 'nobody.id.name' })),
        'input name is filled by the trigger nobody, which does not exist',
      ],
    ],
  },
  D006: {
    bad: [['a hook that cannot be asked', aTrigger(aHook), 'hook without performList']],
  },
  D007: {
    bad: [
      [
        'an address without TLS, wherever it stands',
        aTrigger({ sample: { link: 'http://example.com' } }),
        'operation.sample.link',
      ],
      [
        'an address in capitals',
        aTrigger(input({ default: 'HTTP://EXAMPLE.COM' })),
        'inputFields.name.default',
      ],
    ],
  },
  D008: {
    bad: [
      [
        'a link without its second bracket',
        aTrigger(input({ helpText: 'See [Google(https://google.com)' })),
        'operation.inputFields.name.helpText',
      ],
      ['a bare address', aTrigger({ description: 'See https://google.com' }), 'display.description'],
      [
        'a link to nowhere',
        aTrigger(input({ helpText: 'See [Google](google).' })),
        'operation.inputFields.name.helpText',
      ],
    ],
    good: [
      ['a link', aTrigger(input({ helpText: 'See [Google](https://google.com).' }))],
      ['an address in backticks', aTrigger(input({ helpText: 'See `https://google.com`.' }))],
      ['the beginning of an address', aTrigger(input({ helpText: 'Starts with https://.' }))],
      ['an address in a sample', aTrigger({ sample: { description: 'https://example.com' } })],
      ['an address of mail', aTrigger(input({ helpText: 'Ask [us](mailto:us@example.com).' }))],
      [
        'a default under the key "description"',
        aTrigger(input({ key: 'description', default: 'https://a.com' })),
      ],
    ],
  },
  D009: {
    bad: [
      ['a search without inputs', aSearch({ inputFields: [] }), 'it has no input'],
      ['a search with nothing but a text', aSearch(input({ type: 'copy' })), 'it has no input'],
    ],
    good: [['a search whose inputs a function makes', aSearch({ inputFields: ['$func$2$f$'] })]],
  },
  D010: {
    bad: [
      [
        'a sample without an id',
        aTrigger({ sample: { name: 'Bob' } }),
        'the sample lacks the primary key id',
      ],
      [
        'a sample without the key that is primary',
        aTrigger({ outputFields: [{ key: 'name', primary: true }], sample: { id: '7' } }),
        'the sample lacks the primary key name',
      ],
    ],
    good: [
      [
        'a primary key of another name',
        aTrigger({ outputFields: [{ key: 'name', primary: true }], sample: { name: 'Bob' } }),
      ],
      ['a hook without an id', aTrigger({ ...aHook, sample: { name: 'Bob' } })],
    ],
  },
  D011: {
    bad: [
      [
        'the label once more',
        aTrigger(input({ label: 'Sub-Domain', helpText: 'subdomain.' })),
        'input name has a help text that is its label',
      ],
      [
        'the label once more, in the connection',
        aConnection({ fields: [{ key: 'shop', label: 'Shop', helpText: 'Shop' }] }),
        'shop has a help text that is its label',
      ],
    ],
  },
  D012: {
    bad: [
      ['a missing sample', aSearch({ sample: undefined }), 'it has no sample that is one object'],
      ['an empty sample', aCreate({ sample: {} }), 'it has no sample that is one object'],
      ['a list of samples', aTrigger({ sample: [{ id: '7' }] }), 'it has no sample that is one object'],
    ],
    good: [['a hidden trigger without a sample', aTrigger({ hidden: true, sample: undefined })]],
  },
  D013: {
    bad: [
      [
        'a search that does not exist',
        aCreate(input({ search: 'find_nobody.id' })),
        'input name offers the search find_nobody, which does not exist',
      ],
    ],
  },
  D014: {
    bad: [
      [
        'a search without a dropdown',
        aCreate(input({ search: 'find_lead.id' })),
        'input name offers a search and has no dropdown',
      ],
      [
        'a search beside a list',
        aCreate(input({ search: 'find_lead.id', dynamic: 'owners.id.name', list: true })),
        'input name offers a search and is not a single text or number',
      ],
      [
        'a search beside a date',
        aCreate(input({ search: 'find_lead.id', dynamic: 'owners.id.name', type: 'datetime' })),
        'input name offers a search and is not a single text or number',
      ],
    ],
  },
  D015: {
    bad: [
      [
        'a create that does not exist',
        { ...aSearch(), searchOrCreates: { find_lead: { search: 'find_lead', create: 'make' } } },
        'the create make does not exist',
      ],
      [
        'a search that does not exist',
        { ...aCreate(), searchAndCreates: { find_lead: { search: 'find_lead', create: 'create_lead' } } },
        'the search find_lead does not exist',
      ],
    ],
  },
  D016: {
    bad: [
      [
        'an app that is one static webhook',
        aTrigger({ type: 'hook' }),
        'the app has nothing but this static webhook',
      ],
    ],
    good: [
      ['an app that is one webhook which Zapier subscribes', aTrigger(aHook)],
      [
        'a static webhook beside something hidden',
        {
          triggers: {
            ...aTrigger({ type: 'hook' }).triggers,
            ...aTrigger({ key: 'owners', hidden: true }).triggers,
          },
        },
      ],
      ['a static webhook beside something else', { ...aTrigger({ type: 'hook' }), ...aCreate() }],
    ],
  },
  D017: {
    bad: [
      [
        'a webhook that is never unsubscribed',
        aTrigger({ type: 'hook', performSubscribe: '$func$2$f$' }),
        'hook without performSubscribe and performUnsubscribe',
      ],
    ],
  },
  D018: {
    bad: [
      [
        'a label in lower case',
        aTrigger({ label: 'new contact' }),
        'label "new contact" should be "New Contact"',
      ],
      [
        'a small word with a capital',
        aTrigger({ label: 'New Deal In Stage' }),
        'label "New Deal In Stage" should be "New Deal in Stage"',
      ],
      [
        'a part after a hyphen',
        aCreate({ label: 'Create Follow-up' }),
        'label "Create Follow-up" should be "Create Follow-Up"',
      ],
      [
        'a small word at the beginning',
        aTrigger({ label: 'on Hold Order' }),
        'label "on Hold Order" should be "On Hold Order"',
      ],
    ],
    good: [
      ['a small word inside', aTrigger({ label: 'New Deal in Stage' })],
      ['a small word at the end', aTrigger({ label: 'Shop Signed In' })],
      ['words with capitals of their own', aTrigger({ label: 'New eBay SKU' })],
      ['brackets', aTrigger({ label: 'New Deal (Legacy)' })],
      ['a word that begins with a number', aTrigger({ label: 'New 5m Strip' })],
    ],
  },
  D021: {
    bad: [
      [
        '"Triggers whenever"',
        aTrigger({ description: 'Triggers whenever a lead is created.' }),
        'should start with "Triggers when "',
      ],
      [
        'a missing period',
        aTrigger({ description: 'Triggers when a lead is created' }),
        'should end with a period',
      ],
    ],
    good: [['a hidden trigger without a description', aTrigger({ hidden: true, description: '' })]],
  },
  D022: {
    bad: [
      [
        'a create whose inputs all come from a function',
        aCreate({ inputFields: ['$func$2$f$'] }),
        'it has no static input',
      ],
      [
        'a create whose inputs come from the source of a function',
        aCreate({ inputFields: [{ source: 'return [];' }] }),
        'it has no static input',
      ],
    ],
    good: [
      ['a create that has both', aCreate({ inputFields: [{ key: 'name', label: 'Name' }, '$func$2$f$'] })],
    ],
  },
  D023: {
    bad: [
      [
        'a time without its zone',
        aTrigger(output({}, '2023-08-01T06:50:30')),
        'value "2023-08-01T06:50:30" is not an ISO 8601 date',
      ],
      [
        'a day in words',
        aTrigger(output({}, '01 Aug 2023 06:50:30')),
        'value "01 Aug 2023 06:50:30" is not an ISO 8601 date',
      ],
      [
        'a day in the American way',
        aTrigger(output({}, '08/01/2023')),
        'value "08/01/2023" is not an ISO 8601 date',
      ],
      [
        'a local time that is not the time beside it',
        aTrigger({
          outputFields: [{ key: 'seen_at' }, { key: 'seen_at_local', type: 'string' }],
          sample: { id: '1', seen_at: '2023-08-01T06:50:30Z', seen_at_local: '2023-08-01 06:50' },
        }),
        'seen_at_local "2023-08-01 06:50" is not an ISO 8601 date',
      ],
      [
        'a month in words',
        aTrigger(output({}, 'Tue, Aug 1, 2023')),
        'value "Tue, Aug 1, 2023" is not an ISO 8601 date',
      ],
      [
        'seconds since 1970',
        aTrigger(output({ key: 'created_at' }, 1690872630)),
        'created_at 1690872630 is not an ISO 8601 date',
      ],
      [
        'a day that does not exist',
        aTrigger(output({}, '2023-13-01')),
        'value "2023-13-01" is not an ISO 8601 date',
      ],
      [
        'a word for a date',
        aTrigger(output({ type: 'datetime' }, 'yesterday')),
        'value "yesterday" is not an ISO 8601 date',
      ],
      [
        'a date among line items',
        aTrigger(output({ children: [{ key: 'day' }] }, [{ day: '2023/08/01' }])),
        'value[].day "2023/08/01" is not an ISO 8601 date',
      ],
      [
        'a date in a list',
        aTrigger(output({ list: true }, ['2023-08-01 06:50:30'])),
        'value[] "2023-08-01 06:50:30" is not an ISO 8601 date',
      ],
      [
        'a sentence for a date',
        aTrigger(output({ type: 'datetime' }, 'on 2023-08-01')),
        'value "on 2023-08-01" is not an ISO 8601 date',
      ],
      [
        'a word under a key that ends like a date',
        aTrigger(output({ key: 'due_date' }, 'soon')),
        'due_date "soon" is not an ISO 8601 date',
      ],
    ],
    good: [
      ['a day', aTrigger(output({}, '2023-08-01'))],
      ['a time with an offset', aTrigger(output({ type: 'datetime' }, '2023-08-01T06:50:30-0500'))],
      ['a time in UTC', aTrigger(output({ key: 'created_at' }, '2023-09-15T09:59:59.120Z'))],
      ['a date that has not come yet', aTrigger(output({ type: 'datetime' }, null))],
      ['a text with a date in it', aTrigger(output({}, 'Placed on 2023-08-01 06:50'))],
      [
        'a local time beside the same time in a list',
        aTrigger({
          outputFields: [
            {
              key: 'orders',
              children: [
                { key: 'ship_by', type: 'datetime' },
                { key: 'ship_by_local', type: 'string' },
              ],
            },
          ],
          sample: {
            id: '1',
            orders: [{ ship_by: '2023-08-01T06:50:30Z', ship_by_local: '2023-08-01 14:50' }],
          },
        }),
      ],
      ['a number', aTrigger(output({ type: 'integer' }, 1690872630))],
      ['an empty text', aTrigger(output({ key: 'created_at' }, ''))],
      ['a lot number', aTrigger(output({}, 'Lot 01/08/2023'))],
      ['a number under a key that only sounds alike', aTrigger(output({ key: 'delivery_attempts' }, 3))],
    ],
  },
  D024: {
    bad: [
      [
        'a text for an integer',
        aTrigger(output({ type: 'integer' }, '1')),
        'value "1" is not of the type integer',
      ],
      [
        'a fraction for an integer',
        aTrigger(output({ type: 'integer' }, 1.5)),
        'value 1.5 is not of the type integer',
      ],
      [
        'a text for a number',
        aTrigger(output({ type: 'number' }, '1.5')),
        'value "1.5" is not of the type number',
      ],
      ['a number for a text', aTrigger(output({}, 1)), 'value 1 is not of the type string'],
      [
        'a number for a boolean',
        aTrigger(output({ type: 'boolean' }, 1)),
        'value 1 is not of the type boolean',
      ],
      [
        'a word for a date',
        aTrigger(output({ type: 'datetime' }, 'now')),
        'value "now" is not of the type datetime',
      ],
      ['one text for a list', aTrigger(output({ list: true }, 'new')), 'value "new" is not a list'],
      [
        'a number in a list of texts',
        aTrigger(output({ list: true }, ['new', 2])),
        'value 2 is not of the type string',
      ],
      [
        'a text for line items',
        aTrigger(output({ children: [{ key: 'sum' }] }, ['12'])),
        'value "12" is not an object with the declared keys',
      ],
      [
        'a text for a number among line items',
        aTrigger(output({ children: [{ key: 'sum', type: 'number' }] }, [{ sum: '12' }])),
        'value[].sum "12" is not of the type number',
      ],
      [
        'a required value that is missing',
        aTrigger(output({ required: true }, null)),
        'value is required and has no value',
      ],
    ],
    good: [['an optional value that is missing', aTrigger(output({ type: 'integer' }, null))]],
  },
  D025: {
    bad: [
      [
        'a script',
        aTrigger({ sample: { id: '7', link: "javascript:alert('XSS');//" } }),
        `operation.sample.link`,
      ],
      ['data', aTrigger(input({ default: 'data:text/html,hello' })), 'operation.inputFields.name.default'],
      [
        'a script in capitals',
        aTrigger(input({ default: 'VBScript:run' })),
        'operation.inputFields.name.default',
      ],
    ],
    good: [['the word in a sentence', aTrigger(input({ helpText: 'Personal data: never.' }))]],
  },
  D026: {
    bad: [
      [
        'a subdomain',
        aConnection({ fields: [{ key: 'subdomain' }] }),
        'subdomain is a domain that the user types',
      ],
      [
        'an input format',
        aConnection({ fields: [{ key: 'shop', inputFormat: 'https://{{input}}.example.com' }] }),
        'shop is a domain that the user types',
      ],
      ...each(
        'shop_domain host',
        (key): BadExample => [
          `the key ${key}`,
          aConnection({ fields: [{ key }] }),
          `${key} is a domain that the user types`,
        ],
      ),
    ],
    good: [['a key that only sounds alike', aConnection({ fields: [{ key: 'ghost_domains' }] })]],
  },
  D028: {
    bad: [
      ['the flag of an operation', aCreate({ cleanInputData: true }), 'cleanInputData is true'],
      ['the flag of the app', { flags: { cleanInputData: true } }, 'the flag cleanInputData is true'],
    ],
    good: [['the flag turned off', { flags: { cleanInputData: false } }]],
  },
  'key-form': {
    bad: [
      ['camelCase', aTrigger({ key: 'newLead' }), 'should be descriptive snake_case'],
      ['a number instead of a name', aTrigger({ key: 'trigger_1' }), 'should be descriptive snake_case'],
      ...each(
        'trigger action2 search_1 create test',
        (key): BadExample => [`the key ${key}`, aTrigger({ key }), 'should be descriptive snake_case'],
      ),
    ],
    good: [
      ['a key that ends in a number', aTrigger({ key: 'order_v2' })],
      ['a key that only ends like one', aTrigger({ key: 'start_trigger' })],
    ],
  },
  'noun-form': {
    bad: [
      ['a plural', aTrigger({ noun: 'Leads' }), 'noun "Leads" is not singular'],
      ['another plural', aTrigger({ noun: 'Issues' }), 'noun "Issues" is not singular'],
      ['lower case', aTrigger({ noun: 'paid order' }), 'noun "paid order" should be "Paid Order"'],
      ['a missing noun', aTrigger({ noun: '' }), 'it has no noun'],
    ],
    good: [
      ['a singular in -ss', aTrigger({ noun: 'Address' })],
      ['a singular in -us', aTrigger({ noun: 'Order Status' })],
      ...each(
        'Analysis News Series Dispute',
        (noun): GoodExample => [`the noun ${noun}`, aTrigger({ noun })],
      ),
    ],
  },
  'search-label': {
    bad: [
      ['"Get"', aSearch({ label: 'Get Lead' }), 'label "Get Lead" should start with "Find"'],
      ...each(
        'Fetch Retrieve',
        (verb): BadExample => [`"${verb}"`, aSearch({ label: `${verb} Lead` }), 'should start with "Find"'],
      ),
    ],
    good: [['the verb elsewhere', aSearch({ label: 'Find What to Get' })]],
  },
  'trigger-label': {
    bad: [
      [
        'any change of an object',
        aTrigger({ label: 'Updated Deal' }),
        'label "Updated Deal" does not say what has changed',
      ],
      [
        'any change of an object, the other way round',
        aTrigger({ label: 'Deal Updated' }),
        'label "Deal Updated" does not say what has changed',
      ],
      ...each(
        'Changed Modified',
        (word): BadExample => [
          `"${word}"`,
          aTrigger({ label: `${word} Deal` }),
          'does not say what has changed',
        ],
      ),
      ...each(
        'Changed Modified',
        (word): BadExample => [
          `"${word}", the other way round`,
          aTrigger({ label: `Deal ${word}` }),
          'does not say what has changed',
        ],
      ),
    ],
    good: [
      ['a change that is named', aTrigger({ label: 'Updated Deal Status' })],
      ['a change that is named first', aTrigger({ label: 'Deal Status Changed' })],
      ['a thing whose change is meant', aTrigger({ label: 'Stage of Updated Deal' })],
      ['a change in words of its own', aTrigger({ label: 'Deal Updated Twice' })],
    ],
  },
  'create-label': {
    bad: [
      ['what deletes', aCreate({ label: 'Delete Lead' }), '"Delete Lead" is discouraged'],
      [
        'what creates or updates',
        aCreate({ label: 'Create or Update Lead' }),
        '"Create or Update Lead" is discouraged',
      ],
      ...each(
        'Remove Upsert',
        (verb): BadExample => [`"${verb}"`, aCreate({ label: `${verb} Lead` }), 'is discouraged'],
      ),
      ['what updates or creates', aCreate({ label: 'Update or Create Lead' }), 'is discouraged'],
    ],
    good: [['the verb elsewhere', aCreate({ label: 'Undo Delete' })]],
  },
  'create-acts': {
    bad: [
      ['what only finds', aCreate({ label: 'Find Lead' }), '"Find Lead" creates nothing'],
      ...each(
        'Prepare Summarize Calculate Format Convert Check Count List Get Search',
        (verb): BadExample => [`"${verb}"`, aCreate({ label: `${verb} Lead` }), 'creates nothing'],
      ),
    ],
    good: [
      ['what sends', aCreate({ label: 'Send Lead' })],
      ['a search that finds', aSearch({ label: 'Find Lead' })],
    ],
  },
  'description-form': {
    bad: [
      ['an imperative', aCreate({ description: 'Create a lead.' }), 'should start with "Creates"'],
      ['another verb', aSearch({ description: 'Looks up a lead.' }), 'should start with "Finds"'],
      ['a missing period', aSearch({ description: 'Finds a lead' }), 'should end with a period'],
    ],
    good: [
      ['a verb in -y', aCreate({ label: 'Copy Lead', description: 'Copies a lead.' })],
      ['a verb in -sh', aCreate({ label: 'Push Lead', description: 'Pushes a lead.' })],
      ...each(
        'Passes Fixes Buzzes Matches Pushes Goes Copies Plays Types',
        (verb): GoodExample => [
          `"${verb}"`,
          aCreate({
            label: `${verb.replace(/ies$/, 'y').replace(/(?<=[sxzho])es$|(?<=[a-z])s$/, '')} Lead`,
            description: `${verb} a lead.`,
          }),
        ],
      ),
    ],
  },
  'app-name': {
    bad: [
      [
        'the name',
        aTrigger({ description: 'Triggers when a lead is created in AliExpress.' }),
        'names the app',
      ],
    ],
    good: [['the name in a help text', aTrigger(input({ helpText: 'An AliExpress order number.' }))]],
  },
  'noun-in-description': {
    bad: [
      [
        'a capital inside a sentence',
        aTrigger({ description: 'Triggers when a Lead is created.' }),
        'writes "Lead" with a capital',
      ],
      [
        'a capital in the plural',
        aSearch({ description: 'Finds all Leads.' }),
        'writes "Lead" with a capital',
      ],
    ],
    good: [
      [
        'a capital that begins a sentence',
        aTrigger({ description: 'Triggers when one is created. Leads without a name too.' }),
      ],
      ['an abbreviation', aTrigger({ noun: 'SKU', description: 'Triggers when a SKU is created.' })],
      ['the name of an operation', aSearch({ description: 'Finds what Find Lead finds. Find Lead is it.' })],
      ['a capital that begins the description', aTrigger({ description: 'Leads that are new.' })],
      [
        'names with capitals of their own',
        aTrigger({ noun: 'eBay', description: 'Triggers when an eBay opens.' }),
      ],
      [
        'names with capitals inside',
        aTrigger({ noun: 'PayPal', description: 'Triggers when a PayPal opens.' }),
      ],
    ],
  },
  'required-first': {
    bad: [
      [
        'a required input behind an optional one',
        aCreate({
          inputFields: [
            { key: 'a', label: 'A' },
            { key: 'b', label: 'B', required: true },
          ],
        }),
        'the required input b comes after the optional a',
      ],
    ],
    good: [
      [
        'a required input behind a text',
        aCreate({
          inputFields: [
            { key: 'a', type: 'copy' },
            { key: 'b', label: 'B', required: true },
          ],
        }),
      ],
    ],
  },
  'no-id-labels': {
    bad: [
      [
        'a dropdown labelled ID',
        aCreate(input({ label: 'Customer ID', dynamic: 'owners.id.name' })),
        'input name is labelled "Customer ID"',
      ],
    ],
    good: [
      ['a word that ends alike', aCreate(input({ label: 'Amount PAID' }))],
      ['a label that begins with ID', aCreate(input({ label: 'ID Card' }))],
    ],
  },
  'help-adds': {
    bad: [
      [
        'the label and the noun in other words',
        aCreate(input({ label: 'Email Address', helpText: "The lead's email address." })),
        'input name has a help text that only repeats its label: "The lead\'s email address."',
      ],
    ],
    good: [['a format', aCreate(input({ label: 'Email Address', helpText: 'The private email address.' }))]],
  },
  'lists-are-lists': {
    bad: [
      [
        'a text with commas',
        aCreate(input({ helpText: 'Comma-separated names.' })),
        'input name asks for values separated by commas and is no list',
      ],
      ...each(
        'commas a_comma',
        (words): BadExample => [
          `"separated by ${words.replace('_', ' ')}"`,
          aCreate(input({ helpText: `Names separated by ${words.replace('_', ' ')}.` })),
          'asks for values separated by commas',
        ],
      ),
    ],
    good: [
      [
        'a list that may also be written with commas',
        aCreate(input({ helpText: 'Comma-separated names.', list: true })),
      ],
    ],
  },
  'no-typed-codes': {
    bad: [
      ...each(
        'order_number tracking_number carrier_code country currency order_status time_zone skus',
        (key): BadExample => [
          `a free text for ${key}`,
          aCreate(input({ key })),
          `input ${key} names something by a number or a code`,
        ],
      ),
      [
        'a free text whose label names an order',
        aCreate(input({ key: 'reference', label: 'Order Number' })),
        'input reference names something',
      ],
      [
        'several ids as free texts',
        aCreate(input({ key: 'order_numbers', list: true })),
        'input order_numbers names something',
      ],
      [
        'a whole number that offers none',
        aCreate(input({ key: 'minutes', type: 'integer' })),
        'input minutes is a whole number, and offers none',
      ],
    ],
    good: [
      [
        'a dropdown of a hidden trigger',
        aCreate(input({ key: 'carrier_code', dynamic: 'list_leads.id.name' })),
      ],
      ['fixed choices', aCreate(input({ key: 'country', choices: { ES: 'Spain' } }))],
      ['a secret', aCreate(input({ key: 'signing_code', type: 'password' }))],
      ['a text that names nothing', aCreate(input({ key: 'title', label: 'Title' }))],
    ],
  },
  'choices-in-words': {
    bad: [
      ['one day', aSearch(input({ choices: { 1: '1 days', 2: '2 days' } })), 'input name offers "1 days"'],
    ],
    good: [['days', aSearch(input({ choices: { 1: '1 day', 2: '2 days', 5: '5' } }))]],
  },
  english: {
    bad: [
      ['Chinese in a description', aTrigger({ description: 'Triggers when 线索.' }), 'display.description'],
      [
        'Chinese in a label of an output',
        aTrigger({ outputFields: [{ key: 'name', label: '名称' }] }),
        'operation.outputFields.name.label',
      ],
      [
        'Chinese in a choice',
        aTrigger(input({ choices: { a: 'Ж' } })),
        'operation.inputFields.name.choices.a',
      ],
      ['Chinese brackets', aTrigger(input({ label: 'Name（full）' })), 'operation.inputFields.name.label'],
    ],
    good: [
      ['Chinese in a sample', aTrigger({ sample: { id: '7', name: '新订单' } })],
      ['signs that belong to no language', aTrigger(input({ helpText: 'From 10 € – “now” → later.' }))],
    ],
  },
  'sample-declared': {
    bad: [
      [
        'a key of which no output field speaks',
        aTrigger({ sample: { id: '7', age: 5 } }),
        'age is declared by no output field',
      ],
      [
        'such a key among line items',
        aTrigger(output({ children: [{ key: 'sum' }] }, [{ sum: '1', tax: '2' }])),
        'value[].tax is declared by no output field',
      ],
    ],
    good: [['outputs that a function adds', aTrigger({ outputFields: ['$func$2$f$'], sample: { id: '7' } })]],
  },
  'sample-real': {
    bad: [
      [
        'a word that stands for a value',
        aTrigger({ sample: { id: '7', name: 'string' } }),
        'name "string" is a placeholder',
      ],
      ['1234', aTrigger({ sample: { id: '7', name: '1234' } }), 'name "1234" is a placeholder'],
      ...each(
        'text value sample example test foo bar baz todo tbd n/a xxx 123 lorem_ipsum_dolor',
        (word): BadExample => [
          `"${word}"`,
          aTrigger({ sample: { id: '7', name: word.replaceAll('_', ' ') } }),
          'is a placeholder',
        ],
      ),
    ],
    good: [
      ['a text with such a word', aTrigger({ sample: { id: '7', name: 'Sample bag, test it' } })],
      ['a text that begins with such a word', aTrigger({ sample: { id: '7', name: 'Test kit' } })],
      ['a text that ends with such a word', aTrigger({ sample: { id: '7', name: 'Rapid test' } })],
    ],
  },
  booleans: {
    bad: [
      ['0 for false', aTrigger(output({ type: 'boolean' }, 0)), 'value 0 is neither true nor false'],
      [
        'a word under a key that asks a question',
        aTrigger(output({ key: 'is_paid' }, 'yes')),
        'is_paid "yes" is neither true nor false',
      ],
      ...each(
        'has_paid was_paid can_pay',
        (key): BadExample => [
          `a number under ${key}`,
          aTrigger(output({ key, type: 'integer' }, 1)),
          `${key} 1 is neither true nor false`,
        ],
      ),
    ],
    good: [
      ['an answer that is not known', aTrigger(output({ type: 'boolean' }, null))],
      ['a number that is one', aTrigger(output({ type: 'integer' }, 1))],
      ['a key that only sounds alike', aTrigger(output({ key: 'this_week' }, '5'))],
    ],
  },
  'output-labels': {
    bad: [
      [
        'an output without a label',
        aTrigger({ outputFields: [{ key: 'ltv' }] }),
        'the output ltv has no label',
      ],
      [
        'an output without a label among line items',
        aTrigger({ outputFields: [{ key: 'items', label: 'Items', children: [{ key: 'sku' }] }] }),
        'the output sku has no label',
      ],
      [
        'a measure without its unit',
        aTrigger({ outputFields: [{ key: 'hours_left', label: 'Time Left' }] }),
        'label "Time Left" of the output hours_left does not say hours',
      ],
      ...each(
        'seconds minutes hours days weeks percent kg cm',
        (unit): BadExample => [
          `${unit} that are not named`,
          aTrigger({ outputFields: [{ key: `size_${unit}`, label: 'Size' }] }),
          `does not say ${unit}`,
        ],
      ),
    ],
    good: [
      ['a measure with its unit', aTrigger({ outputFields: [{ key: 'hours_left', label: 'Hours Left' }] })],
    ],
  },
  'returns-object': {
    bad: [
      ['a mere success', aCreate({ sample: { success: true } }), 'success says nothing but that it worked'],
      ...each(
        'successful ok result status code message',
        (key): BadExample => [
          `a mere ${key}`,
          aCreate({ sample: { [key]: 'fine' } }),
          'says nothing but that it worked',
        ],
      ),
    ],
    good: [
      ['an object that says how it went too', aCreate({ sample: { id: '7', status: 'open' } })],
      ...each(
        'order_status status_url',
        (key): GoodExample => [`an object with ${key}`, aCreate({ sample: { [key]: 'open' } })],
      ),
    ],
  },
  'production-addresses': {
    bad: [
      [
        'a sandbox',
        aTrigger({ sample: { link: 'https://api.sandbox.example.com/7' } }),
        'operation.sample.link',
      ],
      [
        'this machine',
        { authentication: { type: 'oauth2', oauth2Config: { authorizeUrl: 'https://127.0.0.1:4000' } } },
        'authentication.oauth2Config.authorizeUrl',
      ],
      ...each(
        'localhost staging.a.com my-stage.a.com dev-1.a.com api.test 127.0.0.1:80',
        (host): BadExample => [
          host,
          aTrigger({ sample: { link: `https://${host}/7` } }),
          'points to a test system',
        ],
      ),
    ],
    good: [
      ['a host that only sounds alike', aTrigger({ sample: { link: 'https://latest.example.com/sandbox' } })],
      ['a word in a host that only begins alike', aTrigger({ sample: { link: 'https://devices.a.com' } })],
      ['a number in a host', aTrigger({ sample: { link: 'https://shop127.example.com' } })],
    ],
  },
};
