/** The field in which a seller enters the key of the tracker, as every host shows it. */

import type { Bilingual } from '../problems.ts';

export const trackerKey = {
  key: 'tracker_key',
  label: { en: '17TRACK Key', zh: '17TRACK 密钥' } satisfies Bilingual,
  /** In Markdown. */
  help: {
    en: 'Optional. With a key, 17TRACK follows the parcels, and AliExpress calls only read the numbers. Copy it at [api.17track.net](https://api.17track.net) from Settings > Security > Access Key, and leave the IP whitelist off. Each new parcel uses one credit. What 17TRACK gets is on the page "Follow parcels with 17TRACK".',
    zh: '选填。填写后由 17TRACK 追踪包裹，只有读取运单号才消耗速卖通调用。在 [api.17track.net](https://api.17track.net) 的设置 > 安全 > Access Key 中复制，并保持 IP 白名单关闭。每个新包裹消耗一个额度。17TRACK 会得到哪些数据，见“用 17TRACK 追踪包裹”页。',
  } satisfies Bilingual,
};
