import { createTargets } from '../../../../lib/hosts/hub/webhooks/targets.ts';

const targets = createTargets({ allowed: ['192.168.1.20:5678', 'n8n.lan:443'], ownPorts: [4170, 4171] });

describe('Address of a webhook', () => {
  test.each([
    'https://hooks.zapier.com/hooks/standard/1/a',
    'https://hook.eu2.make.com/abc?x=1',
    'https://xn--bcher-kva.example/a',
    'https://93.184.215.14/a',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a',
  ])('The public address %s is allowed', (address) => {
    expect(targets.check(address).href).toBe(address);
  });

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
    // IPv6 that carries an address of IPv4: compatible, mapped, translated, NAT64, 6to4, Teredo.
    ['https://[::7f00:1]/a', 'private network'],
    ['https://[::a00:8]/a', 'private network'],
    ['https://[::5db8:d822]/a', 'private network'],
    ['https://[::ffff:a00:8]/a', 'private network'],
    ['https://[::ffff:0:7f00:1]/a', 'private network'],
    ['https://[64:ff9b::7f00:1]/a', 'private network'],
    ['https://[64:ff9b:1::a00:8]/a', 'private network'],
    ['https://[2002:7f00:1::1]/a', 'private network'],
    ['https://[2001:0:7f00:1::1]/a', 'private network'],
    // What nobody on the internet has.
    ['https://[::]/a', 'private network'],
    ['https://[100::1]/a', 'private network'],
    ['https://[100:0:0:1::1]/a', 'private network'],
    ['https://[2001:db8::1]/a', 'private network'],
    ['https://[3fff::1]/a', 'private network'],
    ['https://[2001:2::1]/a', 'private network'],
    ['https://[2001:20::1]/a', 'private network'],
    ['https://[4000::1]/a', 'private network'],
    ['https://[5f00::1]/a', 'private network'],
    ['https://[fc00::1]/a', 'private network'],
    ['https://[fe80::1]/a', 'private network'],
    ['https://[fec0::1]/a', 'private network'],
    ['https://[ff02::1]/a', 'private network'],
    ['https://0.0.0.0/a', 'private network'],
    ['https://0.1.2.3/a', 'private network'],
    ['https://100.64.0.1/a', 'private network'],
    ['https://172.31.255.255/a', 'private network'],
    ['https://192.0.0.8/a', 'private network'],
    ['https://192.0.2.1/a', 'private network'],
    ['https://192.88.99.1/a', 'private network'],
    ['https://198.51.100.1/a', 'private network'],
    ['https://203.0.113.1/a', 'private network'],
    ['https://224.0.0.1/a', 'private network'],
    ['https://255.255.255.255/a', 'private network'],
    // Names that only this machine or its network knows.
    ['https://localhost/a', 'private network'],
    ['https://localhost./a', 'private network'],
    ['https://a.localhost/a', 'private network'],
    ['https://a.localhost./a', 'private network'],
    ['https://printer/a', 'private network'],
    ['https://intranet./a', 'private network'],
    ['https://intranet../a', 'private network'],
    // Addresses that do not show where they lead.
    ['https://127.0.0.1./a', 'not a web address'],
    ['https://0177.0.0.1/a', 'not a web address'],
    ['https://0x7f000001/a', 'not a web address'],
    ['https://127.1/a', 'not a web address'],
    ['https://[::127.0.0.1]/a', 'not a web address'],
    ['https://[::ffff:127.0.0.1]/a', 'not a web address'],
    ['https://[0:0:0:0:0:0:0:1]/a', 'not a web address'],
    ['https://[fe80::1%25eth0]/a', 'not a web address'],
    ['https://１２７.0.0.1/a', 'not a web address'],
    ['https://bücher.example/a', 'not a web address'],
    ['https://hooks.zapier.com@127.0.0.1/a', 'not a web address'],
    ['https://127.0.0.1\\@hooks.zapier.com/a', 'not a web address'],
    ['https://2130706433/a', 'not a web address'],
    ['https://0x7f.1/a', 'not a web address'],
    ['https://user:pass@hooks.zapier.com/a', 'not a web address'],
    ['ftp://hooks.zapier.com/a', 'not a web address'],
    ['hooks.zapier.com/a', 'not a web address'],
    ['http://127.0.0.1:4170/admin', 'the hub itself'],
    ['http://localhost:4171/v1/me', 'the hub itself'],
    ['http://localhost.:4170/admin', 'the hub itself'],
    ['http://hub.localhost.:4170/admin', 'the hub itself'],
    ['http://0.0.0.0:4170/admin', 'the hub itself'],
    ['http://127.8.8.8:4170/admin', 'the hub itself'],
    ['http://[::1]:4170/admin', 'the hub itself'],
    ['http://[::ffff:7f00:1]:4170/admin', 'the hub itself'],
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
