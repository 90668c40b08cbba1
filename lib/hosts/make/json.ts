/** JSON as it goes into the app's files. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
