/**
 * Fields in which AliExpress names a buyer or a seller, or returns what the two sides of a dispute wrote. A "mail_no" is the
 * number of a parcel.
 */
export const PERSONAL =
  /login|signer|signed|buyer_info|contact|phone|mobile|fax|e?mail(?!_no)|zip|cpf|tax_number|memo|buyer_return|solution|process|detail_address|^address$|oaid|member_id|user_nick|^account$/i;
