/** A shop's id is part of paths and of keys, so it is a plain number. The tables have the same rule. */
export const isShopId = (id: string): boolean => /^\d{1,20}$/.test(id);
