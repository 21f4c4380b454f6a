// SPDX-License-Identifier: Apache-2.0
declare module 'virtual:first-words' {
  const words: Readonly<Record<string, string>>;
  export default words;
}
