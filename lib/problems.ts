/**
 * Everything that can go wrong, as one closed set. Each problem has one sentence in English and one in
 * Chinese that tells a person without code what to do next. Hosts turn problems into what their platform
 * wants; nothing else in the pack throws on purpose.
 *
 * A problem carries codes, ids, names of settings and times. Never a token, a request body, or text that
 * AliExpress or a buyer wrote.
 */

import { Temporal } from 'temporal-polyfill';
import { MINUTE } from './runtime.ts';

/** The same thing said in both languages. */
export interface Bilingual {
  en: string;
  zh: string;
}

/** The facts each problem carries. Times are epoch milliseconds. */
export interface ProblemFacts {
  budget_used_up: { limit: number; resetsAt: number; now: number; zone: string };
  /** `store`: one of `STORES`; the host adds it. */
  budget_unavailable: { store?: Bilingual };
  store_forgot: { resetsAt: number; now: number; zone: string };
  calls_paused: { until: number; now: number };
  /** `retryIn` in milliseconds. */
  shop_rate_limited: { retryIn: number };
  app_rate_limited: { retryIn: number };
  app_quota_used_up: { resetsAt: number; now: number; zone: string };
  aliexpress_unreachable: { reason: Bilingual };
  first_check_incomplete: Record<never, never>;
  store_write_failed: { store?: Bilingual };
  start_not_saved: { store?: Bilingual };
  token_expired: Record<never, never>;
  /** Another step is renewing the tokens, or it cannot be known whether one did. */
  token_renewal_pending: Record<never, never>;
  reconnect_needed: Record<never, never>;
  no_calls_to_test: { limit: number; resetsAt: number; now: number; zone: string };
  app_key_refused: { code: string };
  permission_missing: { method: string; code: string };
  ip_not_allowed: Record<never, never>;
  method_retired: { method: string; code: string };
  method_changed: { method: string; code: string };
  /** `direction`: one of `CLOCK_DIRECTIONS`. */
  clock_wrong: { minutes: number; direction: Bilingual };
  /** What a search asked for. */
  request_refused: { method: string; code: string };
  /** What a trigger asked for. */
  aliexpress_rejected: { method: string; code: string };
  answer_changed: { method: string; field: string };
  /** `share` in percent. */
  data_unreadable: { method: string; field: string; share: number };
  /** `field`: the label of the input. */
  bad_input: { field: string | Bilingual; allowed: Bilingual };
  /** `field`: the label of what is empty. */
  recipe_incomplete: { field: Bilingual };
  unknown_time_zone: { value: string };
  bad_setting: { setting: string; expected: Bilingual };
  unknown_setting: { setting: string; similar: string };
  already_running: { folder: string };
  sqlite_too_old: { version: string; oldest: string };
  database_too_new: { file: string };
  database_damaged: { file: string };
  database_locked: { file: string };
  /** `reason`: one of `DISK_REASONS`. */
  disk_unwritable: { folder: string; reason: Bilingual };
  /** `reason`: one of `FILE_REASONS`. */
  file_unreadable: { file: string; reason: Bilingual };
  backup_unusable: { file: string };
  /** `differences`: which tables and other parts a backup does not have, or only this file. */
  backup_altered: { file: string; differences: Bilingual };
  file_exists: { file: string };
  /** `files`: the names of those that could not be deleted. */
  files_in_use: { files: string };
  /** `reason`: why nothing is sent to the address. */
  target_refused: { address: string; reason: Bilingual };
  key_refused: Record<never, never>;
  /** `scope`: what the key does not allow. */
  scope_missing: { scope: string };
  /** `retryIn` in milliseconds. */
  too_many_requests: { retryIn: number };
  too_many_subscriptions: { limit: number };
  /** `limit`: the calls a day that searches may make together. */
  search_calls_used_up: { limit: number; resetsAt: number; now: number; zone: string };
  set_up_refused: Record<never, never>;
  /** A foreign page, or a name that is not the hub's. */
  origin_refused: Record<never, never>;
  not_found: { what: Bilingual };
  redirect_uri_mismatch: { given: string; registered: string };
  state_lost: Record<never, never>;
  code_refused: { code: string; redirectUri: string };
  authorization_denied: Record<never, never>;
  authorization_code_missing: Record<never, never>;
  channel_address_refused: { channel: Bilingual; code: string };
  channel_signature_refused: { channel: Bilingual };
  channel_ip_refused: { channel: Bilingual };
  channel_keyword_missing: { channel: Bilingual };
  /** `retryIn` in milliseconds. */
  channel_busy: { channel: Bilingual; code: string; retryIn: number };
  channel_message_refused: { channel: Bilingual; code: string; reason: Bilingual };
  /** `limit` in bytes. */
  channel_message_too_long: { channel: Bilingual; limit: number };
  channel_unreachable: { channel: Bilingual };
  channel_answer_lost: { channel: Bilingual };
  tracker_key_refused: { tracker: Bilingual; code: string };
  tracker_ip_not_allowed: { tracker: Bilingual };
  /** `retryIn` in milliseconds. */
  tracker_rate_limited: { tracker: Bilingual; retryIn: number };
  tracker_unreachable: { tracker: Bilingual };
  tracker_rejected: { tracker: Bilingual; code: string };
  /** `reason`: such as "HTTP 503". */
  ticket_unreachable: { reason: Bilingual };
  ticket_refused: { status: number };
}

