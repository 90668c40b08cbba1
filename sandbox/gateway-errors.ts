/** The error codes of the gateway, by what they are about. See docs/aliexpress.md#error-codes. */

export interface GatewayError {
  scope: 'seller' | 'app' | 'method' | 'address' | 'back end' | 'request';
  code: string;
  sub_code?: string;
  msg: string;
}

const error = (scope: GatewayError['scope'], code: string, msg: string, sub_code?: string): GatewayError => ({
  scope,
  code,
  msg,
  ...(sub_code !== undefined && { sub_code }),
});

export const gatewayErrors = {
  method_too_often: error(
    'method',
    'ApiCallLimit',
    'Api access frequency exceeds the limit. this ban will last 1 seconds',
  ),
  app_too_often: error('app', 'AppCallLimit', 'App access frequency exceeds the limit'),
  app_method_too_often: error('method', 'AppApiCallLimit', 'App api access frequency exceeds the limit'),
  seller_too_often: error('seller', 'SellerCallLimit', 'Seller access frequency exceeds the limit'),
  caller_too_often: error('seller', '901', 'The request is too frequent, please try again later'),
  app_day_is_over: error('app', '7', 'App Call Limited', 'accesscontrol.limited-by-app-access-count'),
  method_day_is_over: error(
    'method',
    '7',
    'This ban will last for 120 more seconds',
    'accesscontrol.limited-by-api-access-count',
  ),
  app_method_day_is_over: error(
    'method',
    '7',
    'App Call Limited',
    'accesscontrol.limited-by-app-api-access-count',
  ),
  unavailable: error('back end', 'ServiceUnavailable', 'The requested service is temporarily unavailable'),
  timed_out: error('back end', 'ServiceTimeout', 'The requested service timed out'),
  internal: error('back end', 'InternalError', 'The request has failed due to a server error'),
  runtime: error('back end', 'UnknownRuntimeException', 'Unknown runtime exception'),
  remote_connection: error('back end', '10', 'Remote connection error', 'isp.remote-connection-timeout'),
  remote_service: error('back end', '15', 'Remote service error', 'isp.unknown-error'),
  remote_refusal: error('request', '15', 'Remote service error', 'isv.invalid-parameter'),
  invalid_token: error('seller', 'IllegalAccessToken', 'The specified access token is invalid or expired'),
  invalid_session: error('seller', '27', 'Invalid session', 'invalid-sessionkey'),
  expired_session: error('seller', '27', 'Invalid session', 'session-expired'),
  missing_session: error('seller', '26', 'Missing session'),
  revoked: error('seller', '15', 'Remote service error', 'isv.invalid-authorization'),
  migrated_account: error('seller', '15', 'Remote service error', 'isv.account-migration-check-fail'),
  no_permission: error('method', 'InsufficientPermission', 'The app has no permission to call this api'),
  no_permission_old: error(
    'method',
    '11',
    'Insufficient isv permissions',
    'isv.permission-api-package-limit',
  ),
  no_user_permission: error('method', '12', 'Insufficient user permissions'),
  foreign_address: error('address', 'AppWhiteIpLimit', 'The request IP is not in the white list'),
  invalid_app: error('app', 'InvalidAppkey', 'The specified App Key is invalid'),
  missing_app: error('app', '28', 'Missing app key'),
  unknown_app: error('app', '29', 'Invalid app key'),
  wrong_signature: error(
    'app',
    'IncompleteSignature',
    'The request signature does not conform to platform standards',
  ),
  invalid_signature: error('app', '25', 'Invalid signature'),
  wrong_time: error('request', 'IllegalTimestamp', 'The specified timestamp is more than 7200 seconds away'),
  missing_time: error('request', '30', 'Missing timestamp'),
  invalid_time: error('request', '31', 'Invalid timestamp'),
  unknown_method: error('app', 'InvalidApiPath', 'The specified API path is invalid'),
  invalid_method: error('app', '22', 'Invalid method'),
  retired_method: error('app', '15', 'The API has been offline', 'isv.blacklist'),
  missing_parameter: error('request', 'MissingParameter', 'The input parameter "channel" is missing'),
  invalid_parameter: error('request', 'InvalidParameter', 'The specified parameter "channel" is not valid'),
  missing_argument: error('request', '40', 'Missing required arguments: channel'),
  invalid_argument: error('request', '41', 'Invalid arguments: channel'),
} as const satisfies Record<string, GatewayError>;

export type GatewayErrorName = keyof typeof gatewayErrors;
