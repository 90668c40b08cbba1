/** The error codes of 17TRACK. */

const texts = {
  [-18010001]: 'IP address is not in whitelist.',
  [-18010002]: 'Invalid security key.',
  [-18010003]: 'Internal service error, please retry later.',
  [-18010004]: 'Account is disabled.',
  [-18010005]: 'Unauthorized access.',
  [-18010010]: 'The data of {} is missing.',
  [-18010011]: 'The value of {} is invalid.',
  [-18010012]: 'The format of {} is invalid.',
  [-18010013]: 'The submitted data is invalid.',
  [-18010014]: 'The number of tracking numbers exceeds 40.',
  [-18010015]: 'The field value of {} is invalid.',
  [-18010016]: 'The last-mile carrier can only be set for postal services.',
  [-18019801]: 'The old carrier is needed for {}.',
  [-18019802]: 'The new carrier of {} is wrong.',
  [-18019803]: 'The new carrier of {} is the old one.',
  [-18019804]: 'The new carrier is needed for {}.',
  [-18019805]: 'The old carrier of {} does not match.',
  [-18019806]: 'The tracking of {} is stopped.',
  [-18019807]: 'The carrier of {} was changed too often.',
  [-18019810]: 'The update of {} is not unique.',
  [-18019811]: 'The data to be modified is invalid.',
  [-18019901]: 'The tracking number {} has been registered, do not register it repeatedly.',
  [-18019902]: 'The tracking number {} is not registered, please register it first.',
  [-18019903]: 'The carrier of {} cannot be detected.',
  [-18019904]: 'Retrack is only allowed for stopped numbers.',
  [-18019905]: 'Each number can be retracked once.',
  [-18019906]: 'Stop is only allowed for numbers being tracked.',
  [-18019907]: 'The daily tracking limit is exceeded.',
  [-18019908]: 'The quota is exhausted.',
  [-18019909]: 'No tracking information of {} yet.',
  [-18019910]: 'The carrier code of {} is wrong.',
  [-18019911]: 'The carrier of {} cannot be registered.',
} as const;

export type TrackerCode = keyof typeof texts;

export const errorOf = (code: TrackerCode, name = '') => ({
  code: Number(code),
  message: texts[code].replace('{}', `'${name}'`),
});

/** A refusal of one item of a request. */
export class ItemRefusal extends Error {
  readonly code: TrackerCode;

  constructor(code: TrackerCode) {
    super(texts[code]);
    this.code = code;
  }
}
