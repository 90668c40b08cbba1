/** Where the hub of the committed app is. A publisher builds the app with the address of an own hub. */
export const EXAMPLE_HUB = 'https://hub.example.com';
