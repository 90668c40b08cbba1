import { createVault } from '../lib/vault.ts';

const vault = createVault('app-secret', 'tokens');
const encrypted = vault.encrypt('a token', 'shop 1');

describe('Vault', () => {
  test('An encrypted text can be decrypted in its context', () => {
    expect(vault.decrypt(encrypted, 'shop 1')).toBe('a token');
  });

  test.each([
    ['in another context', vault.decrypt(encrypted, 'shop 2')],
    ['without its context', vault.decrypt(encrypted)],
    ['with another secret', createVault('other-secret', 'tokens').decrypt(encrypted, 'shop 1')],
    ['for another purpose', createVault('app-secret', 'another').decrypt(encrypted, 'shop 1')],
  ])('An encrypted text cannot be decrypted %s', (_, text) => {
    expect(text).toBeNull();
  });

  test('A text with any changed byte cannot be decrypted', () => {
    const bytes = Buffer.from(encrypted, 'base64');
    const opened = [...bytes].map((byte, at) => {
      const changed = Buffer.from(bytes);
      changed[at] = byte ^ 1;
      return vault.decrypt(changed.toString('base64'), 'shop 1');
    });
    expect(opened.filter((text) => text !== null)).toEqual([]);
  });

  test('A text that was cut off cannot be decrypted', () => {
    const bytes = Buffer.from(encrypted, 'base64');
    const opened = [...bytes].map((_, length) =>
      vault.decrypt(bytes.subarray(0, length).toString('base64'), 'shop 1'),
    );
    expect(opened.filter((text) => text !== null)).toEqual([]);
  });

  test('The same text is encrypted differently each time', () => {
    expect(vault.encrypt('a token', 'shop 1')).not.toBe(encrypted);
  });

  test('Digests of the same text are equal', () => {
    expect(vault.digest('a token')).toBe(createVault('app-secret', 'tokens').digest('a token'));
  });

  test.each([
    ['another text', vault.digest('another token')],
    ['another secret', createVault('other-secret', 'tokens').digest('a token')],
  ])('The digest of %s differs', (_, digest) => {
    expect(digest).not.toBe(vault.digest('a token'));
  });
});