export type ProblemKind = keyof ProblemFacts;

const sentences: { [K in ProblemKind]: Bilingual } = {
  budget_used_up: {
    en: "Today's {limit} AliExpress calls are used up. New calls are available at {resetsAt|clock} (in {resetsAt|in}).",
    zh: '今日 {limit} 次速卖通接口调用已用完，{resetsAt|clock} 起可再次调用（还有 {resetsAt|in}）。',
  },
  budget_unavailable: {
    en: '{store} is not reachable, so the call budget could not be checked and no call was made. Try again in a few minutes.',
    zh: '{store}无响应，无法核对调用额度，未发起调用。请几分钟后重试。',
  },
  store_forgot: {
    en: "The store lost today's call count, so no calls are made until {resetsAt|clock}. Use a Redis with persistence and maxmemory-policy noeviction.",
    zh: '存储丢失了今日的调用计数，{resetsAt|clock} 前不再发起调用。请使用已开启持久化、maxmemory-policy 设为 noeviction 的 Redis。',
  },
  calls_paused: {
    en: 'AliExpress paused this account because of too many requests. Calls resume in {until|in}; no action is needed.',
    zh: '因请求过多，速卖通暂停了该账号的接口调用，{until|in}后自动恢复，无需操作。',
  },
  shop_rate_limited: {
    en: "AliExpress is limiting this shop's requests. The step continues in {retryIn|in}; no action is needed.",
    zh: '速卖通正在限制该店铺的请求，{retryIn|in}后自动继续，无需操作。',
  },
  app_rate_limited: {
    en: 'The AliExpress app is making too many requests for all its shops together. Checks resume in {retryIn|in}; no action is needed.',
    zh: '该应用（所有店铺合计）请求过多，{retryIn|in}后自动恢复，无需操作。',
  },
  app_quota_used_up: {
    en: 'The AliExpress app has used its daily calls for all shops together. New calls are available at {resetsAt|clock}.',
    zh: '该应用（所有店铺合计）今日调用已用完，{resetsAt|clock} 起可再次调用。',
  },
  aliexpress_unreachable: {
    en: 'AliExpress did not respond correctly ({reason}). Try again in a few minutes.',
    zh: '速卖通响应异常（{reason}）。请几分钟后重试。',
  },
  first_check_incomplete: {
    en: 'The first check of this shop is still running. Test the trigger again in a minute.',
    zh: '首次查询尚未完成。请一分钟后重新测试触发器。',
  },
  store_write_failed: {
    en: '{store} did not save the result, so it is not shown. Try again in a few minutes.',
    zh: '{store}未能保存查询结果，因此未显示。请几分钟后重试。',
  },
  start_not_saved: {
    en: '{store} did not save that this workflow was turned on. Turn it on again in a few minutes.',
    zh: '{store}未能保存该流程的启用时间。请几分钟后重新启用。',
  },
  token_expired: {
    en: 'The AliExpress access token has expired and is being renewed. If this error repeats, reconnect the shop.',
    zh: '速卖通授权令牌已过期，正在自动续期。如反复出现，请重新连接店铺。',
  },
  token_renewal_pending: {
    en: 'The connection to this AliExpress shop is still being renewed. Try again in a minute; no other action is needed.',
    zh: '该店铺的授权仍在续期中。请一分钟后重试，无需其他操作。',
  },
  no_calls_to_test: {
    en: "The connection cannot be tested, because today's {limit} AliExpress calls are used up. Test it again at {resetsAt|clock} (in {resetsAt|in}).",
    zh: '今日 {limit} 次速卖通接口调用已用完，无法测试连接。请在{resetsAt|clock} 后重试（还有 {resetsAt|in}）。',
  },
  reconnect_needed: {
    en: 'The connection to this AliExpress shop has expired or was revoked. Reconnect the shop.',
    zh: '该店铺的授权已到期或被取消。请重新连接店铺。',
  },
  app_key_refused: {
    en: 'AliExpress rejected the app key or the signature (code {code}). Compare App Key and App Secret with the App Console.',
    zh: '速卖通拒绝了 App Key 或签名（代码 {code}）。请对照应用控制台检查 App Key 和 App Secret。',
  },
  permission_missing: {
    en: 'This app has no permission for {method} (code {code}). Request the matching API group in the App Console, then reconnect the shop.',
    zh: '该应用没有调用 {method} 的权限（代码 {code}）。请在应用控制台申请相应的接口权限组，然后重新连接店铺。',
  },
  ip_not_allowed: {
    en: 'The app only accepts listed IP addresses. Turn off the IP allowlist in the App Console.',
    zh: '该应用开启了 IP 白名单。请在应用控制台关闭。',
  },
  method_retired: {
    en: 'AliExpress no longer offers {method} (code {code}). The connector needs an update; tell its publisher.',
    zh: '速卖通已停用 {method}（代码 {code}）。连接器需要更新，请告知发布者。',
  },
  method_changed: {
    en: 'AliExpress now requires other parameters for {method} (code {code}). The connector needs an update; tell its publisher.',
    zh: '速卖通已变更 {method} 的参数要求（代码 {code}）。连接器需要更新，请告知发布者。',
  },
  clock_wrong: {
    en: 'The clock of this computer is {minutes} minutes {direction}. Set it automatically.',
    zh: '本机时间{direction} {minutes} 分钟。请开启自动校时。',
  },
  request_refused: {
    en: 'AliExpress rejected the request (code {code}). Check that the number belongs to this shop.',
    zh: '速卖通拒绝了该请求（代码 {code}）。请确认编号属于本店铺。',
  },
  aliexpress_rejected: {
    en: 'AliExpress rejected {method} (code {code}). It will be tried again; if it continues for a day, tell the publisher.',
    zh: '速卖通拒绝了 {method}（代码 {code}），稍后自动重试。如持续一天，请告知发布者。',
  },
  answer_changed: {
    en: 'The response of {method} has an unexpected format at "{field}". Please report this to the publisher.',
    zh: '接口 {method} 返回的 “{field}” 格式异常。请告知发布者。',
  },
  data_unreadable: {
    en: 'More than {share}% of the records of {method} could not be read ("{field}"). They are kept for the next version; tell the publisher.',
    zh: '{method} 有超过 {share}% 的记录无法读取（“{field}”），已保留。请告知发布者。',
  },
  bad_input: {
    en: '"{field}" has an invalid value. Allowed: {allowed}.',
    zh: '“{field}” 的值无效。应为：{allowed}。',
  },
  recipe_incomplete: {
    en: 'Fill in "{field}" before you switch the recipe on.',
    zh: '启用前请填写“{field}”。',
  },
  unknown_time_zone: {
    en: '"{value}" is not a time zone. Choose one from the list, such as Asia/Shanghai.',
    zh: '“{value}” 不是有效时区。请从列表中选择，例如 Asia/Shanghai。',
  },
  bad_setting: {
    en: '{setting} is missing or invalid. Expected: {expected}.',
    zh: '配置项 {setting} 缺失或无效。应为：{expected}。',
  },
  unknown_setting: {
    en: '{setting} is not a known setting. Did you mean {similar}?',
    zh: '{setting} 不是已知配置项。是否为 {similar}？',
  },
  already_running: {
    en: 'Another process is using {folder}. Stop it first, otherwise every message is sent twice.',
    zh: '另一个进程正在使用 {folder}。请先停止它，否则消息会重复发送。',
  },
  sqlite_too_old: {
    en: 'SQLite {version} may damage the data. Use a Node.js with SQLite {oldest} or later; the one of this project has it.',
    zh: 'SQLite {version} 可能损坏数据。请使用内置 SQLite {oldest} 或更高版本的 Node.js，本项目自带的即可。',
  },
  database_too_new: {
    en: '{file} was written by a newer version of this program. Update the program.',
    zh: '{file} 由更新版本的程序写入，请更新本程序。',
  },
  database_damaged: {
    en: '{file} is damaged. Stop the hub, restore the last backup with "npm run hub -- restore FILE", and start it again.',
    zh: '{file} 已损坏。请停止服务，用 “npm run hub -- restore 文件” 恢复最近的备份，然后重新启动。',
  },
  database_locked: {
    en: 'Another program has locked {file}, so nothing could be stored. Close that program, and try again.',
    zh: '其他程序锁定了 {file}，无法保存。请关闭该程序后重试。',
  },
  disk_unwritable: {
    en: 'Nothing can be written to {folder}: {reason}. What was stored before is kept.',
    zh: '无法写入 {folder}：{reason}。此前保存的数据不受影响。',
  },
  file_unreadable: {
    en: '{file} cannot be read: {reason}. Nothing was changed.',
    zh: '无法读取 {file}：{reason}。未做任何更改。',
  },
  backup_unusable: {
    en: '{file} is not an undamaged backup of the hub. Choose another one; nothing was changed.',
    zh: '{file} 不是完好的服务备份。请换用其他备份；未做任何更改。',
  },
  backup_altered: {
    en: '{file} is not built like a backup of this program: {differences}. Choose a file that `npm run hub -- backup` has written; nothing was changed.',
    zh: '{file} 的结构与本程序的备份不一致：{differences}。请换用由 `npm run hub -- backup` 生成的文件；未做任何更改。',
  },
  file_exists: {
    en: '{file} exists already, and is not overwritten. Choose another name.',
    zh: '{file} 已存在，不会覆盖。请换一个文件名。',
  },
  files_in_use: {
    en: 'The shop was not removed, because these files cannot be deleted: {files}. They may be open in another program: close them there, and remove the shop again.',
    zh: '店铺未移除，因为无法删除：{files}，可能正被其他程序打开。请在该程序中关闭后重新移除店铺。',
  },
  target_refused: {
    en: 'Nothing is sent to {address}: {reason}.',
    zh: '不向 {address} 发送内容：{reason}。',
  },
  key_refused: {
    en: 'The key is wrong, expired, or not allowed to do this. Create a key on the page of the hub.',
    zh: '密钥错误、已过期或无此权限。请在服务页面创建密钥。',
  },
  scope_missing: {
    en: 'The key does not allow this, because it lacks the scope "{scope}". Create a key with it on the page of the hub, or connect the client again and allow it.',
    zh: '密钥无此权限，缺少 “{scope}”。请在服务页面创建带此权限的密钥，或重新连接客户端并授权。',
  },
  too_many_requests: {
    en: 'Too many requests were sent. Try again in {retryIn|in}.',
    zh: '请求过于频繁，请在 {retryIn|in}后重试。',
  },
  too_many_subscriptions: {
    en: 'The shop already has {limit} subscriptions. Remove those that are no longer used on the page of the hub, then try again.',
    zh: '该店铺已有 {limit} 个订阅，达到上限。请在服务页面移除不再使用的订阅，然后重试。',
  },
  search_calls_used_up: {
    en: "Today's {limit} AliExpress calls for searches are used up. More are available at {resetsAt|clock} (in {resetsAt|in}).",
    zh: '今日可供查询使用的 {limit} 次速卖通接口调用已用完，{resetsAt|clock} 起可再次查询（还有 {resetsAt|in}）。',
  },
  set_up_refused: {
    en: 'The set-up link was used already or has been replaced. Sign in with the admin key; "npm run hub -- admin-key" makes a new one.',
    zh: '设置链接已使用或已失效。请用管理密钥登录；运行 “npm run hub -- admin-key” 可生成新的管理密钥。',
  },
  origin_refused: {
    en: 'The request came from another page, or by a name that is not the one of the hub. Use the address that the hub showed at its start, or set HUB_PUBLIC_URL.',
    zh: '请求来自其他网页，或使用了未登记的域名。请使用启动时显示的地址，或设置 HUB_PUBLIC_URL。',
  },
  not_found: {
    en: '{what} does not exist.',
    zh: '{what}不存在。',
  },
  redirect_uri_mismatch: {
    en: 'The redirect URI "{given}" differs from the registered callback URL "{registered}". Both must be identical, including a trailing slash.',
    zh: '回调地址 “{given}” 与登记的 “{registered}” 不一致。两者必须完全相同，包括末尾的斜杠。',
  },
  state_lost: {
    en: 'The sign-in could not be verified because the "state" parameter is missing. Connect the shop again in one browser window.',
    zh: '授权无法验证（缺少 “state” 参数）。请在同一浏览器窗口中重新连接店铺。',
  },
  code_refused: {
    en: 'AliExpress rejected the authorization code (code {code}). It is valid once for about 3 minutes; connect the shop again. If it repeats, check that the callback URL is exactly "{redirectUri}".',
    zh: '速卖通拒绝了授权码（代码 {code}）。授权码约 3 分钟内有效且只能用一次，请重新连接店铺。如反复出现，请检查回调地址是否为 “{redirectUri}”。',
  },
  authorization_denied: {
    en: 'The authorization was declined on AliExpress. Connect again and choose Agree.',
    zh: '授权被取消。请重新连接并同意授权。',
  },
  authorization_code_missing: {
    en: 'AliExpress returned no authorization code. Connect the shop again.',
    zh: '速卖通没有返回授权码。请重新连接店铺。',
  },
  channel_address_refused: {
    en: "{channel} does not accept this webhook URL (code {code}). Copy it again from the group's bot, or add a new bot.",
    zh: '{channel}不接受该 Webhook 地址（代码 {code}）。请在群机器人设置中重新复制，或新建机器人。',
  },
  channel_signature_refused: {
    en: '{channel} rejected the signature. Copy the signing secret again, without spaces, and check the clock of this computer.',
    zh: '{channel}签名校验失败。请重新复制签名密钥（不含空格），并检查本机时间。',
  },
  channel_ip_refused: {
    en: 'The {channel} bot only accepts listed IP addresses. Turn the IP allowlist off and use a keyword or a signature.',
    zh: '该{channel}机器人开启了 IP 白名单。请关闭，改用关键词或签名。',
  },
  channel_keyword_missing: {
    en: 'The {channel} bot only accepts messages with its keyword. Add the keyword to the title.',
    zh: '该{channel}机器人设置了关键词。请把关键词写进标题。',
  },
  channel_busy: {
    en: '{channel} is limiting messages (code {code}). The message was not delivered and will be sent again in {retryIn|in}.',
    zh: '{channel}限流（代码 {code}），消息未送达，{retryIn|in}后自动重发。',
  },
  channel_message_refused: {
    en: '{channel} rejected the message (code {code}: {reason}).',
    zh: '{channel}拒绝了该消息（代码 {code}：{reason}）。',
  },
  channel_message_too_long: {
    en: 'The message is longer than {channel} allows ({limit} bytes) and was not sent. Shorten the text.',
    zh: '消息超过{channel}的长度上限（{limit} 字节），未发送。请缩短正文。',
  },
  channel_unreachable: {
    en: '{channel} is not reachable; the message was not delivered. Try again in a few minutes.',
    zh: '无法连接{channel}，消息未送达。请几分钟后重试。',
  },
  channel_answer_lost: {
    en: 'The message was sent to {channel}, but no reply arrived. Check the group before you send it again.',
    zh: '消息已发往{channel}，但未收到回复。重发前请先查看群消息。',
  },
  tracker_key_refused: {
    en: "{tracker} rejected the API key (code {code}). Copy it again from {tracker}'s settings.",
    zh: '{tracker} 拒绝了 API 密钥（代码 {code}）。请重新复制密钥。',
  },
  tracker_ip_not_allowed: {
    en: "{tracker} only accepts listed IP addresses for this key. Turn the IP allowlist off in {tracker}'s settings.",
    zh: '{tracker} 的密钥开启了 IP 白名单。请在 {tracker} 的设置中关闭。',
  },
  tracker_rate_limited: {
    en: '{tracker} is limiting requests. Tracking continues in {retryIn|in}.',
    zh: '{tracker} 正在限流，{retryIn|in}后继续追踪。',
  },
  tracker_unreachable: {
    en: '{tracker} is not reachable. Known tracking data is used until it answers.',
    zh: '无法连接 {tracker}，暂用已有轨迹。',
  },
  tracker_rejected: {
    en: '{tracker} rejected the request (code {code}). It will be tried again; if it continues for a day, tell the publisher.',
    zh: '{tracker} 拒绝了请求（代码 {code}），稍后自动重试。如持续一天，请告知发布者。',
  },
  ticket_unreachable: {
    en: 'The ticket system did not accept the ticket ({reason}). It will be sent again.',
    zh: '工单系统未接收工单（{reason}），稍后重发。',
  },
  ticket_refused: {
    en: 'The ticket system rejected the ticket (HTTP {status}). It is kept as a file; check the address of the ticket system.',
    zh: '工单系统拒绝了工单（HTTP {status}），已存为文件。请检查工单系统地址。',
  },
};

