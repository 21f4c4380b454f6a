// SPDX-License-Identifier: Apache-2.0
import { translate, type Params, type Words } from './i18n';

export const kLanguages: Readonly<Record<string, string>> = { en: 'English', mi: 'Te reo Māori', 'zh-Hans': '简体中文', es: 'Español' };

export type Load = () => Promise<{ default: Words }>;

/// The words of the chosen language, over English. What `english()` gives at first may be a part of them;
/// `all()` fetches the rest.
export class Book {
  #code = $state('en');
  #words = $state.raw<Words>({});
  #english = $state.raw<Words>({});
  #whole: Promise<void> | undefined;
  readonly #load_english: Load;
  readonly #others: Readonly<Record<string, Load>>;

  constructor(first: Words, load_english: Load, others: Readonly<Record<string, Load>>) {
    this.#words = first;
    this.#english = this.#words;
    this.#load_english = load_english;
    this.#others = others;
  }

  get language(): string {
    return this.#code;
  }

  /// Resolves when every word of the chosen language is here.
  all(): Promise<void> {
    // Another language came whole.
    if (this.#code !== 'en') return Promise.resolve();
    this.#whole ??= this.#load_english().then(
      (book) => {
        if (this.#words === this.#english) this.#words = book.default;
        this.#english = book.default;
      },
      () => (this.#whole = undefined),
    );
    return this.#whole;
  }

  /// A language that is not there is English.
  async choose(code: string): Promise<void> {
    const book = await this.#others[code]?.();
    this.#code = book === undefined ? 'en' : code;
    this.#words = book?.default ?? this.#english;
    document.documentElement.lang = this.#code;
    await this.all();
  }

  /// The words of a key; `otherwise` where no language has it (the server's own words).
  say(key: string, params: Params = {}, otherwise?: string): string {
    return translate(this.#words, this.#english, this.#code, key, params, otherwise);
  }
}
