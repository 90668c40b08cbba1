/** A file that is generated. */
export interface Page {
  /** From the folder of the project, with slashes. */
  path: string;
  text: string;
}