/** The stores of the call counter and of the snapshots, as they stand in a sentence as `{store}`. */
export const STORES = {
  any: { en: 'The store of the call counter', zh: '调用计数的存储' },
  zapier_cache: { en: "Zapier's cache", zh: 'Zapier 缓存' },
  redis: { en: 'The Redis store (QUOTA_REDIS_URL)', zh: 'Redis 存储（QUOTA_REDIS_URL）' },
  hub: { en: 'The hub (HUB_URL)', zh: '中转服务（HUB_URL）' },
} as const satisfies Record<string, Bilingual>;

/** How a clock is wrong: the words that may stand in a sentence as `{direction}`. */
export const CLOCK_DIRECTIONS = {
  fast: { en: 'fast', zh: '偏快' },
  slow: { en: 'slow', zh: '偏慢' },
  unknown: { en: 'or more off', zh: '偏差至少' },
} as const satisfies Record<string, Bilingual>;

/** Why an answer was not usable: the words that may stand in a sentence as `{reason}`. */
export const REASONS = {
  timeout: { en: 'timeout', zh: '超时' },
  not_json: { en: 'not JSON', zh: '返回内容不是 JSON' },
  redirected: { en: 'redirect refused', zh: '拒绝重定向' },
  too_slow: { en: 'not enough time left in this step', zh: '本步骤剩余时间不足' },
  connection_cut: { en: 'connection cut', zh: '连接中断' },
  not_connected: { en: 'no connection', zh: '无法连接' },
  rows_missing: { en: 'incomplete list', zh: '列表不完整' },
  answer_too_large: { en: 'answer too large', zh: '返回内容过大' },
} as const satisfies Record<string, Bilingual>;

