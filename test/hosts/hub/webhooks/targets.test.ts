import { createTargets } from '../../../../lib/hosts/hub/webhooks/targets.ts';

const targets = createTargets({ allowed: ['192.168.1.20:5678', 'n8n.lan:443'], ownPorts: [4170, 4171] });

describe('Address of a webhook', () => {
  test.each(['https://hooks.zapier.com/hooks/standard/1/a', 'https://hook.eu2.make.com/abc?x=1'])(
    'The public address %s is allowed',
    (address) => {
      expect(targets.check(address).href).toBe(address);
    },
  );

  test.each([
    ['http://hooks.zapier.com/a', 'only https'],
    ['https://hooks.zapier.com:8443/a', 'only port 443'],
    ['https://127.0.0.1/a', 'private network'],
    ['https://10.0.0.8/a', 'private network'],
    ['https://169.254.169.254/latest/meta-data', 'private network'],
    ['https://100.100.100.200/a', 'private network'],
    ['https://198.18.0.7/a', 'private network'],
    ['https://[::1]/a', 'private network'],
    ['https://[::ffff:7f00:1]/a', 'private network'],
    ['https://[fd00::1]/a', 'private network'],
    ['https://localhost/a', 'private network'],
    ['https://printer/a', 'private network'],
    ['https://2130706433/a', 'not a web address'],
    ['https://0x7f.1/a', 'not a web address'],
    ['https://user:pass@hooks.zapier.com/a', 'not a web address'],
    ['ftp://hooks.zapier.com/a', 'not a web address'],
    ['hooks.zapier.com/a', 'not a web address'],
    ['http://127.0.0.1:4170/admin', 'the hub itself'],
    ['http://localhost:4171/v1/me', 'the hub itself'],
  ])('The address %s is refused: %s', (address, reason) => {
    expect(() => targets.check(address)).toThrow(reason);
  });

  test.each(['http://192.168.1.20:5678/webhook/a', 'https://n8n.lan/webhook/a'])(
    'The private address %s is allowed because a setting names it',
    (address) => {
      expect(targets.check(address).href).toBe(address);
    },
  );

  test("A setting cannot allow the hub's own ports", () => {
    const open = createTargets({ allowed: ['127.0.0.1:4170'], ownPorts: [4170] });
    expect(() => open.check('http://127.0.0.1:4170/admin')).toThrow('the hub itself');
  });

  test('A refused address is named by its host alone, because the rest may be a credential', () => {
    expect(() => targets.check('https://10.0.0.8/hook/very-secret')).toThrow(/^(?!.*very-secret)/s);
  });

  test('A name that resolves to a private address is not connected to', async () => {
    const send = targets.transport({ method: 'POST', url: 'https://localhost.localdomain/a', body: '{}' });
    await expect(send).rejects.toMatchObject({ reason: 'not_sent' });
  });
});