/** Why nothing can be written to the disk. */
export const DISK_REASONS = {
  full: { en: 'the disk is full; free some space', zh: '磁盘已满，请释放空间' },
  not_allowed: {
    en: 'this program has no permission; change the owner of the folder',
    zh: '本程序没有权限，请更改文件夹的所有者',
  },
  failed: { en: 'the disk reports an error; check the disk', zh: '磁盘报错，请检查磁盘' },
} as const satisfies Record<string, Bilingual>;

/** Why a file cannot be read. */
export const FILE_REASONS = {
  missing: { en: 'there is no such file', zh: '文件不存在' },
  not_allowed: {
    en: 'this program has no permission; change the owner of the file',
    zh: '本程序没有权限，请更改文件的所有者',
  },
} as const satisfies Record<string, Bilingual>;

export const httpReason = (status: number): Bilingual => ({ en: `HTTP ${status}`, zh: `HTTP ${status}` });
/** @param code of AliExpress, for a service that is busy or down */
export const busyReason = (code: string): Bilingual => ({
  en: `busy, code ${code}`,
  zh: `繁忙，代码 ${code}`,
});

/** Why a messenger refused a message: the words that may stand as `{reason}`. */
export const REFUSAL_REASONS = {
  bad_format: { en: 'format not accepted', zh: '格式不被接受' },
  invalid_image: { en: 'image address not accepted', zh: '图片地址不被接受' },
  blocked_content: { en: 'content blocked', zh: '内容被拦截' },
  unknown: { en: 'reason unknown', zh: '原因不明' },
} as const satisfies Record<string, Bilingual>;

/** Every kind of problem there is. */
export const problemKinds = Object.keys(sentences) as ProblemKind[];

/** Problems that end without a user's help. Triggers return the data that they have. */
const TRANSIENT: ReadonlySet<string> = new Set<ProblemKind>([
  'budget_used_up',
  'budget_unavailable',
  'store_forgot',
  'calls_paused',
  'shop_rate_limited',
  'app_rate_limited',
  'app_quota_used_up',
  'aliexpress_unreachable',
  'first_check_incomplete',
  'store_write_failed',
  'start_not_saved',
  'aliexpress_rejected',
  'token_expired',
  'token_renewal_pending',
  'no_calls_to_test',
  'channel_busy',
  'channel_unreachable',
  'tracker_rate_limited',
  'tracker_unreachable',
  'tracker_rejected',
  'too_many_requests',
  'search_calls_used_up',
  'database_locked',
  'disk_unwritable',
  'ticket_unreachable',
]);

export const isTransient = (kind: string): boolean => TRANSIENT.has(kind);

/** The sentence of a problem, with its placeholders. */
export const template = (kind: ProblemKind): Bilingual => sentences[kind];

/** A problem of the closed set, thrown. Its message is the English sentence, then the Chinese one. */
export class Problem<K extends ProblemKind = ProblemKind> extends Error {
  readonly kind: K;
  readonly facts: ProblemFacts[K];

  constructor(kind: K, facts: ProblemFacts[K]) {
    super(`${sentence(kind, facts, 'en')}\n${sentence(kind, facts, 'zh')}`);
    this.name = 'Problem';
    this.kind = kind;
    this.facts = facts;
  }

  is<T extends ProblemKind>(...kinds: T[]): this is Problem<T> {
    return (kinds as ProblemKind[]).includes(this.kind);
  }
}

/** Throws the problem `kind`; an expression, so that it can stand after `??`. */
export function fail<K extends ProblemKind>(kind: K, facts: ProblemFacts[K]): never {
  throw new Problem(kind, facts);
}

/** Whether `error` is a problem, of one of `kinds` when any are given. */
export function isProblem<K extends ProblemKind = ProblemKind>(
  error: unknown,
  ...kinds: K[]
): error is Problem<K> {
  return error instanceof Problem && (kinds.length === 0 || error.is(...kinds));
}

/** The sentence of a problem in one language. */
export function sentence<K extends ProblemKind>(
  kind: K,
  facts: ProblemFacts[K],
  language: keyof Bilingual,
): string {
  const values: Record<string, string | number | Bilingual> = { store: STORES.any, ...facts };
  return sentences[kind][language].replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, form?: string) => {
    const value = values[name];
    if (form === 'clock') return clockTime(Number(value), String(values.zone), language);
    if (form === 'in') return span(Number(value) - Number(values.now ?? 0), language);
    return typeof value === 'object' ? value[language] : String(value);
  });
}

/** The sentences of a problem. */
export const sentencesOf = ({ kind, facts }: Problem): Bilingual => ({
  en: sentence(kind, facts, 'en'),
  zh: sentence(kind, facts, 'zh'),
});

function clockTime(at: number, zone: string, language: keyof Bilingual): string {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainTime();
  const hhmm = time.toString({ smallestUnit: 'minute' });
  if (zone === 'Asia/Shanghai') return language === 'en' ? `${hhmm} Beijing time` : `北京时间 ${hhmm}`;
  return `${hhmm} (${zone})`;
}

function span(ms: number, language: keyof Bilingual): string {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE));
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  if (language === 'en') return h > 0 ? `${h} h ${min} min` : `${min} min`;
  return h > 0 ? `${h} 小时 ${min} 分钟` : `${min} 分钟`;
}
